//! What came in from outside, as people and programs read it.

use crate::{DomainName, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A webhook, or what the Desk's own checks reported (integration `desk`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    pub event_id: String,
    pub integration: String,
    /// The event's type, such as `infra.mail_tls.failed`; empty where it could not be read.
    #[serde(rename = "type")]
    pub event: String,
    pub received_at: Timestamp,
    pub state: Fate,
    pub domain: Option<DomainName>,
    /// The number of the ticket that it opened or joined.
    pub ticket: Option<i64>,
}

/// A webhook with what it said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookCard {
    #[serde(flatten)]
    pub webhook: Webhook,
    /// By the sender's clock.
    pub occurred_at: Option<Timestamp>,
    /// Why it was rejected.
    pub why: Option<String>,
    /// As it came in: JSON, or the text of what is none.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub payload: Value,
}

/// One page of them, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhooks {
    pub items: Vec<Webhook>,
    pub next_cursor: Option<String>,
}

/// A system that may send webhooks; nothing of its secrets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntegrationSeen {
    pub name: String,
    /// Whether it has a secret: without one it takes no call.
    pub takes_calls: bool,
    /// When it was heard of last.
    pub last_seen_at: Option<Timestamp>,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Accepted,
    /// Kept, and nothing follows from it: its type is unknown, or its level too low.
    Ignored,
    /// JSON of a wrong shape.
    Rejected,
}

impl Fate {
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Ignored, Self::Rejected];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Ignored => "ignored",
            Self::Rejected => "rejected",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.as_str() == text)
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The type of what Wazuh posts: a noc sees these alone.
pub const WAZUH: &str = "wazuh.alert";
/// The name under which the Desk's own checks report.
pub const DESK: &str = "desk";
