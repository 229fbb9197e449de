//! Tickets and their time lines.

/// What a list shows of a ticket.
macro_rules! ticket_columns {
    () => {
        "number, id, kind, domain, tenant, subject, status, priority, assigned_to, occurrences, created_at, \
         updated_at, last_seen_at, version"
    };
}

mod list;
mod recall;
mod timeline;
mod words;

pub use list::Sought;
pub use recall::Recalled;
pub(crate) use words::{create_postgres, create_sqlite};

use crate::{
    Error, Result, Store, Tx,
    dialect::{On, ROWS},
    domains,
    error::storable,
};
use model::{
    Timestamp,
    ticket::{Case, Fault, Kind, Priority, Status, Ticket},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use sqlx::{Database, Encode, QueryBuilder, Type};
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

    /// The live ticket of each fault; of one that has none, its newest.
    pub async fn cases(&mut self, faults: &[&Fault]) -> Result<HashMap<Fault, Case>> {
        let mut cases = HashMap::with_capacity(faults.len());
        for faults in faults.chunks(ROWS) {
            self.add_cases_of(faults, LIVE, &mut cases).await?;
            self.add_newest_cases(faults, &mut cases).await?;
        }
        Ok(cases)
    }

    /// Of those of these faults that have no live one. Two questions, because one with an `or` reads every ticket
    /// there is.
    async fn add_newest_cases(&mut self, faults: &[&Fault], cases: &mut HashMap<Fault, Case>) -> Result<()> {
        let others: Vec<&Fault> = faults
            .iter()
            .copied()
            .filter(|fault| !cases.contains_key(fault))
            .collect();
        if others.is_empty() {
            return Ok(());
        }
        self.add_cases_of(&others, NEWEST, cases).await
    }

    async fn add_cases_of(
        &mut self,
        faults: &[&Fault],
        which: Which,
        cases: &mut HashMap<Fault, Case>,
    ) -> Result<()> {
        let rows: Vec<CaseRow> = match self.db().await? {
            On::Sqlite(db) => {
                let mut query = QueryBuilder::new(CASES_AS_JSON);
                push_faults(&mut query, faults, which);
                let all = query.build_query_scalar::<String>();
                from_json(&all.fetch_one(db).await?)?
            }
            On::Pg(db) => {
                let mut query = QueryBuilder::new("select * from tickets where ");
                push_faults(&mut query, faults, which);
                query.build_query_as::<CaseRow>().fetch_all(db).await?
            }
        };
        add(rows, cases)
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
        self.numbered("tickets", count).await
    }

    /// Writes tickets, new ones and changed ones. What a ticket is about, and when it was opened, never change.
    pub async fn save_cases(&mut self, cases: &[&Case]) -> Result<()> {
        for cases in cases.chunks(CASES) {
            let rows = cases
                .iter()
                .map(|case| Ok((*case, seen(case)?, storable("subject", &case.ticket.subject)?)))
                .collect::<Result<Vec<_>>>()?;
            later!(self, "insert", |query| {
                query
                    .push(
                        " into tickets (number, id, fault, kind, domain, tenant, subject, status, live,
                            priority, assigned_to, occurrences, created_at, updated_at, last_seen_at, version,
                            reported_by, seen, green_runs, is_deployed, resolved_at, lines, last_report) ",
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
                            .push_bind(case.lines)
                            .push_bind(case.last_report);
                    })
                    .push(
                        " on conflict (number) do update set subject = excluded.subject, status = excluded.status,
                            live = excluded.live, priority = excluded.priority, assigned_to = excluded.assigned_to,
                            occurrences = excluded.occurrences, updated_at = excluded.updated_at,
                            last_seen_at = excluded.last_seen_at, version = excluded.version, seen = excluded.seen,
                            green_runs = excluded.green_runs, is_deployed = excluded.is_deployed,
                            resolved_at = excluded.resolved_at, lines = excluded.lines, last_report = excluded.last_report",
                    )
            });
        }
        self.remember_cases(cases);
        Ok(())
    }

    /// Writes that tickets were seen again, or seen well: nothing that a list narrows by, and so no index.
    pub async fn save_sightings(&mut self, cases: &[&Case]) -> Result<()> {
        for cases in cases.chunks(ROWS) {
            let rows = cases
                .iter()
                .map(|case| Ok((*case, seen(case)?)))
                .collect::<Result<Vec<_>>>()?;
            later!(self, "update", |query| query
                .push(
                    " tickets set occurrences = now.column2, updated_at = now.column3,
                        last_seen_at = now.column4, seen = now.column5, green_runs = now.column6,
                        is_deployed = now.column7, lines = now.column8, last_report = now.column9
                     from (",
                )
                .push_values(rows, |mut row, (case, seen)| {
                    row.push_bind(case.ticket.number)
                        .push_bind(case.ticket.occurrences)
                        .push_bind(case.ticket.updated_at.0)
                        .push_bind(case.ticket.last_seen_at.0)
                        .push_bind(seen)
                        .push_bind(i64::from(case.green_runs))
                        .push_bind(case.is_deployed)
                        .push_bind(case.lines)
                        .push_bind(case.last_report);
                })
                .push(") as now where number = now.column1"));
        }
        self.remember_cases(cases);
        Ok(())
    }
}

