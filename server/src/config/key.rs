//! The path of a key, as a message names it: `sites.vm112.host`, `domains[0].name`.

use std::fmt;

/// From the root down. Lists count from 0.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Key(Vec<Step>);

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Name(String),
    Nth(usize),
}

impl Key {
    pub(super) fn of(table: &str, name: &str) -> Self {
        Self::default().then(table).then(name)
    }

    /// The `nth` table of a list of tables.
    pub(super) fn nth_of(list: &str, nth: usize) -> Self {
        Self::default().then(list).nth(nth)
    }

    pub(super) fn then(mut self, name: &str) -> Self {
        self.0.push(Step::Name(name.to_owned()));
        self
    }

    pub(super) fn nth(mut self, nth: usize) -> Self {
        self.0.push(Step::Nth(nth));
        self
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Nth(nth) => write!(f, "[{nth}]")?,
                Step::Name(name) => {
                    let dot = if place == 0 { "" } else { "." };
                    let is_bare = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
                    if !name.is_empty() && name.bytes().all(is_bare) {
                        write!(f, "{dot}{name}")?;
                    } else {
                        write!(f, "{dot}{name:?}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
