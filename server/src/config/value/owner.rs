//! Whose a file is, as chown(1) writes it.

use super::written_as_text;
use std::{fmt, str::FromStr};

/// `user` or `user:group`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Owner(String);

written_as_text!(Owner);

impl FromStr for Owner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_safe = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        let is_name = |name: &str| {
            (1..=32).contains(&name.len()) && !name.starts_with('-') && name.bytes().all(is_safe)
        };
        let (user, group) = text
            .split_once(':')
            .map_or((text, None), |(user, group)| (user, Some(group)));
        if !is_name(user) || !group.is_none_or(is_name) {
            return Err(format!("{text:?} is no owner, as in \"mox\" or \"mox:mox\""));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
