//! What can go wrong, said by whose fault it is.

use serde::{Deserialize, Serialize};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Each door turns this into its own answer: a status code, a page, an exit code.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Error {
    /// Nobody is logged in.
    #[error("log in first")]
    Anonymous,
    /// Known, but may not.
    #[error("your role may not do this")]
    Denied,
    /// A password that somebody else set comes first.
    #[error("change your password first")]
    PasswordChangeRequired,
    /// What came in is wrong.
    #[error("{field}: {why}")]
    Invalid { field: String, why: String },
    #[error("{what} does not exist")]
    NotFound { what: String },
    /// Somebody else was faster, or the state forbids it.
    #[error("{why}")]
    Conflict { why: String },
    /// Somebody has changed it since it was read.
    #[error("somebody has changed it since; its version is {version} now")]
    Stale { version: i64 },
    /// It cannot be stored now; nothing of it was kept.
    #[error("it cannot be stored now: try again in {retry_after} s")]
    Unavailable { retry_after: u32 },
    /// Too many tries.
    #[error("too many tries: wait {retry_after} s")]
    TooMany { retry_after: u32 },
    /// Ours. The log has the cause under the incident's number.
    #[error("internal error, incident {incident}")]
    Internal { incident: String },
}

impl Error {
    pub fn invalid(field: &str, why: impl std::fmt::Display) -> Self {
        Self::Invalid {
            field: field.to_owned(),
            why: why.to_string(),
        }
    }

    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::NotFound {
            what: what.to_string(),
        }
    }
}
