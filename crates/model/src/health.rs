//! How the Desk itself is: its hosts, its sweeps, its database, and what it was not given.

use crate::{Timestamp, audit::Audits};
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Health {
    pub version: String,
    pub database: Database,
    pub sweeps: Sweeps,
    pub audits: Audits,
    pub hosts: Vec<HostHealth>,
    /// The configuration keys of secrets that are missing.
    pub missing_secrets: Vec<String>,
    pub domains: usize,
    /// When this answer was made: what "ago" counts from.
    pub now: Timestamp,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Database {
    /// `SQLite` or `PostgreSQL`.
    pub engine: String,
    /// What it takes on disk; `None` where it does not answer.
    pub bytes: Option<u64>,
}

/// The schedule's sweeps over all domains.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sweeps {
    /// Milliseconds in which every domain is checked once.
    pub period: i64,
    /// When the newest sweep began; `None` before the first.
    pub begun_at: Option<Timestamp>,
    /// When the next one begins.
    pub next_at: Option<Timestamp>,
    /// The last one whose every answer has come.
    pub last: Option<Done>,
}

/// A sweep from its first question to its last answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Done {
    pub begun_at: Timestamp,
    pub ended_at: Timestamp,
    pub domains: usize,
}

/// A host on which sites' files and commands are, as it answered the schedule last.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostHealth {
    /// What the configuration calls it.
    pub name: String,
    /// `local`, or `ssh://…`.
    pub via: String,
    pub sites: Vec<String>,
    /// `None` before the first look.
    pub reachable: Option<bool>,
    /// Why it cannot be reached.
    pub fault: Option<String>,
    /// Since when it is so, as far as this Desk has run.
    pub since: Option<Timestamp>,
    pub checked_at: Option<Timestamp>,
}
