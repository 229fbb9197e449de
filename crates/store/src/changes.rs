//! Each change of a check's state, as people read it for longer than it is streamed.

use crate::{Error, Result, Store, Tx, dialect::ROWS, steps};
use model::{
    CheckId, Code, DomainName, Evidence, State, Timestamp,
    event::{Event, What},
};
use sqlx::QueryBuilder;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredChange {
    /// That of the event.
    pub id: i64,
    pub at: Timestamp,
    pub check: CheckId,
    pub before: Option<State>,
    pub state: State,
    pub code: Code,
    /// As much of it as a message needs ([`Evidence::brief`]).
    pub evidence: Evidence,
}

/// Which of a domain's changes are wanted.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub check: Option<&'a CheckId>,
    pub since: Timestamp,
    /// Only those that are older than this one.
    pub before: i64,
    pub limit: u32,
}

impl Store {
    /// A domain's changes, newest first.
    pub async fn changes(&self, domain: &DomainName, wanted: &Wanted<'_>) -> Result<Vec<StoredChange>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, ChangeRow>(
                "select id, at, check_id, before_state, state, code, body from changes
                 where domain = $1 and at >= $2 and id < $3 and ($4 = '' or check_id = $4)
                 order by id desc limit $5",
            )
            .bind(domain.as_str())
            .bind(wanted.since.0)
            .bind(wanted.before)
            .bind(wanted.check.map_or("", CheckId::as_str))
            .bind(i64::from(wanted.limit))
            .fetch_all(db)
            .await
        })?;
        rows.into_iter().map(StoredChange::try_from).collect()
    }
}

impl Tx {
    /// Writes the changes among the events; each event comes with its evidence as JSON, where it has any.
    pub(crate) async fn write_changes(&mut self, events: &[(&Event, &str)]) -> Result<()> {
        let rows: Vec<_> = events
            .iter()
            .filter_map(|(event, body)| match &event.what {
                What::Check {
                    domain,
                    check,
                    before,
                    state,
                    code,
                } => Some((event, domain, check, *before, *state, *code, *body)),
                _ => None,
            })
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new(
                    "insert into changes (domain, id, check_id, at, before_state, state, code, body) ",
                )
                .push_values(
                    rows,
                    |mut row, &(event, domain, check, before, state, code, body)| {
                        row.push_bind(domain.as_str())
                            .push_bind(event.id)
                            .push_bind(check.as_str())
                            .push_bind(event.at.0)
                            .push_bind(before.map(State::as_str))
                            .push_bind(state.as_str())
                            .push_bind(code.as_str())
                            .push_bind(body);
                    },
                )
                .build()
                .execute(db)
                .await?;
            });
        }
        Ok(())
    }

    /// Forgets a domain's changes before `before`, and of each check all but the newest `most`.
    pub async fn forget_changes(&mut self, domain: &DomainName, before: Timestamp, most: u32) -> Result<()> {
        on!(self, |db| {
            sqlx::query(
                "delete from changes where domain = $1 and (at < $2 or id in (
                    select id from (
                        select id, row_number() over (partition by check_id order by id desc) as nth
                        from changes where domain = $1
                    ) as numbered where nth > $3
                 ))",
            )
            .bind(domain.as_str())
            .bind(before.0)
            .bind(i64::from(most))
            .execute(db)
            .await?;
        });
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    id: i64,
    at: i64,
    check_id: String,
    before_state: Option<String>,
    state: String,
    code: String,
    body: String,
}

impl TryFrom<ChangeRow> for StoredChange {
    type Error = Error;

    fn try_from(row: ChangeRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            at: Timestamp(row.at),
            check: CheckId::from_text(&row.check_id),
            before: row.before_state.as_deref().map(steps::state).transpose()?,
            state: steps::state(&row.state)?,
            code: steps::code(&row.code)?,
            evidence: serde_json::from_str(&row.body).map_err(|_| Error::strange("evidence", row.body))?,
        })
    }
}
