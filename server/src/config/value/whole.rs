//! Whole numbers with bounds.

use serde::{Deserializer, de};
use std::fmt;

/// Reads a number from `MIN` to `MAX` out of the file.
pub(in crate::config) fn within<'de, const MIN: u32, const MAX: u32, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<u32, D::Error> {
    deserializer.deserialize_i64(Visitor::<MIN, MAX>)
}

/// Reads a number from `MIN` to `MAX` out of a variable's text.
pub(in crate::config) fn read<const MIN: u32, const MAX: u32>(text: &str) -> Result<u32, String> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = text
        .parse()
        .ok()
        .filter(|number| digits && (MIN..=MAX).contains(number));
    number.ok_or_else(|| format!("{text:?} is no whole number from {MIN} to {MAX}"))
}

struct Visitor<const MIN: u32, const MAX: u32>;

impl<const MIN: u32, const MAX: u32> de::Visitor<'_> for Visitor<MIN, MAX> {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {MIN} to {MAX}")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u32, E> {
        let within = u32::try_from(number)
            .ok()
            .filter(|number| (MIN..=MAX).contains(number));
        within.ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
    }
}
