//! Every run of the last hours, compactly: what the strips are drawn from.

use crate::{Error, Finding, Result, Store, Tx};
use model::{CheckId, DomainName, State, Timestamp};

/// What one run said, without reasons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunStates {
    pub at: Timestamp,
    pub states: Vec<(CheckId, State)>,
}

impl Store {
    /// A domain's runs from `since` on, oldest first.
    pub async fn runs(&self, domain: &DomainName, since: Timestamp) -> Result<Vec<RunStates>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, (i64, String)>(
                "select at, states from runs where domain = $1 and at >= $2 order by at",
            )
            .bind(domain.as_str())
            .bind(since.0)
            .fetch_all(db)
            .await
        })?;
        rows.into_iter()
            .map(|(at, states)| {
                Ok(RunStates {
                    at: Timestamp(at),
                    states: unpack(&states)?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Forgets the runs before `before`; returns how many.
    pub async fn prune_runs(&mut self, before: Timestamp) -> Result<u64> {
        Ok(on!(self, |db| {
            sqlx::query("delete from runs where at < $1")
                .bind(before.0)
                .execute(db)
                .await?
                .rows_affected()
        }))
    }
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

fn letter(state: State) -> char {
    match state {
        State::Ok => 'o',
        State::Warn => 'w',
        State::Fail => 'f',
        State::Unknown => 'u',
        State::Skipped => 's',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Code, Evidence};

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
}
