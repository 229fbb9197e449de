//! What is wrong with a configuration, one line each: `desk.toml:3: server.listen: …`.

use super::key::Key;
use std::fmt;

/// Everything that was found wrong, in the order of the file.
#[derive(Debug, thiserror::Error)]
pub(crate) struct ConfigError(pub(super) Vec<Fault>);

/// One thing that is wrong, or that a person should look at.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(super) place: Place,
    pub(super) key: Option<Key>,
    pub(super) why: String,
}

/// Where it was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Place {
    /// The file as it was named, and a line counted from 1.
    File {
        name: String,
        line: Option<usize>,
    },
    Variable(&'static str),
    /// Written nowhere: it follows from the defaults.
    Nowhere,
}

impl ConfigError {
    /// The file as a whole cannot be used.
    pub(super) fn of_file(name: &str, why: impl Into<String>) -> Self {
        let place = Place::File {
            name: name.to_owned(),
            line: None,
        };
        Self(vec![Fault {
            place,
            key: None,
            why: why.into(),
        }])
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            let end = if place == 0 { "" } else { "\n" };
            write!(f, "{end}{fault}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = OneLine(f);
        match (&self.place, &self.key) {
            (
                Place::File {
                    name,
                    line: Some(number),
                },
                _,
            ) => line.write(&format!("{name}:{number}: "))?,
            (Place::File { name, line: None }, _) => line.write(&format!("{name}: "))?,
            (Place::Variable(name), _) => return line.write(&format!("environment: {name}: {}", self.why)),
            (Place::Nowhere, _) => {}
        }
        if let Some(key) = &self.key {
            line.write(&format!("{key}: "))?;
        }
        line.write(&self.why)
    }
}

/// A terminal is never handed a file's control characters, nor a megabyte of its text.
struct OneLine<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl OneLine<'_, '_> {
    fn write(&mut self, text: &str) -> fmt::Result {
        for c in text.chars().take(LONGEST) {
            if c.is_control() {
                write!(self.0, "{}", c.escape_default())?;
            } else {
                fmt::Write::write_char(self.0, c)?;
            }
        }
        if text.chars().nth(LONGEST).is_some() {
            fmt::Write::write_char(self.0, '…')?;
        }
        Ok(())
    }
}

const LONGEST: usize = 800;
