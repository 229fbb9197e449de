//! What a proxy's condition comes to for one host, when only some of its terms are about hosts (Kleene's
//! three-valued logic, with the reason kept).

use std::{
    cmp::{max, min},
    ops::Not,
};

/// How something can come about for the host asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Chance {
    Never,
    /// Some request brings it about, whatever its host: a path, a header, an address.
    Open,
    /// The host brings it about.
    Named,
}

/// Whether a condition is met, and whether it is not: both can be open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    pub met: Chance,
    pub unmet: Chance,
}

impl Answer {
    /// A term that is not about hosts.
    pub const OPEN: Self = Self {
        met: Chance::Open,
        unmet: Chance::Open,
    };
    /// A term that holds for every request, and one that holds for none.
    pub const ALWAYS: Self = Self {
        met: Chance::Open,
        unmet: Chance::Never,
    };
    pub const NEVER: Self = Self {
        met: Chance::Never,
        unmet: Chance::Open,
    };

    /// A term about the host, which it matches or does not.
    pub fn about_host(matches: bool) -> Self {
        let named = Self {
            met: Chance::Named,
            unmet: Chance::Never,
        };
        if matches { named } else { !named }
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            met: both(self.met, other.met),
            unmet: max(self.unmet, other.unmet),
        }
    }

    #[must_use]
    pub fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }
}

impl Not for Answer {
    type Output = Self;

    fn not(self) -> Self {
        Self {
            met: self.unmet,
            unmet: self.met,
        }
    }
}

/// One that never comes about prevents it; else it is enough that the host brings one of them about.
fn both(one: Chance, other: Chance) -> Chance {
    match min(one, other) {
        Chance::Never => Chance::Never,
        _ => max(one, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_beside_the_host_leaves_it_named_and_a_path_alone_names_nobody() {
        let (hit, miss, path) = (Answer::about_host(true), Answer::about_host(false), Answer::OPEN);
        assert_eq!(hit.and(path).met, Chance::Named);
        assert_eq!(path.or(hit).met, Chance::Named);
        assert_eq!(path.met, Chance::Open);
        assert_eq!(miss.and(path).met, Chance::Never);
        assert_eq!(miss.or(path).met, Chance::Open);
    }

    #[test]
    fn a_negation_turns_it_around_and_twice_back() {
        let (hit, miss, path) = (Answer::about_host(true), Answer::about_host(false), Answer::OPEN);
        assert_eq!((!hit).met, Chance::Never);
        assert_eq!((!miss).met, Chance::Named);
        assert_eq!((!hit.or(path)).met, Chance::Never);
        assert_eq!((!miss.or(path)).met, Chance::Named);
        assert_eq!(!!hit, hit);
        assert_eq!(!Answer::ALWAYS, Answer::NEVER);
    }
}
