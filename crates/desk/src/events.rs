//! The stream of what happened: tailed by every open page and program.

use crate::{Actor, Desk, internal};
use model::{
    Permission, Result,
    access::Grant,
    event::{Event, What},
    webhook::WAZUH,
};
use tokio::sync::watch;

/// What a stream gets next.
#[derive(Debug)]
pub enum Tail {
    Events(Vec<Event>),
    /// The id asked for is older than what is kept: reload.
    Reset(i64),
}

impl Desk {
    /// Events after `id`, oldest first, at most a hundred.
    pub async fn events_after(&self, who: &Actor, id: i64) -> Result<Tail> {
        who.may(Permission::SeeChecks)?;
        let last = self.last_event();
        let first = self.0.store.first_event_id().await.map_err(internal)?;
        // Where all are forgotten, the next one is the first that is known.
        let first = first.unwrap_or(last.saturating_add(1));
        // An id of the future is that of another database.
        if id > last || id.saturating_add(1) < first {
            return Ok(Tail::Reset(last));
        }
        Ok(Tail::Events(
            self.0.store.events_after(id, AT_ONCE).await.map_err(internal)?,
        ))
    }

    /// Whether an event is for this reader.
    pub fn is_for(&self, who: &Actor, event: &Event) -> bool {
        let wanted = match &event.what {
            What::Check { .. } | What::Announced { .. } | What::Domain { .. } => Permission::SeeChecks,
            What::Ticket { .. } => Permission::SeeTickets,
            What::Audit { .. } => Permission::ReadAudit,
            What::Webhook { event, .. } => {
                let grant = who.may(Permission::SeeEvents);
                return grant.is_ok_and(|grant| grant != Grant::Wazuh || event == WAZUH);
            }
        };
        who.may(wanted).is_ok()
    }

    /// Changes when there are new events; its value is the newest id.
    pub fn event_bell(&self) -> watch::Receiver<i64> {
        self.0.recorder.bell()
    }

    pub fn last_event(&self) -> i64 {
        *self.0.recorder.bell().borrow()
    }
}

const AT_ONCE: u32 = 100;
