//! What happened, as it is stored and streamed: each change once, in order.

use crate::{CheckId, Code, DomainName, State, Timestamp, ticket};
use serde::{Deserialize, Serialize};

/// One message of `GET /api/v1/stream`: `id` orders it, the kind is its SSE event name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Event {
    /// `seq` in the JSON, because a ticket's `id` stands beside it.
    #[serde(rename = "seq")]
    pub id: i64,
    pub at: Timestamp,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// A check changed its state (or said something for the first time, with `before` null).
    Check {
        domain: DomainName,
        check: CheckId,
        before: Option<State>,
        state: State,
        code: Code,
    },
    /// A fault that lasted: so many failing runs in a row that it is no flapping. Or, with any other state
    /// than `fail`, its end, after so many good runs in a row. Tickets and mails stand on this.
    Announced {
        domain: DomainName,
        check: CheckId,
        state: State,
        code: Code,
    },
    /// A person added, edited or removed a domain.
    Domain { domain: DomainName, change: Change },
    /// A ticket was opened, or something of it changed.
    Ticket {
        id: String,
        number: i64,
        domain: Option<DomainName>,
        status: ticket::Status,
        version: i64,
        occurrences: i64,
    },
    /// A webhook came in, or the Desk's own checks reported something.
    #[serde(rename = "event")]
    Webhook {
        event_id: String,
        integration: String,
        #[serde(rename = "type")]
        event: String,
        domain: Option<DomainName>,
        /// The number of the ticket that it opened or joined.
        ticket: Option<i64>,
    },
    /// An audit began, or has judged.
    Audit { cycle: i64, is_over: bool },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Added,
    Edited,
    Removed,
}

impl What {
    /// Every name that [`What::name`] can give.
    pub const NAMES: [&'static str; 6] = ["check", "announced", "domain", "ticket", "event", "audit"];

    /// The SSE event's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Check { .. } => "check",
            Self::Announced { .. } => "announced",
            Self::Domain { .. } => "domain",
            Self::Ticket { .. } => "ticket",
            Self::Webhook { .. } => "event",
            Self::Audit { .. } => "audit",
        }
    }

    /// The domain that it is about, where it is about one.
    pub fn domain(&self) -> Option<&DomainName> {
        match self {
            Self::Check { domain, .. } | Self::Announced { domain, .. } | Self::Domain { domain, .. } => {
                Some(domain)
            }
            Self::Ticket { domain, .. } | Self::Webhook { domain, .. } => domain.as_ref(),
            Self::Audit { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_its_own_number_and_the_tickets_id() {
        let event = Event {
            id: 7,
            at: Timestamp(0),
            what: What::Ticket {
                id: "k3v9".into(),
                number: 12,
                domain: None,
                status: ticket::Status::Open,
                version: 1,
                occurrences: 1,
            },
        };
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event, "{json}");
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&value["seq"], &value["id"], &value["number"]),
            (&7.into(), &"k3v9".into(), &12.into())
        );
    }
}
