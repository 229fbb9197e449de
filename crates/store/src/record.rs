//! Recording runs: the latest answers, the history and the events, in one transaction.

use crate::{
    Result, Run, Tx,
    dialect::ROWS,
    domains,
    runs::Written,
    sheet::{Line, Sheet},
    sightings::Seen,
    steps,
};
use model::{CheckId, DomainName, Patience, Timestamp, event::Event};
use sqlx::QueryBuilder;
use std::collections::HashMap;

impl Tx {
    /// Takes runs in the order in which they ended, and returns one event for each state that is new or has
    /// changed, and for each fault that lasted or is over. A run for a domain that is gone meanwhile leaves
    /// nothing.
    pub async fn record(&mut self, runs: &[Run], patience: Patience) -> Result<Vec<Event>> {
        let mut sheets = self.sheets(runs).await?;
        let mut news = Vec::new();
        for run in runs {
            if let Some(sheet) = sheets.get_mut(&run.domain) {
                news.extend(sheet.enter(run, patience)?);
            }
        }
        let sheets: Vec<_> = sheets
            .iter()
            .map(|(domain, sheet)| (domain.as_str(), sheet))
            .collect();
        self.remove_switched_off(&sheets).await?;
        self.write_steps(&sheets).await?;
        self.write_evidence(&sheets).await?;
        self.write_sightings(&seen(&sheets)).await?;
        self.write_stretches(&sheets).await?;
        let (happened, seen): (Vec<_>, Vec<_>) = news
            .into_iter()
            .map(|news| ((news.at, news.what), news.seen))
            .unzip();
        let events = self.append(happened).await?;
        let changes: Vec<_> = events.iter().zip(seen.iter().map(String::as_str)).collect();
        self.write_changes(&changes).await?;
        Ok(events)
    }

