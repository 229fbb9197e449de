//! One domain's part of a recording: what was known, what its checks say now, and which of that is news.

use crate::{
    Error, Result,
    digest::digest,
    runs::{self, Written},
};
use model::{
    CheckId, Code, DomainName, Evidence, Patience, State, Timestamp, event::What, patience::Bearing,
};
use std::collections::{HashMap, HashSet};

/// What the checks of one domain said at one time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub domain: DomainName,
    pub at: Timestamp,
    /// All checks that there are for this domain: what another one said before is forgotten.
    pub is_whole: bool,
    /// For how many milliseconds its answers hold: a run that comes later does not continue this one.
    pub holds: i64,
    pub findings: Vec<Finding>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub check: CheckId,
    pub state: State,
    pub code: Code,
    pub evidence: Evidence,
    pub duration_ms: u32,
}

#[derive(Default)]
pub(crate) struct Sheet<'a> {
    lines: HashMap<CheckId, Line<'a>>,
    /// What the history holds last, and what goes into it.
    pub(crate) stretches: Vec<Written>,
    /// The checks that were switched off.
    pub(crate) gone: Vec<CheckId>,
}

/// Something that changed, and when.
pub(crate) struct News {
    pub(crate) at: Timestamp,
    pub(crate) what: What,
    /// The brief evidence of a change as JSON; empty for what is no change.
    pub(crate) seen: String,
}

/// One check's state and how long it has been so.
pub(crate) struct Line<'a> {
    pub(crate) state: State,
    pub(crate) code: Code,
    pub(crate) since: Timestamp,
    /// How many runs in a row were of this state's [`Bearing`].
    pub(crate) streak: i64,
    /// Whether a fault was announced whose end was not.
    pub(crate) announced: bool,
    /// SHA-256 of the evidence.
    pub(crate) digest: String,
    /// The last finding and when it was made; `None` when there was none in this transaction.
    pub(crate) said: Option<(Timestamp, &'a Finding)>,
    /// The evidence as JSON, where the stored one is another.
    pub(crate) body: Option<String>,
}

impl<'a> Sheet<'a> {
    /// Puts down what the database knows of a check.
    pub(crate) fn know(&mut self, check: CheckId, line: Line<'a>) {
        self.lines.insert(check, line);
    }

    /// Takes a run over the lines, and returns what it changed.
    pub(crate) fn enter(&mut self, run: &'a Run, patience: Patience) -> Result<Vec<News>> {
        let mut news = Vec::new();
        for finding in &run.findings {
            let before = self.lines.remove(&finding.check);
            let was = before.as_ref().map(|before| before.state);
            let mut line = next(before, run.at, finding)?;
            let (state, code) = (finding.state, finding.code);
            if was != Some(state) {
                news.push(changed(
                    run,
                    &finding.check,
                    was,
                    (state, code),
                    &finding.evidence,
                )?);
            }
            if patience.ends((state, code), line.streak, line.announced) {
                line.announced = !line.announced;
                news.push(announced(run, &finding.check, (state, code)));
            }
            self.lines.insert(finding.check.clone(), line);
        }
        if run.is_whole {
            self.switch_off(run, &mut news)?;
        }
        runs::put(&mut self.stretches, run.at, run.holds, runs::pack(&run.findings));
        Ok(news)
    }

    /// Takes out what a whole run says nothing of. Its last word is that it does not apply any more.
    fn switch_off(&mut self, run: &Run, news: &mut Vec<News>) -> Result<()> {
        let asked: HashSet<&CheckId> = run.findings.iter().map(|finding| &finding.check).collect();
        let said = (State::Skipped, Code::NotConfigured);
        for (check, line) in self.lines.extract_if(|check, _| !asked.contains(check)) {
            if line.state != said.0 {
                news.push(changed(
                    run,
                    &check,
                    Some(line.state),
                    said,
                    &Evidence::wants("sets"),
                )?);
            }
            if line.announced {
                news.push(announced(run, &check, said));
            }
            self.gone.push(check);
        }
        Ok(())
    }

    /// The lines that have to be written, each with its check's last finding and when it was made.
    pub(crate) fn said(&self) -> impl Iterator<Item = (&Line<'a>, Timestamp, &'a Finding)> {
        self.lines
            .values()
            .filter_map(|line| line.said.map(|(at, finding)| (line, at, finding)))
    }
}

fn changed(
    run: &Run,
    check: &CheckId,
    before: Option<State>,
    (state, code): (State, Code),
    evidence: &Evidence,
) -> Result<News> {
    Ok(News {
        at: run.at,
        what: What::Check {
            domain: run.domain.clone(),
            check: check.clone(),
            before,
            state,
            code,
        },
        seen: json(&evidence.brief())?,
    })
}

fn announced(run: &Run, check: &CheckId, (state, code): (State, Code)) -> News {
    News {
        at: run.at,
        what: What::Announced {
            domain: run.domain.clone(),
            check: check.clone(),
            state,
            code,
        },
        seen: String::new(),
    }
}

fn json(evidence: &Evidence) -> Result<String> {
    serde_json::to_string(evidence).map_err(|why| Error::strange("evidence", why.to_string()))
}

/// A line after one more finding.
fn next<'a>(before: Option<Line<'a>>, at: Timestamp, finding: &'a Finding) -> Result<Line<'a>> {
    let body = json(&finding.evidence)?;
    let mut line = Line {
        state: finding.state,
        code: finding.code,
        since: at,
        streak: 1,
        announced: false,
        digest: digest(body.as_bytes()),
        said: Some((at, finding)),
        body: Some(body),
    };
    if let Some(before) = before {
        if before.state == line.state {
            line.since = before.since;
        }
        if Bearing::of(before.state, before.code) == Bearing::of(line.state, line.code) {
            line.streak = before.streak + 1;
        }
        line.announced = before.announced;
        if before.digest == line.digest {
            // Still to be written where an earlier run of this transaction brought it.
            line.body = before.body;
        }
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_written_when_it_changes_and_only_then() {
        let runs: Vec<Run> = ["a", "a", "b", "b"].into_iter().map(seen).collect();
        let mut sheet = Sheet::default();
        for (run, path) in runs.iter().zip(["a", "a", "b", "b"]) {
            sheet.enter(run, Patience::default()).unwrap();
            let (line, ..) = sheet.said().next().unwrap();
            assert_eq!(line.body, Some(format!(r#"{{"path":"{path}"}}"#)));
        }

        // The next transaction finds it in the database.
        let (line, ..) = sheet.said().next().unwrap();
        let known = Line {
            digest: line.digest.clone(),
            said: None,
            body: None,
            ..*line
        };
        let mut sheet = Sheet::default();
        sheet.know(CheckId::new("c"), known);
        assert_eq!(sheet.said().count(), 0);
        assert!(sheet.enter(&runs[3], Patience::default()).unwrap().is_empty());
        let (line, ..) = sheet.said().next().unwrap();
        assert_eq!((line.streak, line.body.as_deref()), (5, None));
    }

    fn seen(path: &str) -> Run {
        Run {
            domain: DomainName::parse("a.example").unwrap(),
            at: Timestamp(0),
            is_whole: true,
            holds: 0,
            findings: vec![Finding {
                check: CheckId::new("c"),
                state: State::Ok,
                code: Code::Ok,
                evidence: Evidence::path(path),
                duration_ms: 1,
            }],
        }
    }
}
