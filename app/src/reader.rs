//! Who reads a page and when: what a part needs to choose its words.

use crate::words::{AuditWords, OnboardingWords, SelfWords, TicketWords, Words};
use leptos::prelude::*;
use model::{Language, Permission, Role, Timestamp};

/// Stands in the context of every page and fragment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reader {
    pub language: Language,
    pub username: String,
    /// `None`: nobody is logged in.
    pub role: Option<Role>,
    /// Nobody has to log in: everybody reads this as a `super_admin`.
    pub is_open: bool,
    /// When the answer is made: what "ago" counts from.
    pub now: Timestamp,
}

impl Reader {
    /// The reader of the page being rendered.
    pub fn here() -> Self {
        use_context().unwrap_or_default()
    }

    pub fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.role.is_some_and(|role| role.may(permission))
    }
}

/// The catalogue in the reader's language.
pub fn words() -> &'static Words {
    Reader::here().words()
}

/// Its part about tickets and webhooks.
pub fn ticket_words() -> &'static TicketWords {
    TicketWords::of(Reader::here().language)
}

/// Its part about onboarding.
pub fn onboarding_words() -> &'static OnboardingWords {
    OnboardingWords::of(Reader::here().language)
}

/// Its part about audits.
pub fn audit_words() -> &'static AuditWords {
    AuditWords::of(Reader::here().language)
}

/// Its part about the Desk itself.
pub fn self_words() -> &'static SelfWords {
    SelfWords::of(Reader::here().language)
}
