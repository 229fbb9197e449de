//! What a request brings into the pages: the use-cases, who asks, and how they want to read.

use crate::{fault::Fault, reader::Reader, theme::Theme};
use leptos::prelude::*;
use model::{Error, Language};

/// The server provides one per request, in the context of pages, fragments and calls.
#[derive(Clone)]
pub struct Door {
    pub desk: desk::Desk,
    pub who: desk::Actor,
    /// Nobody has to log in.
    pub is_open: bool,
    pub language: Language,
    /// The cookie `theme`.
    pub theme: Option<Theme>,
}

impl Door {
    /// The door of the request in hand.
    pub fn open() -> Result<Self, Fault> {
        use_context().ok_or_else(|| {
            Fault(Error::Internal {
                incident: "no-door".to_owned(),
            })
        })
    }

    pub fn reader(&self) -> Reader {
        Reader {
            language: self.language,
            username: self.who.username().to_owned(),
            role: self.who.role(),
            is_open: self.is_open,
            now: self.desk.now(),
        }
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door")
            .field("who", &self.who.username())
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}
