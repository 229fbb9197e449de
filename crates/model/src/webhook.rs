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
    /// For who may rotate them alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Vec<CredentialState>>,
}

/// What a sender proves itself by, under the name that it has in desk.toml.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// Shown in a header, or what a body is signed with.
    Secret,
    /// Shown in the URL, by who cannot send headers.
    UrlKey,
}

impl Credential {
    pub const ALL: [Self; 2] = [Self::Secret, Self::UrlKey];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::UrlKey => "url_key",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A credential of an integration; never its value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CredentialState {
    pub credential: Credential,
    pub origin: Origin,
    pub rotated_at: Option<Timestamp>,
    /// A username; `console` is the machine itself.
    pub rotated_by: Option<String>,
    /// When a sender showed it last; of one from the configuration only as far as this Desk has run.
    pub used_at: Option<Timestamp>,
    /// The one before it, while it still counts.
    pub previous: Option<PreviousCredential>,
}

/// Where the credential that counts is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// There is none: nobody can prove anything by it.
    None,
    /// desk.toml.
    Configured,
    /// The Desk made it.
    Rotated,
    /// desk.toml again: the Desk made another, and can no longer read it, because the JWT secret is not the one that
    /// it was sealed with.
    Unreadable,
}

/// It counts beside the new one until nobody needs it any more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviousCredential {
    /// When a sender showed it last, since the change began.
    pub used_at: Option<Timestamp>,
    /// When it ends by itself; `None` while nobody has shown the new one.
    pub ends_at: Option<Timestamp>,
}

/// A credential that was just made, on its one way to the person who asked for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCredential {
    pub integration: String,
    pub credential: Credential,
    /// Shown here and never again.
    pub value: String,
    /// Whether the one before it counts as well, until it is ended.
    pub previous_counts: bool,
}

impl fmt::Debug for NewCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewCredential({} {} ****)", self.integration, self.credential)
    }
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
