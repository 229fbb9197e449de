//! What people send about tickets.

use super::{Kind, Priority, Status};
use crate::{DomainName, Timestamp, ticket::Ticket};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A ticket that a person opens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    pub subject: String,
    #[serde(default)]
    pub body: Option<String>,
    /// `normal` by default.
    #[serde(default)]
    pub priority: Option<Priority>,
    #[serde(default)]
    pub domain: Option<String>,
    /// `manual` by default.
    #[serde(default)]
    pub kind: Option<Kind>,
}

/// What is to become of a ticket; an absent key stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TicketChanges {
    #[serde(default)]
    pub status: Option<Status>,
    #[serde(default)]
    pub priority: Option<Priority>,
    /// A username; null takes the ticket away from whoever has it.
    #[serde(default, skip_serializing_if = "Assignee::is_as_before")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub assigned_to: Assignee,
    #[serde(default)]
    pub subject: Option<String>,
}

/// Who is to have a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Assignee {
    #[default]
    AsBefore,
    Nobody,
    Somebody(String),
}

impl Assignee {
    fn is_as_before(&self) -> bool {
        *self == Self::AsBefore
    }
}

impl Serialize for Assignee {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::AsBefore | Self::Nobody => serializer.serialize_none(),
            Self::Somebody(name) => serializer.serialize_some(name),
        }
    }
}

/// An absent key never comes here: null is a value.
impl<'de> Deserialize<'de> for Assignee {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let name = Option::<String>::deserialize(value)?;
        Ok(match name.filter(|name| !name.trim().is_empty()) {
            Some(name) => Self::Somebody(name),
            None => Self::Nobody,
        })
    }
}

/// A comment on a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    pub body: String,
}

/// A [`NewTicket`] that was read and found good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    pub subject: String,
    pub body: Option<String>,
    pub priority: Priority,
    pub domain: Option<DomainName>,
    pub kind: Kind,
}

impl Draft {
    /// The ticket that it becomes, so far without its names and times.
    pub(super) fn into_ticket(
        self,
        id: String,
        number: i64,
        tenant: Option<String>,
        at: Timestamp,
    ) -> Ticket {
        Ticket {
            id,
            number,
            kind: self.kind,
            domain: self.domain,
            tenant,
            subject: self.subject,
            status: Status::Open,
            priority: self.priority,
            assigned_to: None,
            occurrences: 1,
            created_at: at,
            updated_at: at,
            last_seen_at: at,
            version: 1,
        }
    }
}
