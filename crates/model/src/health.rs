//! How the Desk itself is: its hosts, its sweeps, its database, and what it was not given.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Health {
    pub version: String,
    pub database: Database,
    pub sweeps: Sweeps,
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
    pub answers: bool,
}

/// The schedule's sweeps over all domains.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sweeps {
    /// Milliseconds in which every domain is checked once.
    pub period: i64,
    /// When the present sweep, or the last one, began; `None` before the first.
    pub begun_at: Option<Timestamp>,
    /// When it began its last domain; `None` while it runs.
    pub ended_at: Option<Timestamp>,
    /// When the next one begins.
    pub next_at: Option<Timestamp>,
}

/// A host on which sites' files and commands are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HostHealth {
    /// `local`, or `ssh://…`.
    pub name: String,
    pub sites: Vec<String>,
    /// Why it cannot be reached.
    pub fault: Option<String>,
}
