//! Gathers what is wrong and what a person should look at, with the place of each.

use super::{
    document::Document,
    fault::{ConfigError, Fault, Place},
    key::Key,
};

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

    /// The line in which a key stands.
    pub(super) fn line(&self, key: &Key) -> Option<usize> {
        self.document.line(key)
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
