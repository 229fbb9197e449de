//! Gathers what is wrong and what a person should look at, with the place of each.

use super::{
    document::Document,
    fault::{ConfigError, Fault, Place},
    key::Key,
};
use std::{collections::BTreeMap, fmt};

pub(super) struct Report<'d> {
    document: &'d Document<'d>,
    /// Keys that a variable has overridden.
    overridden: Vec<(Key, &'static str)>,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

impl<'d> Report<'d> {
    pub(super) fn new(document: &'d Document<'d>) -> Self {
        Self {
            document,
            overridden: Vec::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn override_with(&mut self, key: Key, variable: &'static str) {
        self.overridden.push((key, variable));
    }

    pub(super) fn fault(&mut self, key: Key, why: impl Into<String>) {
        let fault = self.at(key, why.into());
        self.faults.push(fault);
    }

    pub(super) fn warn(&mut self, key: Key, why: impl Into<String>) {
        let warning = self.at(key, why.into());
        self.warnings.push(warning);
    }

    /// No two tables of a list may have the same name.
    pub(super) fn unique<N: Ord + fmt::Display>(&mut self, list: &str, names: impl Iterator<Item = N>) {
        let key = |nth| Key::nth_of(list, nth).then("name");
        let mut first_of = BTreeMap::new();
        for (nth, name) in names.enumerate() {
            match first_of.get(&name) {
                Some(first) => {
                    let line = self.document.line(&key(*first)).unwrap_or_default();
                    self.fault(key(nth), format!("{name} stands already in line {line}"));
                }
                None => {
                    first_of.insert(name, nth);
                }
            }
        }
    }

    /// The warnings, where nothing is wrong.
    pub(super) fn finish(mut self) -> Result<Vec<Fault>, ConfigError> {
        if self.faults.is_empty() {
            self.warnings.sort_by(|a, b| a.place.cmp(&b.place));
            return Ok(self.warnings);
        }
        self.faults.sort_by(|a, b| a.place.cmp(&b.place));
        Err(ConfigError(self.faults))
    }

    fn at(&self, key: Key, why: String) -> Fault {
        let variable = self.overridden.iter().find(|(overridden, _)| *overridden == key);
        let place = match variable {
            Some((_, variable)) => Place::Variable(variable),
            None => self.document.place(&key),
        };
        Fault {
            place,
            key: Some(key),
            why,
        }
    }
}
