//! Exit codes, as the contract has them.

use model::State;
use std::process::ExitCode;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Ready, or ok.
    Good,
    /// Not ready, or proved wrong.
    Bad,
    /// Wrong usage, or an unknown domain or check.
    Usage,
    /// Could not be determined.
    Unknown,
}

impl Exit {
    /// For one endpoint or one chain.
    pub(crate) fn of(state: State) -> Self {
        match state {
            State::Ok | State::Warn | State::Skipped => Self::Good,
            State::Fail => Self::Bad,
            State::Unknown => Self::Unknown,
        }
    }

    /// Of several domains: 1 beats 3.
    pub(crate) fn worst(all: impl Iterator<Item = Self>) -> Self {
        let rank = |exit: &Self| match exit {
            Self::Good => 0,
            Self::Unknown => 1,
            Self::Bad => 2,
            Self::Usage => 3,
        };
        all.max_by_key(rank).unwrap_or(Self::Good)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Good => 0,
            Exit::Bad => 1,
            Exit::Usage => 2,
            Exit::Unknown => 3,
        })
    }
}
