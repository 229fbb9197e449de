//! What happened to a ticket, each with who and when.

use super::{Priority, Seen, Status};
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// One line of a ticket's time line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TicketEntry))]
pub struct Entry {
    pub at: Timestamp,
    /// A username; null where the Desk did it by itself.
    pub who: Option<String>,
    #[serde(flatten)]
    pub what: Moment,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TicketMoment))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Moment {
    /// A person opened it; `body` is what they wrote.
    Opened {
        body: Option<String>,
    },
    /// The fault was reported: by a webhook, or by the Desk's own checks (integration `desk`).
    Event {
        event_id: String,
        integration: String,
        /// The event's type, such as `infra.mail_tls.failed`.
        event: String,
    },
    /// Earlier reports than those that are listed.
    EarlierEvents {
        count: i64,
    },
    Comment {
        body: String,
    },
    Status {
        before: Status,
        after: Status,
    },
    Priority {
        before: Priority,
        after: Priority,
    },
    Assigned {
        before: Option<String>,
        after: Option<String>,
    },
    Subject {
        before: String,
        after: String,
    },
    /// The fault came back within a day.
    Reopened {
        before: Status,
    },
    /// The checks prove that the fault is gone. Where `resolved` is false a person has taken the ticket over,
    /// and decides.
    Recovered {
        resolved: bool,
        /// Somebody outside had reported it: the checks may never have seen it red.
        reported_from_outside: Option<String>,
        /// What was seen when it was wrong, handshake and all.
        before: Vec<Seen>,
        /// What is seen now.
        after: Vec<Seen>,
    },
    /// The deployment of a certificate was reported: one green run proves it.
    Deployed {
        integration: String,
    },
    /// Another system was told, and has taken it.
    Notified {
        /// Such as `ticket.opened`.
        event: String,
        /// The hook's name.
        to: String,
    },
}
