//! Jobs: what the Desk still has to do after something happened, and what it has given up.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// How many jobs there are, by what they wait for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Depths {
    /// For their time, or for their turn.
    pub waiting: u64,
    /// Being done.
    pub in_flight: u64,
    /// For a person: they were given up.
    pub dead: u64,
}

/// A job that was given up. It is kept until somebody has it tried again or drops it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadJob {
    pub id: i64,
    /// What kind of job it is, such as `hook`.
    pub name: String,
    /// What it is about, such as `siem: ticket.opened`.
    pub about: String,
    pub tries: i64,
    /// Why the last try came to nothing.
    pub error: String,
    pub created_at: Timestamp,
    pub tried_at: Timestamp,
}

/// The depths, and a page of the jobs that were given up, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jobs {
    pub depths: Depths,
    pub items: Vec<DeadJob>,
    pub next_cursor: Option<String>,
}
