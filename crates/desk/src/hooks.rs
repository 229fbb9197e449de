//! Outgoing hooks: other systems are told what becomes of tickets, as Standard Webhooks 1.0 has it.

use crate::{jobs::Delivery, webhooks::Secret};
use model::{Timestamp, ticket::Ticket};
use serde::{Deserialize, Serialize};
use std::fmt;
use store::{NewJob, Tx};
use url::Url;

/// A system that wants to be told.
#[derive(Clone)]
pub struct Hook {
    pub name: String,
    pub url: Url,
    pub secret: Secret,
    /// What it wants to be told of.
    pub events: Vec<Notice>,
}

/// What others can be told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Notice {
    #[serde(rename = "ticket.opened")]
    TicketOpened,
    /// The fault came back, or a person took the ticket up again.
    #[serde(rename = "ticket.reopened")]
    TicketReopened,
    /// By its proof or by a person.
    #[serde(rename = "ticket.resolved")]
    TicketResolved,
}

impl Notice {
    pub const ALL: [Self; 3] = [Self::TicketOpened, Self::TicketReopened, Self::TicketResolved];

    /// The `type` of a delivery.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TicketOpened => "ticket.opened",
            Self::TicketReopened => "ticket.reopened",
            Self::TicketResolved => "ticket.resolved",
        }
    }

    /// What there is to tell of a ticket that was live, or was not, or that is new (`None`).
    fn of(was_live: Option<bool>, is_live: bool) -> Option<Self> {
        match (was_live, is_live) {
            (None, _) => Some(Self::TicketOpened),
            (Some(false), true) => Some(Self::TicketReopened),
            (Some(true), false) => Some(Self::TicketResolved),
            _ => None,
        }
    }
}

/// A ticket as a transaction leaves it, and whether it was live before; `None`: it is new.
pub(crate) type Turned<'a> = (&'a Ticket, Option<bool>);

/// Has each hook told of what it wants to know, once this transaction is committed.
pub(crate) async fn announce(tx: &mut Tx, hooks: &[Hook], turned: &[Turned<'_>]) -> Result<(), store::Error> {
    let mut deliveries = Vec::new();
    for (ticket, was_live) in turned {
        let Some(notice) = Notice::of(*was_live, ticket.status.is_live()) else {
            continue;
        };
        for hook in hooks.iter().filter(|hook| hook.events.contains(&notice)) {
            deliveries.push(Outgoing {
                lane: format!("hook {}", hook.name),
                about: format!("{}: {} #{}", hook.name, notice.as_str(), ticket.number),
                body: Delivery::of(hook, notice, ticket).to_json(),
                at: ticket.updated_at,
            });
        }
    }
    let jobs: Vec<NewJob<'_>> = deliveries.iter().map(Outgoing::job).collect();
    tx.enqueue(&jobs).await
}

struct Outgoing {
    lane: String,
    about: String,
    body: String,
    at: Timestamp,
}

impl Outgoing {
    fn job(&self) -> NewJob<'_> {
        NewJob {
            name: Delivery::NAME,
            lane: &self.lane,
            about: &self.about,
            body: &self.body,
            due_at: self.at,
        }
    }
}

/// An address may hold a key.
impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook")
            .field("name", &self.name)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_told_of_when_it_turns_and_not_when_it_only_changes() {
        let told = |was, is| Notice::of(was, is).map(Notice::as_str);
        assert_eq!(told(None, true), Some("ticket.opened"));
        assert_eq!(told(Some(true), false), Some("ticket.resolved"));
        assert_eq!(told(Some(false), true), Some("ticket.reopened"));
        assert_eq!(told(Some(true), true), None);
        assert_eq!(told(Some(false), false), None);
    }

    #[test]
    fn a_notice_is_written_alike_in_a_delivery_and_in_the_configuration() {
        for notice in Notice::ALL {
            assert_eq!(serde_json::to_value(notice).unwrap(), notice.as_str());
        }
    }
}
