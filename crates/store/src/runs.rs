//! The raw history of the last days, compactly: runs that said the same in a row are one stretch.

use crate::{Error, Finding, Result, Store};
use model::{CheckId, DomainName, State, Timestamp};

/// Runs that said the same in a row, without reasons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// The first of them.
    pub from: Timestamp,
    /// The last of them.
    pub until: Timestamp,
    pub times: u32,
    pub states: Vec<(CheckId, State)>,
}

impl Store {
    /// A domain's stretches that end at `since` or later, oldest first. None crosses a UTC midnight.
    pub async fn stretches(&self, domain: &DomainName, since: Timestamp) -> Result<Vec<Stretch>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, StretchRow>(
                "select at, until, times, states from runs where domain = $1 and at >= $2 and until >= $3
                 order by at",
            )
            .bind(domain.as_str())
            .bind(since.midnight().0)
            .bind(since.0)
            .fetch_all(db)
            .await
        })?;
        rows.into_iter().map(Stretch::try_from).collect()
    }
}

/// A stretch as it is being written.
pub(crate) struct Written {
    pub(crate) at: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) times: i64,
    /// Packed.
    pub(crate) states: String,
    /// Unlike the database has it.
    pub(crate) is_news: bool,
}

/// Puts a run down: at the end of the stretch that it continues, else as a new one. It continues one of the same
/// day that said the same, if that still held.
pub(crate) fn put(stretches: &mut Vec<Written>, at: Timestamp, holds: i64, states: String) {
    let last = stretches.iter_mut().max_by_key(|stretch| stretch.until);
    if let Some(last) = last
        && last.states == states
        && last.until.midnight() == at.midnight()
        && (0..=holds).contains(&at.since(last.until))
    {
        last.until = at;
        last.times += 1;
        last.is_news = true;
        return;
    }
    // Of two runs at the same moment the later one counts.
    stretches.retain(|stretch| stretch.at != at);
    stretches.push(Written {
        at,
        until: at,
        times: 1,
        states,
        is_news: true,
    });
}

/// `imap_cert_san_993:f smtp_cert_san_465:o`
pub(crate) fn pack(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(finding.check.as_str());
        text.push(':');
        text.push(letter(finding.state));
    }
    text
}

fn unpack(text: &str) -> Result<Vec<(CheckId, State)>> {
    text.split_whitespace()
        .map(|word| {
            let read = || {
                let (check, state) = word.rsplit_once(':')?;
                let state = State::ALL.into_iter().find(|s| state.chars().eq([letter(*s)]))?;
                Some((CheckId::from_text(check), state))
            };
            read().ok_or_else(|| Error::strange("state of a run", word))
        })
        .collect()
}

pub(crate) fn letter(state: State) -> char {
    match state {
        State::Ok => 'o',
        State::Warn => 'w',
        State::Fail => 'f',
        State::Unknown => 'u',
        State::Skipped => 's',
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct StretchRow {
    at: i64,
    until: i64,
    times: i64,
    states: String,
}

impl TryFrom<StretchRow> for Stretch {
    type Error = Error;

    fn try_from(row: StretchRow) -> Result<Self> {
        Ok(Self {
            from: Timestamp(row.at),
            until: Timestamp(row.until),
            times: u32::try_from(row.times).unwrap_or(u32::MAX),
            states: unpack(&row.states)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Code, Evidence, time::MINUTE};

    #[test]
    fn a_run_is_packed_and_read_back() {
        let said = |(n, state): (usize, State)| Finding {
            check: CheckId::from_text(["a", "b_993", "c", "d", "e"][n]),
            state,
            code: Code::Ok,
            evidence: Evidence::default(),
            duration_ms: 0,
        };
        let findings: Vec<Finding> = State::ALL.into_iter().enumerate().map(said).collect();
        let text = pack(&findings);
        assert_eq!(text, "a:o b_993:w c:f d:u e:s");
        let states: Vec<_> = findings.into_iter().map(|f| (f.check, f.state)).collect();
        assert_eq!(unpack(&text).unwrap(), states);
        assert_eq!(unpack("").unwrap(), []);
        for strange in ["a", "a:", "a:x", "a:ok"] {
            assert!(unpack(strange).is_err(), "{strange}");
        }
    }

    #[test]
    fn a_stretch_ends_with_another_word_a_pause_or_the_day() {
        let runs = [
            (0, "o"),
            (5, "o"),
            (10, "f"),
            (15, "o"),
            (31, "o"),
            // It began before the last one and was written later.
            (20, "o"),
            (36, "o"),
            (36, "f"),
            (24 * 60 - 1, "f"),
            (24 * 60 + 1, "f"),
        ];
        let mut stretches = Vec::new();
        for (minute, state) in runs {
            put(
                &mut stretches,
                Timestamp(minute * MINUTE),
                15 * MINUTE,
                state.to_owned(),
            );
        }
        let shown: Vec<_> = stretches
            .iter()
            .map(|s| (s.at.0 / MINUTE, s.until.0 / MINUTE, s.times, s.states.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (0, 5, 2, "o"),
                (10, 10, 1, "f"),
                (15, 15, 1, "o"),
                (31, 36, 2, "o"),
                (20, 20, 1, "o"),
                (36, 36, 1, "f"),
                (1439, 1439, 1, "f"),
                (1441, 1441, 1, "f"),
            ]
        );
    }
}
