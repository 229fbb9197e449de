//! A container's name or id, as `docker` takes it.

use super::written_as_text;
use std::{fmt, str::FromStr};

/// Letters, digits, dots, hyphens and underscores. It goes into an argv, so it begins with none of the latter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Container(String);

written_as_text!(Container);

impl FromStr for Container {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_safe = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !begins_well || text.len() > 255 || !text.bytes().all(is_safe) {
            return Err(format!("{text:?} is no container's name, as in \"caddy\""));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
