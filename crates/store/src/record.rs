//! Recording runs: the latest answers, the history and the events, in one transaction.

use crate::{
    Result, Run, Tx,
    dialect::ROWS,
    sheet::{Line, Sheet},
    steps,
};
use model::{CheckId, DomainName, Timestamp, event::Event};
use sqlx::QueryBuilder;
use std::collections::HashMap;

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
                happened.extend(sheet.enter(run)?.into_iter().map(|what| (run.at, what)));
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
            let line = Line {
                state: steps::state(&state)?,
                since: Timestamp(since),
                streak,
                digest,
                said: None,
                body: None,
            };
            sheet.know(CheckId::from_text(&check), line);
        }
        Ok(Some(sheet))
    }

    async fn write_steps(&mut self, sheets: &[(&DomainName, Sheet<'_>)]) -> Result<()> {
        let rows: Vec<_> = sheets
            .iter()
            .flat_map(|(domain, sheet)| sheet.said().map(|said| (domain.as_str(), said)))
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new(
                    "insert into steps (domain, check_id, state, code, checked_at, duration_ms,
                        since, streak, expires_at, digest) ",
                )
                .push_values(rows, |mut row, &(domain, (line, at, finding))| {
                    row.push_bind(domain)
                        .push_bind(finding.check.as_str())
                        .push_bind(line.state.as_str())
                        .push_bind(finding.code.as_str())
                        .push_bind(at.0)
                        .push_bind(i64::from(finding.duration_ms))
                        .push_bind(line.since.0)
                        .push_bind(line.streak)
                        .push_bind(finding.evidence.leaf.as_ref().map(|leaf| leaf.not_after.0))
                        .push_bind(line.digest.as_str());
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
            .flat_map(|(domain, sheet)| sheet.said().map(|said| (domain.as_str(), said)))
            .filter_map(|(domain, (line, _, finding))| {
                Some((domain, finding.check.as_str(), line.body.as_deref()?))
            })
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new("insert into evidence (domain, check_id, body) ")
                    .push_values(rows, |mut row, &(domain, check, body)| {
                        row.push_bind(domain).push_bind(check).push_bind(body);
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
            .flat_map(|(domain, sheet)| {
                sheet
                    .runs
                    .iter()
                    .map(|(at, states)| (domain.as_str(), at.0, states.as_str()))
            })
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new("insert into runs (domain, at, states) ")
                    .push_values(rows, |mut row, &(domain, at, states)| {
                        row.push_bind(domain).push_bind(at).push_bind(states);
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

#[derive(sqlx::FromRow)]
struct KnownRow {
    check_id: Option<String>,
    state: Option<String>,
    since: Option<i64>,
    streak: Option<i64>,
    digest: Option<String>,
}
