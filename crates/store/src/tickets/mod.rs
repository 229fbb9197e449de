//! Tickets and their time lines.

mod list;
mod words;

pub use list::Sought;
pub(crate) use words::{create_postgres, create_sqlite};

use crate::{Error, Result, Store, Tx, dialect::ROWS, domains, error::storable, events::counted};
use model::{
    Timestamp,
    ticket::{Case, Entry, Fault, Kind, Priority, Status, Ticket},
};
use sqlx::QueryBuilder;
use std::collections::HashMap;

impl Store {
    pub async fn case(&self, id: &str) -> Result<Option<Case>> {
        if storable("id", id).is_err() {
            return Ok(None);
        }
        let row = on!(self, |db| {
            sqlx::query_as::<_, CaseRow>("select * from tickets where id = $1")
                .bind(id)
                .fetch_optional(db)
                .await?
        });
        row.map(Case::try_from).transpose()
    }

    pub async fn case_by_number(&self, number: i64) -> Result<Option<Case>> {
        let row = on!(self, |db| {
            sqlx::query_as::<_, CaseRow>("select * from tickets where number = $1")
                .bind(number)
                .fetch_optional(db)
                .await?
        });
        row.map(Case::try_from).transpose()
    }

    /// A ticket's time line in its order, without the reports.
    pub async fn timeline(&self, number: i64) -> Result<Vec<Entry>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, LineRow>("select at, who, what from timeline where ticket = $1 order by nth")
                .bind(number)
                .fetch_all(db)
                .await?
        });
        rows.into_iter().map(Entry::try_from).collect()
    }
}

impl Tx {
    /// The same as [`Store::case`], which nobody changes before this transaction ends.
    pub async fn case(&mut self, id: &str) -> Result<Option<Case>> {
        if storable("id", id).is_err() {
            return Ok(None);
        }
        let row = on!(self, |db| {
            sqlx::query_as::<_, CaseRow>("select * from tickets where id = $1")
                .bind(id)
                .fetch_optional(db)
                .await?
        });
        row.map(Case::try_from).transpose()
    }

    /// The newest ticket of each fault, live or not.
    pub async fn cases(&mut self, faults: &[&Fault]) -> Result<HashMap<Fault, Case>> {
        let mut cases = HashMap::new();
        for faults in faults.chunks(ROWS) {
            let rows = on!(self, |db| {
                let mut query = QueryBuilder::new(
                    "select * from tickets where number in (select max(number) from tickets where fault in (",
                );
                let mut keys = query.separated(", ");
                for fault in faults {
                    keys.push_bind(fault.as_str());
                }
                // A fault's live ticket is its newest, but where a person has reopened an older one.
                query.push(") group by fault) or (live and fault in (");
                let mut keys = query.separated(", ");
                for fault in faults {
                    keys.push_bind(fault.as_str());
                }
                query.push("))").build_query_as::<CaseRow>().fetch_all(db).await?
            });
            for row in rows {
                let case = Case::try_from(row)?;
                if let Some(fault) = case.fault.clone()
                    && (case.ticket.status.is_live() || !cases.contains_key(&fault))
                {
                    cases.insert(fault, case);
                }
            }
        }
        Ok(cases)
    }

    /// The live tickets that the Desk's own checks of these domains can prove to be over.
    pub async fn live_cases_of(&mut self, domains: &[&str]) -> Result<Vec<Case>> {
        let mut cases = Vec::new();
        for domains in domains.chunks(ROWS) {
            let rows = on!(self, |db| {
                let mut query = QueryBuilder::new(
                    "select * from tickets where live and kind in ('mail_tls', 'admin_tls') and domain in (",
                );
                let mut names = query.separated(", ");
                for domain in domains {
                    names.push_bind(*domain);
                }
                query.push(")").build_query_as::<CaseRow>().fetch_all(db).await?
            });
            for row in rows {
                cases.push(Case::try_from(row)?);
            }
        }
        Ok(cases)
    }

    /// The first of so many new numbers, which follow each other and are never given again.
    pub async fn ticket_numbers(&mut self, count: usize) -> Result<i64> {
        counted(self, "tickets", count).await
    }

