//! How many webhooks of each integration came to what, since the start.

use super::{Refused, Taken};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// In the order of the configuration.
#[derive(Debug)]
pub(crate) struct Tally(Vec<[AtomicU64; Outcome::ALL.len()]>);

/// What a sender was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Accepted,
    Duplicate,
    /// It is no JSON; or of a wrong shape, and was kept.
    Rejected,
    /// It proved nothing.
    Refused,
    /// It could not be stored, and is to come again.
    Unavailable,
}

impl Outcome {
    pub const ALL: [Self; 5] = [
        Self::Accepted,
        Self::Duplicate,
        Self::Rejected,
        Self::Refused,
        Self::Unavailable,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
        }
    }

    fn of(taken: &Result<Taken, Refused>) -> Self {
        match taken {
            Ok(taken) if taken.is_duplicate => Self::Duplicate,
            Ok(taken) if taken.rejected.is_some() => Self::Rejected,
            Ok(_) => Self::Accepted,
            Err(Refused::NotJson) => Self::Rejected,
            Err(Refused::Unknown | Refused::Unproved) => Self::Refused,
            Err(Refused::Error(_)) => Self::Unavailable,
        }
    }
}

impl Tally {
    pub(crate) fn of(integrations: usize) -> Self {
        Self((0..integrations).map(|_| Default::default()).collect())
    }

    pub(crate) fn counts(&self, nth: usize) -> [(Outcome, u64); Outcome::ALL.len()] {
        Outcome::ALL.map(|outcome| (outcome, self.0[nth][outcome as usize].load(Relaxed)))
    }

    pub(super) fn count(&self, nth: usize, taken: &Result<Taken, Refused>) {
        self.note(nth, Outcome::of(taken));
    }

    pub(super) fn note(&self, nth: usize, outcome: Outcome) {
        self.0[nth][outcome as usize].fetch_add(1, Relaxed);
    }
}
