//! A moment in UTC, to the millisecond, written as RFC 3339.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z. Shown and serialised as RFC 3339 with whole seconds and `Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
pub struct Timestamp(pub i64);

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    pub fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// When its day began in UTC.
    #[must_use]
    pub fn midnight(self) -> Self {
        Self(self.0.div_euclid(DAY).saturating_mul(DAY))
    }

    /// Milliseconds from `earlier` to `self`; negative when `earlier` is the later one.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// `2026-11-22T07:00:00Z`, `2026-11-22T07:00:00.250Z` or with a numeric offset (RFC 3339 section 5.6).
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() < 20 || bytes.len() > 40 || !text.is_ascii() {
            return None;
        }
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            let digits = &text[range];
            digits
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| digits.parse().ok())?
        };
        let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
        if separators.iter().any(|&(at, want)| bytes[at] != want) || !matches!(bytes[10], b'T' | b't' | b' ')
        {
            return None;
        }
        let date = ::time::Date::from_calendar_date(
            i32::try_from(number(0..4)?).ok()?,
            ::time::Month::try_from(u8::try_from(number(5..7)?).ok()?).ok()?,
            u8::try_from(number(8..10)?).ok()?,
        )
        .ok()?;
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let mut rest = &text[19..];
        let mut millis = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            let kept = &fraction[..digits.min(3)];
            millis = kept.parse::<i64>().ok()? * 10_i64.pow(3 - u32::try_from(kept.len()).ok()?);
            rest = &fraction[digits..];
        }
        let offset = offset_seconds(rest)?;
        let days = i64::from(date.to_julian_day() - UNIX_EPOCH_JULIAN_DAY);
        Some(Self(
            (days * 86_400 + hour * 3_600 + minute * 60 + second - offset) * SECOND + millis,
        ))
    }
}

/// `Z`, `+02:00` or `-0330` as seconds east of UTC.
fn offset_seconds(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (digits[..2].parse::<i64>().ok()?, digits[2..].parse::<i64>().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.written()).unwrap_or_default())
    }
}

impl Timestamp {
    /// Digit by digit: a list has hundreds of times, and the formatting machinery would take a third of its answer.
    fn written(self) -> [u8; 20] {
        let mut text = *b"0000-00-00T00:00:00Z";
        let seconds = self.seconds().clamp(EARLIEST, LATEST);
        let Ok(at) = ::time::OffsetDateTime::from_unix_timestamp(seconds) else {
            return text;
        };
        let year = at.year().unsigned_abs();
        let mut put = |place: usize, number: u32| {
            for (digit, value) in text[place..place + 2].iter_mut().zip([number / 10, number % 10]) {
                *digit += u8::try_from(value % 10).unwrap_or_default();
            }
        };
        put(0, year / 100);
        put(2, year % 100);
        put(5, u32::from(u8::from(at.month())));
        for (place, number) in [
            (8, at.day()),
            (11, at.hour()),
            (14, at.minute()),
            (17, at.second()),
        ] {
            put(place, u32::from(number));
        }
        text
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.written()).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not an RFC 3339 time"))
    }
}

const UNIX_EPOCH_JULIAN_DAY: i32 = 2_440_588;
// Years 0001 to 9999: what RFC 3339 can write.
const EARLIEST: i64 = -62_135_596_800;
const LATEST: i64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_and_read_back() {
        let at = Timestamp::from_seconds(1_795_417_200);
        assert_eq!(at.to_string(), "2026-11-23T07:00:00Z");
        assert_eq!(Timestamp::parse("2026-11-23T07:00:00Z"), Some(at));
        assert_eq!(Timestamp::parse("2026-11-23T04:00:00-03:00"), Some(at));
        assert_eq!(Timestamp::parse("2026-11-23T07:00:00.25Z"), Some(at.plus(250)));
        assert_eq!(Timestamp::parse("2026-11-23T04:00:00.000-0300"), Some(at));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-11-23",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-23T07:00:00",
            "2026-11-23T07:00:00.Z",
            "ééééééééééééééé",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_beyond_the_calendar_is_clamped_and_never_panics() {
        assert_eq!(Timestamp(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp(i64::MIN).to_string(), "0001-01-01T00:00:00Z");
    }
}
