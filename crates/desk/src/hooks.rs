//! Outgoing hooks: other systems are told what happened, signed as Standard Webhooks 1.0 has it.

use crate::{jobs::hook::Delivery, webhooks::Secret};
use model::{
    Timestamp,
    event::What,
    ticket::{Entry, Moment, Status, Ticket},
};
use serde_json::{Value, json};
use std::fmt;
use store::{NewJob, Tx};
use url::Url;

/// A system that wants to be told.
#[derive(Clone)]
pub struct Hook {
    pub name: String,
    pub url: Url,
    pub secret: Secret,
    /// The kinds of notices that it wants.
    pub events: Vec<Kind>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What other systems can be told of; the `type` of a delivery.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
            }
        }
    };
}

kinds! {
    TicketOpened = "ticket.opened",
    /// The fault came back, or a person took the ticket up again.
    TicketReopened = "ticket.reopened",
    /// By its proof, or by a person; closed counts as well.
    TicketResolved = "ticket.resolved",
}

/// Something that other systems may want to know.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Notice {
    pub(crate) kind: Kind,
    pub(crate) at: Timestamp,
    /// What it is about, for people: `#12`.
    pub(crate) object: String,
    pub(crate) data: Value,
}

/// Has each hook told of the notices that it wants, once this transaction is committed.
pub(crate) async fn announce(
    tx: &mut Tx,
    hooks: &[Hook],
    notices: &[Notice],
    now: Timestamp,
) -> Result<(), store::Error> {
    let mut jobs = Vec::new();
    for notice in notices {
        for hook in hooks.iter().filter(|hook| hook.events.contains(&notice.kind)) {
            let (kind, object) = (notice.kind.as_str(), &notice.object);
            jobs.push((
                format!("hook {}", hook.name),
                format!("{}: {kind} {object}", hook.name),
                Delivery::of(hook, notice).to_json()?,
            ));
        }
    }
    let jobs: Vec<NewJob<'_>> = jobs
        .iter()
        .map(|(lane, about, body)| NewJob {
            name: Delivery::NAME,
            lane,
            about,
            body,
            due_at: now,
        })
        .collect();
    tx.enqueue(&jobs, now).await
}