    /// What is known of each domain that the runs are of, and that is still there.
    async fn sheets<'a>(&mut self, runs: &[Run]) -> Result<HashMap<DomainName, Sheet<'a>>> {
        let domains: Vec<&str> = runs.iter().map(|run| run.domain.as_str()).collect();
        let mut sheets: HashMap<DomainName, Sheet<'_>> = HashMap::new();
        for domains in domains.chunks(ROWS) {
            let rows = on!(self, |db| {
                let mut query = QueryBuilder::new(
                    "select name, check_id, state, code, since, streak, announced, digest
                     from domains left join steps on domain = name where name in (",
                );
                let mut names = query.separated(", ");
                for domain in domains {
                    names.push_bind(*domain);
                }
                query.push(")").build_query_as::<KnownRow>().fetch_all(db).await?
            });
            for row in rows {
                let sheet = sheets.entry(domains::name(&row.name)?).or_default();
                if let Some((check, line)) = row.line()? {
                    sheet.know(check, line);
                }
            }
            for row in self.newest_stretches(domains).await? {
                let sheet = sheets.entry(domains::name(&row.domain)?).or_default();
                sheet.stretches.push(row.into());
            }
        }
        Ok(sheets)
    }

    async fn newest_stretches(&mut self, domains: &[&str]) -> Result<Vec<NewestRow>> {
        Ok(on!(self, |db| {
            let mut query = QueryBuilder::new(
                "select domain, at, until, times, states from runs
                 where (domain, at) in (select domain, max(at) from runs where domain in (",
            );
            let mut names = query.separated(", ");
            for domain in domains {
                names.push_bind(*domain);
            }
            query
                .push(") group by domain)")
                .build_query_as::<NewestRow>()
                .fetch_all(db)
                .await?
        }))
    }

    async fn remove_switched_off(&mut self, sheets: &[(&str, &Sheet<'_>)]) -> Result<()> {
        let gone: Vec<_> = sheets
            .iter()
            .flat_map(|(domain, sheet)| sheet.gone.iter().map(|check| (*domain, check.as_str())))
            .collect();
        for (domain, check) in gone {
            on!(self, |db| {
                sqlx::query("delete from steps where domain = $1 and check_id = $2")
                    .bind(domain)
                    .bind(check)
                    .execute(&mut *db)
                    .await?;
                sqlx::query("delete from evidence where domain = $1 and check_id = $2")
                    .bind(domain)
                    .bind(check)
                    .execute(&mut *db)
                    .await?;
                sqlx::query("delete from sightings where domain = $1 and check_id = $2")
                    .bind(domain)
                    .bind(check)
                    .execute(db)
                    .await?;
            });
        }
        Ok(())
    }

    async fn write_steps(&mut self, sheets: &[(&str, &Sheet<'_>)]) -> Result<()> {
        let rows: Vec<_> = sheets
            .iter()
            .flat_map(|(domain, sheet)| sheet.said().map(|said| (*domain, said)))
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new(
                    "insert into steps (domain, check_id, state, code, checked_at, duration_ms,
                        since, streak, announced, expires_at, digest) ",
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
                        .push_bind(line.announced)
                        .push_bind(finding.evidence.leaf.as_ref().map(|leaf| leaf.not_after.0))
                        .push_bind(line.digest.as_str());
                })
                .push(
                    " on conflict (domain, check_id) do update set
                        state = excluded.state, code = excluded.code, checked_at = excluded.checked_at,
                        duration_ms = excluded.duration_ms, since = excluded.since,
                        streak = excluded.streak, announced = excluded.announced, expires_at = excluded.expires_at,
                        digest = excluded.digest",
                )
                .build()
                .execute(db)
                .await?;
            });
        }
        Ok(())
    }

    async fn write_evidence(&mut self, sheets: &[(&str, &Sheet<'_>)]) -> Result<()> {
        let rows: Vec<_> = sheets
            .iter()
            .flat_map(|(domain, sheet)| sheet.said().map(|said| (*domain, said)))
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

    async fn write_stretches(&mut self, sheets: &[(&str, &Sheet<'_>)]) -> Result<()> {
        let rows: Vec<_> = sheets
            .iter()
            .flat_map(|(domain, sheet)| sheet.stretches.iter().map(|stretch| (*domain, stretch)))
            .filter(|(_, stretch)| stretch.is_news)
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new("insert into runs (domain, at, until, times, states) ")
                    .push_values(rows, |mut row, &(domain, stretch)| {
                        row.push_bind(domain)
                            .push_bind(stretch.at.0)
                            .push_bind(stretch.until.0)
                            .push_bind(stretch.times)
                            .push_bind(stretch.states.as_str());
                    })
                    .push(
                        " on conflict (domain, at) do update set
                            until = excluded.until, times = excluded.times, states = excluded.states",
                    )
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        Ok(())
    }
}

/// The evidence that is new.
fn seen<'a>(sheets: &[(&'a str, &'a Sheet<'_>)]) -> Vec<Seen<'a>> {
    let said = sheets
        .iter()
        .flat_map(|(domain, sheet)| sheet.said().map(|said| (*domain, said)));
    let new = said.filter(|(_, (line, ..))| line.body.is_some());
    new.map(|(domain, (_, at, finding))| Seen {
        domain,
        check: finding.check.as_str(),
        at,
        code: finding.code,
        evidence: &finding.evidence,
    })
    .collect()
}

#[derive(sqlx::FromRow)]
struct NewestRow {
    domain: String,
    at: i64,
    until: i64,
    times: i64,
    states: String,
}

impl From<NewestRow> for Written {
    fn from(row: NewestRow) -> Self {
        Self {
            at: Timestamp(row.at),
            until: Timestamp(row.until),
            times: row.times,
            states: row.states,
            is_news: false,
        }
    }
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    name: String,
    check_id: Option<String>,
    state: Option<String>,
    code: Option<String>,
    since: Option<i64>,
    streak: Option<i64>,
    announced: Option<bool>,
    digest: Option<String>,
}

impl KnownRow {
    /// `None` where all is null: the domain is there and has no steps yet.
    fn line<'a>(self) -> Result<Option<(CheckId, Line<'a>)>> {
        let Self {
            check_id: Some(check),
            state: Some(state),
            code: Some(code),
            since: Some(since),
            streak: Some(streak),
            announced: Some(announced),
            digest: Some(digest),
            ..
        } = self
        else {
            return Ok(None);
        };
        let line = Line {
            state: steps::state(&state)?,
            code: steps::code(&code)?,
            since: Timestamp(since),
            streak,
            announced,
            digest,
            said: None,
            body: None,
        };
        Ok(Some((CheckId::from_text(&check), line)))
    }
}
