//! The Desk's own trail: what people changed, each entry chained to the one before it.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, net::IpAddr};

/// What somebody changed, when, and from where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deed {
    pub at: Timestamp,
    /// A username; `console` is the machine itself.
    pub actor: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub address: Option<IpAddr>,
    pub action: Action,
    /// What was changed: a domain, a username.
    pub object: String,
    /// The fields that were changed, as they were; empty for what is new.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub before: Fields,
    /// The same as they are now; empty for what is gone.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub after: Fields,
}

/// Names and values, in one order. Never a secret.
pub type Fields = BTreeMap<String, String>;

impl Deed {
    /// Says what changed; what stayed as it was is left out.
    #[must_use]
    pub fn with(self, mut before: Fields, mut after: Fields) -> Self {
        before.retain(|name, value| match after.get(name) {
            Some(same) if same == value => {
                after.remove(name);
                false
            }
            _ => true,
        });
        Self {
            before,
            after,
            ..self
        }
    }
}

/// A deed in the trail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// 1, 2, 3 … without a gap.
    pub id: i64,
    #[serde(flatten)]
    pub deed: Deed,
    /// SHA-256 over this entry and the hash of the one before it, in hexadecimal.
    pub hash: String,
}

/// One page of the trail, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trail {
    pub items: Vec<Entry>,
    pub next_cursor: Option<String>,
}

/// What the whole chain is worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    /// How many entries hold together from the first on.
    pub entries: i64,
    /// The hash of the last of them; of an empty trail [`Proof::BEGINNING`].
    pub head: String,
    /// The first entry that does not continue the chain: it was changed, or one before it is missing.
    pub broken_at: Option<i64>,
    /// Whether the hash that somebody had noted is one of theirs.
    pub has_known: bool,
}

impl Proof {
    /// What the first entry continues.
    pub const BEGINNING: &'static str = "0000000000000000000000000000000000000000000000000000000000000000";
}

/// What people can do that leaves an entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Action {
    #[serde(rename = "domain.added")]
    DomainAdded,
    #[serde(rename = "domain.edited")]
    DomainEdited,
    #[serde(rename = "domain.removed")]
    DomainRemoved,
    #[serde(rename = "user.added")]
    UserAdded,
    #[serde(rename = "user.edited")]
    UserEdited,
    #[serde(rename = "user.password")]
    UserPassword,
    #[serde(rename = "session.ended")]
    SessionEnded,
    #[serde(rename = "ticket.opened")]
    TicketOpened,
    #[serde(rename = "ticket.edited")]
    TicketEdited,
    #[serde(rename = "ticket.commented")]
    TicketCommented,
    #[serde(rename = "view.saved")]
    ViewSaved,
    #[serde(rename = "view.removed")]
    ViewRemoved,
    #[serde(rename = "event.replayed")]
    EventReplayed,
    #[serde(rename = "integration.rotated")]
    IntegrationRotated,
    #[serde(rename = "integration.previous_ended")]
    IntegrationPreviousEnded,
    #[serde(rename = "integration.configured")]
    IntegrationConfigured,
    #[serde(rename = "job.retried")]
    JobRetried,
    #[serde(rename = "job.dropped")]
    JobDropped,
    #[serde(rename = "audit.begun")]
    AuditBegun,
}

impl Action {
    pub const ALL: [Self; 19] = [
        Self::DomainAdded,
        Self::DomainEdited,
        Self::DomainRemoved,
        Self::UserAdded,
        Self::UserEdited,
        Self::UserPassword,
        Self::SessionEnded,
        Self::TicketOpened,
        Self::TicketEdited,
        Self::TicketCommented,
        Self::ViewSaved,
        Self::ViewRemoved,
        Self::EventReplayed,
        Self::IntegrationRotated,
        Self::IntegrationPreviousEnded,
        Self::IntegrationConfigured,
        Self::JobRetried,
        Self::JobDropped,
        Self::AuditBegun,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::DomainAdded => "domain.added",
            Self::DomainEdited => "domain.edited",
            Self::DomainRemoved => "domain.removed",
            Self::UserAdded => "user.added",
            Self::UserEdited => "user.edited",
            Self::UserPassword => "user.password",
            Self::SessionEnded => "session.ended",
            Self::TicketOpened => "ticket.opened",
            Self::TicketEdited => "ticket.edited",
            Self::TicketCommented => "ticket.commented",
            Self::ViewSaved => "view.saved",
            Self::ViewRemoved => "view.removed",
            Self::EventReplayed => "event.replayed",
            Self::IntegrationRotated => "integration.rotated",
            Self::IntegrationPreviousEnded => "integration.previous_ended",
            Self::IntegrationConfigured => "integration.configured",
            Self::JobRetried => "job.retried",
            Self::JobDropped => "job.dropped",
            Self::AuditBegun => "audit.begun",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_written_alike_in_a_row_and_in_json() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
            assert_eq!(Action::parse(action.as_str()), Some(action));
        }
    }

    #[test]
    fn what_stayed_the_same_is_left_out() {
        let fields = |host: &str| {
            Fields::from([
                ("site".to_owned(), "vm112".to_owned()),
                ("mail_host".to_owned(), host.to_owned()),
            ])
        };
        let deed = Deed {
            at: Timestamp(0),
            actor: "root".into(),
            address: None,
            action: Action::DomainEdited,
            object: "padaria.example".into(),
            before: Fields::new(),
            after: Fields::new(),
        };
        let deed = deed.with(fields("mail.padaria.example"), fields("correio.padaria.example"));
        assert_eq!(deed.before.keys().collect::<Vec<_>>(), ["mail_host"]);
        assert_eq!(deed.after["mail_host"], "correio.padaria.example");
    }
}
