//! A list of tickets that somebody has given a name: theirs alone, and kept with their user.

use super::{Kind, Priority, Status};
use crate::access::Grant;
use serde::{Deserialize, Serialize};

/// What a list of tickets is narrowed to; what is absent does not narrow.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Narrowed {
    /// One of these; empty: those that are live.
    pub status: Vec<Status>,
    pub priority: Option<Priority>,
    pub kind: Option<Kind>,
    /// A username; empty: the tickets that nobody has.
    pub assigned_to: Option<String>,
    /// Words, of each of which the beginning is enough.
    pub q: Option<String>,
}

/// A saved view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct View {
    /// Its owner has one of this name.
    pub name: String,
    pub narrowed: Narrowed,
}

/// All views of one person, by name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Views {
    pub items: Vec<View>,
}

impl Narrowed {
    /// Whether somebody granted so much may narrow by it: by people only who sees them.
    pub fn is_for(&self, grant: Grant) -> bool {
        grant == Grant::Whole || self.assigned_to.is_none()
    }
}
