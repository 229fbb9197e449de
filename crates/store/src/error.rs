//! What can go wrong in the cellar while it is open: always ours, never the caller's.

use sqlx::{error::DatabaseError, sqlite::SqliteError};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database failed: {0}")]
    Sql(#[from] sqlx::Error),
    /// A row that this version did not write so, or that somebody has edited.
    #[error("the database holds {text:?}, which is no {what}")]
    Strange { what: &'static str, text: String },
    /// PostgreSQL has no such text; it is refused on both engines, so that they stay alike.
    #[error("{what} contains U+0000")]
    Nul { what: &'static str },
}

impl Error {
    /// Whether another try later is worth it: the disk is full or cannot be written, no file can be opened, another
    /// program holds the database, or the server is out of something or away.
    pub fn is_for_now(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(why)) => {
                if let Some(code) = sqlite_code(why.as_ref()) {
                    return SQLITE_FOR_NOW.contains(&code);
                }
                let code = why.code().unwrap_or_default();
                POSTGRES_FOR_NOW.iter().any(|class| code.starts_with(class))
            }
            Self::Sql(why) => matches!(
                why,
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed
            ),
            Self::Strange { .. } | Self::Nul { .. } => false,
        }
    }

    /// What was written meets what another has written meanwhile: see [`Store::begin_from_memory`](crate::Store).
    pub fn is_conflict(&self) -> bool {
        let Self::Sql(sqlx::Error::Database(why)) = self else {
            return false;
        };
        why.is_unique_violation() || why.is_check_violation()
    }

    /// What is wrong with the database, for whoever asks whether it works. Never a text of SQL.
    pub fn in_short(&self) -> &'static str {
        let Self::Sql(sqlx::Error::Database(why)) = self else {
            return "does not answer";
        };
        match (sqlite_code(why.as_ref()), why.code().as_deref()) {
            (Some(FULL), _) | (None, Some("53100")) => "the disk is full",
            (Some(READONLY), _) | (None, Some("25006")) => "cannot be written",
            (Some(CANTOPEN), _) => "its files cannot be opened",
            _ => "does not answer",
        }
    }

    pub(crate) fn strange(what: &'static str, text: impl Into<String>) -> Self {
        Self::Strange {
            what,
            text: text.into(),
        }
    }
}

/// Passes a text on that both engines can store.
pub(crate) fn storable<'t>(what: &'static str, text: &'t str) -> Result<&'t str> {
    if text.contains('\0') {
        return Err(Error::Nul { what });
    }
    Ok(text)
}

/// The lowest byte of an extended code is the code itself (<https://www.sqlite.org/rescode.html>). `None`: it is
/// PostgreSQL's.
fn sqlite_code(why: &dyn DatabaseError) -> Option<u32> {
    why.try_downcast_ref::<SqliteError>()?;
    Some(why.code()?.parse::<u32>().ok()? & 0xff)
}

const READONLY: u32 = 8;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
/// With these: busy, locked, an error of the disk's.
const SQLITE_FOR_NOW: [u32; 6] = [5, 6, READONLY, 10, FULL, CANTOPEN];
/// Connections, a read-only transaction, resources, locks, the operator's hand, the system
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const POSTGRES_FOR_NOW: [&str; 6] = ["08", "25006", "53", "55P03", "57P", "58030"];
