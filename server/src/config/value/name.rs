//! What a site, a host, a tenant or an integration is called.

use super::written_as_text;
use std::{fmt, str::FromStr};

/// 1 to 64 letters, digits, dots, hyphens and underscores: safe in a URL's path and in a log line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Name(String);

written_as_text!(Name);

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_safe = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
        if !(1..=64).contains(&text.len()) || !text.bytes().all(is_safe) {
            return Err(format!(
                "{text:?} is no name: 1 to 64 letters, digits, dots, hyphens and underscores"
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
