//! What the Desk does by itself.

mod checkpoint;
mod dead;
mod hook;
mod housekeeping;
mod queue;
pub mod schedule;

pub(crate) use hook::Delivery;
pub(crate) use queue::Queue;

use model::evidence::tame;
use std::time::Duration;

/// Why a try of a job came to nothing, as its author decides. People read it: never a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum JobError {
    /// It may go well later, and not before `after`.
    Retry { why: String, after: Option<Duration> },
    /// It will never go well by itself.
    Fail { why: String },
}

impl JobError {
    fn retry(why: impl AsRef<str>) -> Self {
        Self::Retry {
            why: tame(why.as_ref(), LONGEST_WHY),
            after: None,
        }
    }

    fn fail(why: impl AsRef<str>) -> Self {
        Self::Fail {
            why: tame(why.as_ref(), LONGEST_WHY),
        }
    }
}

/// Characters.
const LONGEST_WHY: usize = 300;
