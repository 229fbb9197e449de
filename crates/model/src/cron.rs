//! A schedule in five fields, as crontab(5) writes it, and when it comes next. Read in UTC.

use crate::{
    Timestamp,
    time::{DAY, HOUR, MINUTE, SECOND},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};
use time::{Date, OffsetDateTime};

/// `minute hour day-of-month month day-of-week`, kept as it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cron {
    text: String,
    minutes: Numbers,
    hours: Numbers,
    days: Numbers,
    months: Numbers,
    weekdays: Numbers,
}

impl Cron {
    /// Every day at this hour.
    pub fn daily(hour: u8) -> Self {
        let hour = hour.min(23);
        Self::at_hours(&hour.to_string(), Numbers::one(hour))
    }

    /// Every so many hours, from midnight on.
    pub fn every_hours(step: u8) -> Self {
        let step = step.clamp(1, 23);
        Self::at_hours(&format!("*/{step}"), Numbers::range(0, 23, step))
    }

    fn at_hours(written: &str, hours: Numbers) -> Self {
        Self {
            text: format!("0 {written} * * *"),
            minutes: Numbers::one(0),
            hours,
            days: Numbers::range(1, 31, 1).any(),
            months: Numbers::range(1, 12, 1).any(),
            weekdays: Numbers::range(0, 7, 1).any(),
        }
    }

    /// The first moment after `after`; `None` where there is none within the years that leap days need, as on the
    /// 30th of February.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let first = after
            .0
            .div_euclid(MINUTE)
            .saturating_add(1)
            .saturating_mul(MINUTE);
        let mut midnight = Timestamp(first).midnight();
        for _ in 0..MOST_DAYS {
            if self.takes_day(date(midnight)?)
                && let Some(at) = self.on(midnight).find(|at| at.0 >= first)
            {
                return Some(at);
            }
            midnight = midnight.plus(DAY);
        }
        None
    }

    /// The day of the month or that of the week is enough, where neither is `*` (crontab(5)).
    fn takes_day(&self, date: Date) -> bool {
        let day = self.days.has(date.day());
        let weekday = date.weekday().number_days_from_sunday();
        let weekday = self.weekdays.has(weekday) || (weekday == 0 && self.weekdays.has(7));
        let is_taken = if self.days.is_any || self.weekdays.is_any {
            day && weekday
        } else {
            day || weekday
        };
        is_taken && self.months.has(date.month().into())
    }

    fn on(&self, midnight: Timestamp) -> impl Iterator<Item = Timestamp> {
        let hours = (0..24).filter(|hour| self.hours.has(*hour));
        hours.flat_map(move |hour| {
            let minutes = (0..60).filter(|minute| self.minutes.has(*minute));
            minutes.map(move |minute| midnight.plus(i64::from(hour) * HOUR + i64::from(minute) * MINUTE))
        })
    }
}

fn date(at: Timestamp) -> Option<Date> {
    let at = OffsetDateTime::from_unix_timestamp(at.0.div_euclid(SECOND)).ok()?;
    Some(at.date())
}

impl FromStr for Cron {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return Err(format!(
                "{text:?} has {} of the five fields minute, hour, day of month, month and day of week, as in \"0 4 * * *\"",
                fields.len()
            ));
        };
        Ok(Self {
            text: text.to_owned(),
            minutes: MINUTES.read(minutes)?,
            hours: HOURS.read(hours)?,
            days: DAYS.read(days)?,
            months: MONTHS.read(months)?,
            weekdays: WEEKDAYS.read(weekdays)?,
        })
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Cron {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl Serialize for Cron {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The numbers that a field takes, of which none is over 63.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Numbers {
    bits: u64,
    /// Whether it begins with `*`.
    is_any: bool,
}

impl Numbers {
    fn one(number: u8) -> Self {
        Self::range(number, number, 1)
    }

    fn range(from: u8, to: u8, step: u8) -> Self {
        let numbers = (from..=to).step_by(usize::from(step));
        Self {
            bits: numbers.fold(0, |bits, number| bits | (1 << number)),
            is_any: false,
        }
    }

    fn any(self) -> Self {
        Self { is_any: true, ..self }
    }

    fn has(self, number: u8) -> bool {
        self.bits & (1 << number) != 0
    }
}

struct Field {
    name: &'static str,
    from: u8,
    to: u8,
    /// What may stand for `from`, `from + 1`…
    words: &'static [&'static str],
}

impl Field {
    fn read(&self, written: &str) -> Result<Numbers, String> {
        let mut all = Numbers {
            bits: 0,
            is_any: written.starts_with('*'),
        };
        for part in written.split(',') {
            let numbers = self.part(part).ok_or_else(|| {
                let Field { name, from, to, .. } = self;
                format!(
                    "{written:?} is no {name}: numbers go from {from} to {to}, as in {from}, {from}-{to}, */2 or {from},{to}"
                )
            })?;
            all.bits |= numbers.bits;
        }
        Ok(all)
    }

    /// `*`, `5`, `1-5`, each perhaps with a step `/2`; a number with a step goes on to the end.
    fn part(&self, part: &str) -> Option<Numbers> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (
                range,
                Some(number(step).filter(|step| (1..=self.to).contains(step))?),
            ),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            None if range == "*" => (self.from, self.to),
            None => {
                let from = self.number(range)?;
                (from, if step.is_some() { self.to } else { from })
            }
        };
        (from <= to).then(|| Numbers::range(from, to, step.unwrap_or(1)))
    }

    fn number(&self, text: &str) -> Option<u8> {
        let word = self
            .words
            .iter()
            .zip(self.from..)
            .find(|(word, _)| word.eq_ignore_ascii_case(text));
        match word {
            Some((_, number)) => Some(number),
            None => number(text).filter(|number| (self.from..=self.to).contains(number)),
        }
    }
}

