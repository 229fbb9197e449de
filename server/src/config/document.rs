//! A file's text as TOML, and where in it each key stands.

use super::{
    fault::{ConfigError, Fault, Place},
    key::{Key, Step},
    wording,
};
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer, Error},
};

pub(super) struct Document<'t> {
    /// As the person named it; empty where there is no file.
    name: &'t str,
    /// Where each line ends.
    ends: Vec<usize>,
    root: DeTable<'t>,
}

impl<'t> Document<'t> {
    pub(super) fn parse(name: &'t str, text: &'t str) -> Result<Self, ConfigError> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let document = Self {
            name,
            ends: text.match_indices('\n').map(|(end, _)| end).collect(),
            root: root.into_inner(),
        };
        if errors.is_empty() {
            return Ok(document);
        }
        let faults = errors
            .iter()
            .take(MOST_FAULTS)
            .map(|error| document.syntax(error));
        Err(ConfigError(faults.collect()))
    }

    /// Reads the document into its type. A key that cannot be read is noted and left out, and the rest is
    /// read again: so one run finds what is wrong with every key.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let mut faults: Vec<Fault> = Vec::new();
        let mut root = self.root.clone();
        while faults.len() < MOST_FAULTS {
            let error = match T::deserialize(Deserializer::from(Spanned::new(0..0, root.clone()))) {
                Ok(settings) if faults.is_empty() => return Ok(settings),
                Ok(_) => break,
                Err(error) => error,
            };
            let span = error.span().unwrap_or_default();
            let found = find(&self.root, &span, &Key::default());
            let is_known = found.is_some();
            let fault = self.shape(&error, found.unwrap_or_default());
            // The name of a domain that was left out above is not missing.
            if !faults.iter().any(|known| known.key == fault.key) {
                faults.push(fault);
            }
            if !is_known {
                break;
            }
            root = without(root, &span);
        }
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        Err(ConfigError(faults))
    }

    /// The line of a key, or of the nearest table above it.
    pub(super) fn line(&self, key: &Key) -> Option<usize> {
        self.span(key).map(|span| self.line_of(&span))
    }

    pub(super) fn place(&self, key: &Key) -> Place {
        if self.name.is_empty() {
            return Place::Nowhere;
        }
        Place::File {
            name: self.name.to_owned(),
            line: self.line(key),
        }
    }

    fn span(&self, key: &Key) -> Option<Range<usize>> {
        let mut found = None;
        let mut here: Option<&DeValue<'_>> = None;
        for step in key.steps() {
            let (span, value) = match (step, here) {
                (Step::Name(name), None) => entry(&self.root, name),
                (Step::Name(name), Some(DeValue::Table(table))) => entry(table, name),
                (Step::Nth(nth), Some(DeValue::Array(list))) => {
                    list.get(*nth).map(|value| (value.span(), value.get_ref()))
                }
                _ => None,
            }
            .unzip();
            let Some(span) = span else { break };
            found = Some(span);
            here = value;
        }
        found
    }

    fn syntax(&self, error: &Error) -> Fault {
        let span = error.span().unwrap_or_default();
        let place = Place::File {
            name: self.name.to_owned(),
            line: Some(self.line_of(&span)),
        };
        Fault {
            place,
            key: None,
            why: format!("this is not TOML: {}", error.message()),
        }
    }

    fn shape(&self, error: &Error, key: Key) -> Fault {
        let line = error.span().map(|span| self.line_of(&span));
        let place = Place::File {
            name: self.name.to_owned(),
            line,
        };
        let (missing, why) = wording::of(error.message(), key.steps());
        let key = match missing {
            Some(field) => key.then(field),
            None => key,
        };
        Fault {
            place,
            key: Some(key).filter(|key| !key.steps().is_empty()),
            why,
        }
    }

    fn line_of(&self, span: &Range<usize>) -> usize {
        1 + self.ends.partition_point(|end| *end < span.start)
    }
}

fn entry<'a, 't>(table: &'a DeTable<'t>, name: &str) -> Option<(Range<usize>, &'a DeValue<'t>)> {
    let (key, value) = table.get_key_value(name)?;
    Some((key.span(), value.get_ref()))
}

/// The key whose name or value stands at `span`.
fn find(table: &DeTable<'_>, span: &Range<usize>, above: &Key) -> Option<Key> {
    table.iter().find_map(|(name, value)| {
        let here = above.clone().then(name.get_ref());
        if name.span() == *span {
            return Some(here);
        }
        find_in(value, span, here)
    })
}

fn find_in(value: &Spanned<DeValue<'_>>, span: &Range<usize>, here: Key) -> Option<Key> {
    if stands_at(value, span) {
        return Some(here);
    }
    match value.get_ref() {
        DeValue::Table(table) => find(table, span, &here),
        DeValue::Array(list) => list
            .iter()
            .enumerate()
            .find_map(|(nth, value)| find_in(value, span, here.clone().nth(nth))),
        _ => None,
    }
}

/// The table without what stands at `span`.
fn without<'t>(table: DeTable<'t>, span: &Range<usize>) -> DeTable<'t> {
    let others = table
        .into_iter()
        .filter(|(name, value)| name.span() != *span && !stands_at(value, span));
    others
        .map(|(name, value)| (name, without_in(value, span)))
        .collect()
}

fn without_in<'t>(value: Spanned<DeValue<'t>>, span: &Range<usize>) -> Spanned<DeValue<'t>> {
    let here = value.span();
    let rest = match value.into_inner() {
        DeValue::Table(table) => DeValue::Table(without(table, span)),
        DeValue::Array(list) => {
            let others = list.into_iter().filter(|value| !stands_at(value, span));
            DeValue::Array(others.map(|value| without_in(value, span)).collect())
        }
        scalar => scalar,
    };
    Spanned::new(here, rest)
}

/// A list of tables has the place of its first one, which is the one that is meant.
fn stands_at(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    let is_list_of_tables = || match value.get_ref() {
        DeValue::Array(list) => list.first().is_some_and(|first| first.span() == *span),
        _ => false,
    };
    value.span() == *span && !is_list_of_tables()
}

/// More would be scrolled away.
const MOST_FAULTS: usize = 20;
