//! What was: a check's changes one by one, and its days in numbers.

use crate::{CheckId, Code, State, Timestamp};
use serde::{Deserialize, Serialize};

/// One change of a check's state, said in the reader's language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Orders changes; that of the event that told it.
    pub id: i64,
    pub at: Timestamp,
    pub check: CheckId,
    pub label: String,
    /// Null where the check spoke for the first time.
    pub before: Option<State>,
    pub after: State,
    pub code: Code,
    pub message: String,
}

/// `GET /api/v1/infra/history/{domain}`: newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changes {
    pub items: Vec<Change>,
    /// What to ask for to read on; null at the end.
    pub next_cursor: Option<String>,
}

/// The last days of one check, oldest first and without a gap.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Calendar {
    pub check: CheckId,
    pub label: String,
    pub days: Vec<Day>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Day {
    /// Its midnight in UTC.
    pub at: Timestamp,
    pub tally: Tally,
}

/// How many runs were in each state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    pub ok: u32,
    pub warn: u32,
    pub fail: u32,
    pub unknown: u32,
    pub skipped: u32,
}

impl Tally {
    pub fn of(self, state: State) -> u32 {
        match state {
            State::Ok => self.ok,
            State::Warn => self.warn,
            State::Fail => self.fail,
            State::Unknown => self.unknown,
            State::Skipped => self.skipped,
        }
    }

    pub fn add(&mut self, state: State, runs: u32) {
        let count = match state {
            State::Ok => &mut self.ok,
            State::Warn => &mut self.warn,
            State::Fail => &mut self.fail,
            State::Unknown => &mut self.unknown,
            State::Skipped => &mut self.skipped,
        };
        *count = count.saturating_add(runs);
    }

    pub fn runs(self) -> u32 {
        State::ALL
            .into_iter()
            .fold(0, |runs, state| runs.saturating_add(self.of(state)))
    }

    /// The worst state that a run found; `None` where none ran.
    pub fn worst(self) -> Option<State> {
        State::ALL.into_iter().filter(|state| self.of(*state) > 0).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_as_bad_as_its_worst_run() {
        let mut tally = Tally::default();
        assert_eq!((tally.runs(), tally.worst()), (0, None));
        tally.add(State::Ok, 287);
        tally.add(State::Warn, 1);
        assert_eq!((tally.runs(), tally.worst()), (288, Some(State::Warn)));
        tally.add(State::Ok, u32::MAX);
        assert_eq!(tally.runs(), u32::MAX);
    }
}
