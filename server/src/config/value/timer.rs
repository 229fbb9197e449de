//! A systemd timer's unit name (systemd.unit(5)).

use super::written_as_text;
use std::{fmt, str::FromStr};

/// `NAME.timer`. It goes into an argv of `systemctl`, so it never begins with a hyphen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Timer(String);

written_as_text!(Timer);

impl FromStr for Timer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_unit = |b: u8| b.is_ascii_alphanumeric() || br":-_.\@".contains(&b);
        let has_name = text.strip_suffix(".timer").is_some_and(|name| !name.is_empty());
        if !has_name || text.starts_with('-') || text.len() > 255 || !text.bytes().all(is_unit) {
            return Err(format!("{text:?} is no timer unit, as in certbot-renew.timer"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