fn seen(case: &Case) -> Result<String> {
    serde_json::to_string(&case.seen).map_err(|why| Error::strange("ticket", why.to_string()))
}

/// SQLite hands rows over from a thread of its own, each by itself and each value of it copied: as one text, many of
/// them cost less.
fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|why| Error::strange("ticket", why.to_string()))
}

/// In SQLite's JSON a truth is a number.
fn truth<'de, D: Deserializer<'de>>(number: D) -> Result<bool, D::Error> {
    Ok(i64::deserialize(number)? != 0)
}

/// The order of the fields is that of [`ticket_columns`].
#[derive(sqlx::FromRow, Deserialize)]
struct TicketRow {
    number: i64,
    id: String,
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
}

/// The order of the fields is that of [`CASES_AS_JSON`].
#[derive(sqlx::FromRow, Deserialize)]
struct CaseRow {
    #[sqlx(flatten)]
    ticket: TicketRow,
    fault: Option<String>,
    reported_by: Option<String>,
    seen: String,
    green_runs: i64,
    #[serde(deserialize_with = "truth")]
    is_deployed: bool,
    resolved_at: Option<i64>,
    lines: i64,
    last_report: Option<i64>,
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
            last_report: row.last_report,
            ticket: row.ticket.try_into()?,
        })
    }
}

impl TryFrom<TicketRow> for Ticket {
    type Error = Error;

    fn try_from(row: TicketRow) -> Result<Self> {
        Ok(Self {
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
        })
    }
}

fn push_faults<DB: Database>(query: &mut QueryBuilder<DB>, faults: &[&Fault], (before, after): Which)
where
    for<'q> &'q str: Encode<'q, DB> + Type<DB>,
{
    query.push(before);
    let mut all = query.separated(", ");
    for fault in faults {
        all.push_bind(fault.as_str());
    }
    query.push(after);
}

fn add(rows: Vec<CaseRow>, cases: &mut HashMap<Fault, Case>) -> Result<()> {
    for row in rows {
        let case = Case::try_from(row)?;
        if let Some(fault) = case.fault.clone() {
            cases.insert(fault, case);
        }
    }
    Ok(())
}

/// What stands before the faults and after them.
type Which = (&'static str, &'static str);
const LIVE: Which = ("live and fault in (", ")");
const NEWEST: Which = (
    "number in (select max(number) from tickets where fault in (",
    ") group by fault)",
);
const CASES_AS_JSON: &str = concat!(
    "select json_group_array(json_array(json_array(",
    ticket_columns!(),
    "), fault, reported_by, seen, green_runs, is_deployed, resolved_at, lines, last_report)) from tickets where "
);
/// Rows of tickets in one statement: SQLite takes 32,766 values at most, and each has many.
const CASES: usize = 250;
