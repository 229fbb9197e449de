//! A schedule in five fields, as crontab(5) writes it. Read in UTC.

use super::written_as_text;
use std::{fmt, str::FromStr};

/// `minute hour day-of-month month day-of-week`, kept as it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cron(String);

written_as_text!(Cron);

impl Cron {
    /// For the defaults, which the tests read through `FromStr`.
    pub(in crate::config) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl FromStr for Cron {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        if fields.len() != FIELDS.len() {
            return Err(format!(
                "{text:?} has {} of the five fields minute, hour, day of month, month and day of week, as in \"0 4 * * *\"",
                fields.len()
            ));
        }
        for (written, field) in fields.into_iter().zip(&FIELDS) {
            if !written.split(',').all(|part| field.takes(part)) {
                let Field { name, from, to, .. } = field;
                return Err(format!(
                    "{written:?} is no {name}: numbers go from {from} to {to}, as in {from}, {from}-{to}, */2 or {from},{to}"
                ));
            }
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
    /// `*`, `5`, `1-5`, each perhaps with a step `/2`.
    fn takes(&self, part: &str) -> bool {
        let (range, step) = part
            .split_once('/')
            .map_or((part, None), |(range, step)| (range, Some(step)));
        let is_step = step.is_none_or(|step| number(step).is_some_and(|step| (1..=self.to).contains(&step)));
        let is_range = match range.split_once('-') {
            Some((first, last)) => match (self.number(first), self.number(last)) {
                (Some(first), Some(last)) => first <= last,
                _ => false,
            },
            None => range == "*" || self.number(range).is_some(),
        };
        is_step && is_range
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

const FIELDS: [Field; 5] = [
    Field {
        name: "minute",
        from: 0,
        to: 59,
        words: &[],
    },
    Field {
        name: "hour",
        from: 0,
        to: 23,
        words: &[],
    },
    Field {
        name: "day of month",
        from: 1,
        to: 31,
        words: &[],
    },
    Field {
        name: "month",
        from: 1,
        to: 12,
        words: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    },
    Field {
        name: "day of week",
        from: 0,
        to: 7,
        words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_never_comes_is_refused() {
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
}