    pub async fn add_cases(&mut self, cases: &[&Case]) -> Result<()> {
        for cases in cases.chunks(ROWS) {
            let rows = cases
                .iter()
                .map(|case| Ok((*case, seen(case)?, storable("subject", &case.ticket.subject)?)))
                .collect::<Result<Vec<_>>>()?;
            on!(self, |db| {
                QueryBuilder::new(
                    "insert into tickets (number, id, fault, kind, domain, tenant, subject, status, live,
                        priority, assigned_to, occurrences, created_at, updated_at, last_seen_at, version,
                        reported_by, seen, green_runs, is_deployed, resolved_at, lines) ",
                )
                .push_values(rows, |mut row, (case, seen, subject)| {
                    let ticket = &case.ticket;
                    row.push_bind(ticket.number)
                        .push_bind(ticket.id.as_str())
                        .push_bind(case.fault.as_ref().map(Fault::as_str))
                        .push_bind(ticket.kind.as_str())
                        .push_bind(ticket.domain.as_ref().map(model::DomainName::as_str))
                        .push_bind(ticket.tenant.as_deref())
                        .push_bind(subject)
                        .push_bind(ticket.status.as_str())
                        .push_bind(ticket.status.is_live())
                        .push_bind(ticket.priority.as_str())
                        .push_bind(ticket.assigned_to.as_deref())
                        .push_bind(ticket.occurrences)
                        .push_bind(ticket.created_at.0)
                        .push_bind(ticket.updated_at.0)
                        .push_bind(ticket.last_seen_at.0)
                        .push_bind(ticket.version)
                        .push_bind(case.reported_by.as_deref())
                        .push_bind(seen)
                        .push_bind(i64::from(case.green_runs))
                        .push_bind(case.is_deployed)
                        .push_bind(case.resolved_at.map(|at| at.0))
                        .push_bind(case.lines);
                })
                .build()
                .execute(db)
                .await?;
            });
        }
        self.write_words(cases).await
    }

    /// Gives a ticket these values. What it is about, and when it was opened, never change.
    pub async fn save_case(&mut self, case: &Case) -> Result<()> {
        let ticket = &case.ticket;
        on!(self, |db| {
            sqlx::query(
                "update tickets set subject = $2, status = $3, live = $4, priority = $5, assigned_to = $6,
                     occurrences = $7, updated_at = $8, last_seen_at = $9, version = $10, seen = $11,
                     green_runs = $12, is_deployed = $13, resolved_at = $14, lines = $15
                 where number = $1",
            )
            .bind(ticket.number)
            .bind(storable("subject", &ticket.subject)?)
            .bind(ticket.status.as_str())
            .bind(ticket.status.is_live())
            .bind(ticket.priority.as_str())
            .bind(ticket.assigned_to.as_deref())
            .bind(ticket.occurrences)
            .bind(ticket.updated_at.0)
            .bind(ticket.last_seen_at.0)
            .bind(ticket.version)
            .bind(seen(case)?)
            .bind(i64::from(case.green_runs))
            .bind(case.is_deployed)
            .bind(case.resolved_at.map(|at| at.0))
            .bind(case.lines)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Appends to time lines; a ticket's lines are counted where its case is added or saved.
    pub async fn tell(&mut self, told: &[(i64, i64, Entry)]) -> Result<()> {
        for told in told.chunks(ROWS) {
            let rows = told
                .iter()
                .map(|(ticket, nth, entry)| Ok((*ticket, *nth, entry, moment(entry)?)))
                .collect::<Result<Vec<_>>>()?;
            on!(self, |db| {
                QueryBuilder::new("insert into timeline (ticket, nth, at, who, what) ")
                    .push_values(rows, |mut row, (ticket, nth, entry, what)| {
                        row.push_bind(ticket)
                            .push_bind(nth)
                            .push_bind(entry.at.0)
                            .push_bind(entry.who.as_deref())
                            .push_bind(what);
                    })
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        Ok(())
    }
}

fn seen(case: &Case) -> Result<String> {
    serde_json::to_string(&case.seen).map_err(|why| Error::strange("ticket", why.to_string()))
}

fn moment(entry: &Entry) -> Result<String> {
    let text = serde_json::to_string(&entry.what).map_err(|why| Error::strange("moment", why.to_string()))?;
    Ok(text)
}

#[derive(sqlx::FromRow)]
struct CaseRow {
    number: i64,
    id: String,
    fault: Option<String>,
    kind: String,
    domain: Option<String>,
    tenant: Option<String>,
    subject: String,
    status: String,
    priority: String,
    assigned_to: Option<String>,
    occurrences: i64,
    created_at: i64,
    updated_at: i64,
    last_seen_at: i64,
    version: i64,
    reported_by: Option<String>,
    seen: String,
    green_runs: i64,
    is_deployed: bool,
    resolved_at: Option<i64>,
    lines: i64,
}

impl TryFrom<CaseRow> for Case {
    type Error = Error;

    fn try_from(row: CaseRow) -> Result<Self> {
        Ok(Self {
            fault: row.fault.map(Fault::from_stored),
            reported_by: row.reported_by,
            seen: serde_json::from_str(&row.seen).map_err(|_| Error::strange("ticket", row.seen))?,
            green_runs: u32::try_from(row.green_runs).unwrap_or(u32::MAX),
            is_deployed: row.is_deployed,
            resolved_at: row.resolved_at.map(Timestamp),
            lines: row.lines,
            ticket: Ticket {
                id: row.id,
                number: row.number,
                kind: Kind::parse(&row.kind).ok_or_else(|| Error::strange("kind", row.kind))?,
                domain: row.domain.as_deref().map(domains::name).transpose()?,
                tenant: row.tenant,
                subject: row.subject,
                status: Status::parse(&row.status).ok_or_else(|| Error::strange("status", row.status))?,
                priority: Priority::parse(&row.priority)
                    .ok_or_else(|| Error::strange("priority", row.priority))?,
                assigned_to: row.assigned_to,
                occurrences: row.occurrences,
                created_at: Timestamp(row.created_at),
                updated_at: Timestamp(row.updated_at),
                last_seen_at: Timestamp(row.last_seen_at),
                version: row.version,
            },
        })
    }
}

#[derive(sqlx::FromRow)]
struct LineRow {
    at: i64,
    who: Option<String>,
    what: String,
}

impl TryFrom<LineRow> for Entry {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self> {
        Ok(Self {
            at: Timestamp(row.at),
            who: row.who,
            what: serde_json::from_str(&row.what).map_err(|_| Error::strange("moment", row.what))?,
        })
    }
}
