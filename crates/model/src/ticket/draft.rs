//! What people send about tickets.

use super::{Kind, Priority, Status};
use crate::{DomainName, Timestamp, ticket::Ticket};
use serde::{Deserialize, Deserializer, Serialize};

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
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub assigned_to: Option<Option<String>>,
    #[serde(default)]
    pub subject: Option<String>,
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

/// Null is a value here, and not the same as an absent key.
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}
