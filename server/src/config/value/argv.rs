//! A command as a list of its words. No shell ever sees it.

use serde::{Deserialize, Serialize};

/// A program and its arguments; `{domain}` and `{mail_host}` stand for the domain that is checked.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(try_from = "Vec<String>")]
pub(crate) struct Argv(pub(crate) Vec<String>);

impl TryFrom<Vec<String>> for Argv {
    type Error = &'static str;

    fn try_from(words: Vec<String>) -> Result<Self, Self::Error> {
        if words.first().is_none_or(String::is_empty) {
            return Err("it names no program, as [\"program\", \"argument\"] does");
        }
        if words.iter().any(|word| word.contains('\0')) {
            return Err("no argument may contain a NUL byte");
        }
        Ok(Self(words))
    }
}