/// Digits alone: `parse` would take a sign.
fn number(text: &str) -> Option<u8> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

const fn field(name: &'static str, from: u8, to: u8, words: &'static [&'static str]) -> Field {
    Field {
        name,
        from,
        to,
        words,
    }
}

const MINUTES: Field = field("minute", 0, 59, &[]);
const HOURS: Field = field("hour", 0, 23, &[]);
const DAYS: Field = field("day of month", 1, 31, &[]);
const MONTHS: Field = field(
    "month",
    1,
    12,
    &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
);
const WEEKDAYS: Field = field(
    "day of week",
    0,
    7,
    &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
);

/// From one leap day to the next are eight years at most, as over 2100.
const MOST_DAYS: usize = 8 * 366;

#[cfg(test)]
mod tests {
    use super::*;

    fn next(cron: &str, after: &str) -> String {
        let cron: Cron = cron.parse().unwrap();
        let next = cron.next(Timestamp::parse(after).unwrap());
        next.map_or_else(|| "never".to_owned(), |at| at.to_string())
    }

    #[test]
    fn what_crontab_takes_is_taken() {
        for text in [
            "0 4 * * *",
            "*/5 0-6,22 1,15 jan-mar MON-fri",
            "59 23 31 12 7",
            " 0  3 * * 0 ",
        ] {
            assert_eq!(text.parse::<Cron>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "",
            "0 4 * *",
            "0 4 * * * root",
            "@daily",
            "60 * * * *",
            "5-1 * * * *",
            "*/0 * * * *",
            "1, * * * *",
            "+1 * * * *",
            "-1 * * * *",
            "* * * foo *",
        ] {
            assert!(text.parse::<Cron>().is_err(), "{text}");
        }
        assert_eq!(
            "0 24 * * *".parse::<Cron>().unwrap_err(),
            "\"24\" is no hour: numbers go from 0 to 23, as in 0, 0-23, */2 or 0,23"
        );
    }

    #[test]
    fn the_next_time_is_after_and_never_now() {
        assert_eq!(next("0 4 * * *", "2026-11-28T03:59:59Z"), "2026-11-28T04:00:00Z");
        assert_eq!(next("0 4 * * *", "2026-11-28T04:00:00Z"), "2026-11-29T04:00:00Z");
        assert_eq!(
            next("*/20 * * * *", "2026-12-31T23:40:30Z"),
            "2027-01-01T00:00:00Z"
        );
        assert_eq!(
            next("7/20 * * * *", "2026-11-28T04:08:00Z"),
            "2026-11-28T04:27:00Z"
        );
    }

    #[test]
    fn weekdays_months_and_leap_days_are_found() {
        // A Saturday.
        let from = "2026-11-28T12:00:00Z";
        assert_eq!(next("0 0 * * mon-fri", from), "2026-11-30T00:00:00Z");
        assert_eq!(next("0 0 * * 7", from), "2026-11-29T00:00:00Z");
        assert_eq!(next("0 0 * * sun", from), "2026-11-29T00:00:00Z");
        assert_eq!(next("30 6 1 jan *", from), "2027-01-01T06:30:00Z");
        assert_eq!(next("0 0 29 2 *", from), "2028-02-29T00:00:00Z");
        assert_eq!(next("0 0 29 2 *", "2096-03-01T00:00:00Z"), "2104-02-29T00:00:00Z");
        assert_eq!(next("0 0 30 2 *", from), "never");
    }

    #[test]
    fn of_a_day_and_a_weekday_one_is_enough() {
        let from = "2026-11-28T12:00:00Z";
        assert_eq!(next("0 0 13 * mon", from), "2026-11-30T00:00:00Z");
        assert_eq!(next("0 0 1 * fri", from), "2026-12-01T00:00:00Z");
        // What begins with a star does not say which, and both must fit.
        assert_eq!(next("0 0 */2 * mon", from), "2026-12-07T00:00:00Z");
    }

    #[test]
    fn what_is_built_in_is_what_would_be_written() {
        for (built, written) in [
            (Cron::daily(4), "0 4 * * *"),
            (Cron::every_hours(6), "0 */6 * * *"),
        ] {
            assert_eq!(built.to_string(), written);
            let read: Cron = written.parse().unwrap();
            let from = Timestamp::parse("2026-11-28T12:00:00Z").unwrap();
            assert_eq!(built.next(from), read.next(from));
        }
    }

    #[test]
    fn the_ends_of_time_do_not_break_it() {
        for at in [i64::MIN, i64::MAX] {
            assert_eq!(Cron::daily(4).next(Timestamp(at)), None);
        }
    }
}
