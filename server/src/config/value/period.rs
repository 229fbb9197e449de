//! A span of time as people write it: `90s`, `5m`, `1h30m`, `2d`.

use serde::{Deserialize, Deserializer, Serializer, de};
use std::time::Duration;

pub(in crate::config) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(de::Error::custom)
}

pub(in crate::config) fn serialize<S: Serializer>(
    period: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&write(*period))
}

/// From a second to a year, the units falling and each at most once.
fn parse(text: &str) -> Result<Duration, String> {
    let seconds =
        seconds(text).ok_or_else(|| format!("{text:?} is no period, as in \"90s\", \"5m\" or \"1h30m\""))?;
    match seconds {
        0 => Err(format!("{text:?} is too short: at least \"1s\"")),
        1..=YEAR => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("{text:?} is too long: at most \"365d\"")),
    }
}

fn seconds(text: &str) -> Option<u64> {
    let mut units = UNITS.iter();
    let mut rest = text;
    let mut total = 0_u64;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let unit = after.chars().next()?;
        let (_, length) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*length)?)?;
        rest = &after[1..];
    }
    (!text.is_empty()).then_some(total)
}

fn write(period: Duration) -> String {
    let mut rest = period.as_secs();
    let mut text = String::new();
    for (unit, length) in UNITS {
        if rest >= length {
            text += &(rest / length).to_string();
            text.push(unit);
            rest %= length;
        }
    }
    text
}

const YEAR: u64 = 365 * 86_400;

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_and_written_alike() {
        for (text, seconds) in [
            ("1s", 1),
            ("90s", 90),
            ("5m", 300),
            ("1h30m", 5_400),
            ("365d", 31_536_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)));
        }
        assert_eq!(write(Duration::from_secs(90_061)), "1d1h1m1s");
        assert_eq!(write(Duration::from_secs(90)), "1m30s");
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in [
            "",
            "5",
            "m",
            "5 m",
            "-5m",
            "5m5m",
            "5s1m",
            "1.5h",
            "5x",
            "ß",
            "99999999999999999999s",
            "18446744073709551615d",
            "0s",
            "366d",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
