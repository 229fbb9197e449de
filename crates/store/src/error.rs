//! What can go wrong in the cellar while it is open: always ours, never the caller's.

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
