//! Recording runs: the latest answers, the history and the events, in one transaction.

use crate::{Error, Result, Tx, digest::digest, runs, steps};
use model::{
    CheckId, Code, DomainName, Evidence, State, Timestamp,
    event::{Event, What},
};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// What the checks of one domain said at one time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub domain: DomainName,
    pub at: Timestamp,
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

impl Tx {
    /// Takes runs in the order in which they ended, and returns one event for each state that is new or has
    /// changed. A run for a domain that is gone meanwhile leaves nothing.
    pub async fn record(&mut self, runs: &[Run]) -> Result<Vec<Event>> {
        let mut sheets: HashMap<&DomainName, Option<Sheet<'_>>> = HashMap::new();
        let mut happened = Vec::new();
        for run in runs {
            if !sheets.contains_key(&run.domain) {
                sheets.insert(&run.domain, self.sheet(&run.domain).await?);
            }
            if let Some(Some(sheet)) = sheets.get_mut(&run.domain) {
                sheet.enter(run, &mut happened)?;
            }
        }
        let sheets: Vec<_> = sheets
            .into_iter()
            .filter_map(|(domain, sheet)| Some((domain, sheet?)))
            .collect();
        self.write_steps(&sheets).await?;
        self.write_evidence(&sheets).await?;
        self.write_runs(&sheets).await?;
        self.append(happened).await
    }

    /// What is known of a domain; `None` when the domain is not.
    async fn sheet<'a>(&mut self, domain: &DomainName) -> Result<Option<Sheet<'a>>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, KnownRow>(
                "select check_id, state, since, streak, digest
                 from domains left join steps on domain = name where name = $1",
            )
            .bind(domain.as_str())
            .fetch_all(db)
            .await
        })?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut sheet = Sheet::default();
        for row in rows {
            // All null: the domain is there and has no steps yet.
            let KnownRow {
                check_id: Some(check),
                state: Some(state),
                since: Some(since),
                streak: Some(streak),
                digest: Some(digest),
            } = row
            else {
                continue;
            };
            let known = Known {
                state: steps::state(&state)?,
                since: Timestamp(since),
                streak,
                digest,
            };
            sheet.known.insert(CheckId::from_text(&check), known);
        }
        Ok(Some(sheet))
    }

    async fn write_steps(&mut self, sheets: &[(&DomainName, Sheet<'_>)]) -> Result<()> {
        let rows: Vec<_> = sheets
            .iter()
            .flat_map(|(domain, sheet)| sheet.latest.values().map(move |latest| (*domain, latest, sheet)))
            .filter_map(|(domain, latest, sheet)| {
                Some((domain, latest, sheet.known.get(&latest.finding.check)?))
            })
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new(
                    "insert into steps (domain, check_id, state, code, checked_at, duration_ms,
                        since, streak, expires_at, digest) ",
                )
                .push_values(rows, |mut row, (domain, latest, known)| {
                    row.push_bind(domain.as_str())
                        .push_bind(latest.finding.check.as_str())
                        .push_bind(latest.finding.state.as_str())
                        .push_bind(latest.finding.code.as_str())
                        .push_bind(latest.at.0)
                        .push_bind(i64::from(latest.finding.duration_ms))
                        .push_bind(known.since.0)
                        .push_bind(known.streak)
                        .push_bind(latest.finding.evidence.leaf.as_ref().map(|leaf| leaf.not_after.0))
                        .push_bind(known.digest.as_str());
                })
                .push(
                    " on conflict (domain, check_id) do update set
                        state = excluded.state, code = excluded.code, checked_at = excluded.checked_at,
                        duration_ms = excluded.duration_ms, since = excluded.since,
                        streak = excluded.streak, expires_at = excluded.expires_at,
                        digest = excluded.digest",
                )
                .build()
                .execute(db)
                .await?;
            });
        }
        Ok(())
    }

    async fn write_evidence(&mut self, sheets: &[(&DomainName, Sheet<'_>)]) -> Result<()> {
        let rows: Vec<_> = sheets
            .iter()
            .flat_map(|(domain, sheet)| {
                sheet
                    .bodies
                    .iter()
                    .map(move |(check, body)| (*domain, *check, body))
            })
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new("insert into evidence (domain, check_id, body) ")
                    .push_values(rows, |mut row, (domain, check, body)| {
                        row.push_bind(domain.as_str())
                            .push_bind(check.as_str())
                            .push_bind(body.as_str());
                    })
                    .push(" on conflict (domain, check_id) do update set body = excluded.body")
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        Ok(())
    }

    async fn write_runs(&mut self, sheets: &[(&DomainName, Sheet<'_>)]) -> Result<()> {
        let rows: Vec<_> = sheets
            .iter()
            .flat_map(|(domain, sheet)| sheet.runs.iter().map(move |(at, states)| (*domain, at, states)))
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new("insert into runs (domain, at, states) ")
                    .push_values(rows, |mut row, (domain, at, states)| {
                        row.push_bind(domain.as_str())
                            .push_bind(at.0)
                            .push_bind(states.as_str());
                    })
                    .push(" on conflict (domain, at) do update set states = excluded.states")
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        Ok(())
    }
}

/// One domain's part of the transaction: what was known, and what is to be written.
#[derive(Default)]
struct Sheet<'a> {
    known: HashMap<CheckId, Known>,
    latest: HashMap<&'a CheckId, Latest<'a>>,
    bodies: HashMap<&'a CheckId, String>,
    runs: HashMap<Timestamp, String>,
}

struct Known {
    state: State,
    since: Timestamp,
    streak: i64,
    digest: String,
}

struct Latest<'a> {
    at: Timestamp,
    finding: &'a Finding,
}

impl<'a> Sheet<'a> {
    fn enter(&mut self, run: &'a Run, happened: &mut Vec<(Timestamp, What)>) -> Result<()> {
        for finding in &run.findings {
            let before = self.known.get(&finding.check);
            let same = before.filter(|before| before.state == finding.state);
            if same.is_none() {
                happened.push((run.at, change(run, finding, before.map(|before| before.state))));
            }
            let body = serde_json::to_string(&finding.evidence)
                .map_err(|why| Error::strange("evidence", why.to_string()))?;
            let known = Known {
                state: finding.state,
                since: same.map_or(run.at, |same| same.since),
                streak: same.map_or(1, |same| same.streak + 1),
                digest: digest(body.as_bytes()),
            };
            if before.is_none_or(|before| before.digest != known.digest) {
                self.bodies.insert(&finding.check, body);
            }
            self.known.insert(finding.check.clone(), known);
            self.latest.insert(&finding.check, Latest { at: run.at, finding });
        }
        self.runs.insert(run.at, runs::pack(&run.findings));
        Ok(())
    }
}

fn change(run: &Run, finding: &Finding, before: Option<State>) -> What {
    What::Check {
        domain: run.domain.clone(),
        check: finding.check.clone(),
        before,
        state: finding.state,
        code: finding.code,
    }
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    check_id: Option<String>,
    state: Option<String>,
    since: Option<i64>,
    streak: Option<i64>,
    digest: Option<String>,
}

/// Rows in one statement: more bring no speed, and SQLite takes 32,766 values at most.
const ROWS: usize = 500;
