//! When a fault is announced: only what lasts, or is over for good. Flapping announces nothing.

use crate::{Code, State};

/// How many runs in a row make a fault, and how many its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    pub open_after: u32,
    pub close_after: u32,
}

/// What a state says about a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bearing {
    There,
    /// What no longer applies is no fault either.
    Over,
    /// Nobody could see.
    Unclear,
}

impl Patience {
    /// Whether a fault, or the end of the one that was announced, is to be announced now: `streak` runs in a
    /// row were of this state's bearing.
    pub fn ends(self, (state, code): (State, Code), streak: i64, announced: bool) -> bool {
        match Bearing::of(state, code) {
            Bearing::There => !announced && streak >= i64::from(self.open_after),
            Bearing::Over => announced && streak >= i64::from(self.close_after),
            Bearing::Unclear => false,
        }
    }
}

impl Bearing {
    /// A door that takes no connection proves nothing about its certificate, and is a fault all the same: no
    /// client comes in.
    pub fn of(state: State, code: Code) -> Self {
        match (state, code) {
            (State::Fail, _) | (State::Unknown, Code::Unreachable | Code::Timeout) => Self::There,
            (State::Ok | State::Warn | State::Skipped, _) => Self::Over,
            (State::Unknown, _) => Self::Unclear,
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            open_after: 2,
            close_after: 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_announced_once_when_it_lasts_and_once_when_it_is_over() {
        let patience = Patience {
            open_after: 2,
            close_after: 3,
        };
        let ends = |state, streak, announced| patience.ends((state, Code::NoAnswer), streak, announced);
        assert!(!ends(State::Fail, 1, false));
        assert!(ends(State::Fail, 2, false));
        assert!(!ends(State::Fail, 9, true), "it was said before");
        assert!(!ends(State::Ok, 2, true));
        assert!(ends(State::Warn, 3, true));
        assert!(ends(State::Skipped, 3, true));
        assert!(!ends(State::Ok, 9, false), "there was nothing to end");
        assert!(!ends(State::Unknown, 9, true) && !ends(State::Unknown, 9, false));
        assert!(
            patience.ends((State::Unknown, Code::Unreachable), 2, false),
            "no client comes in"
        );
    }
}
