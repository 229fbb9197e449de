//! The latest answer of each check for each domain.

use crate::{Error, Result, Store, domains};
use futures::TryStreamExt;
use model::{CheckId, Code, DomainName, Evidence, State, Timestamp};
use std::collections::BTreeMap;

/// What a check said last, with all that it stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredStep {
    pub domain: DomainName,
    pub check: CheckId,
    pub state: State,
    pub code: Code,
    pub evidence: Evidence,
    pub checked_at: Timestamp,
    pub duration_ms: u32,
    /// When this state began.
    pub since: Timestamp,
    /// How many runs in a row failed, were well (`ok`, `warn`, `skipped`) or could not say; 1 after the first.
    pub streak: i64,
    /// Whether a fault was announced and is not over yet.
    pub announced: bool,
}

/// The same without evidence: what a board shows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    pub check: CheckId,
    pub state: State,
    pub code: Code,
    pub since: Timestamp,
    pub announced: bool,
    pub checked_at: Timestamp,
    /// When the leaf that was seen expires.
    pub expires_at: Option<Timestamp>,
}

impl StoredStep {
    pub fn cell(&self) -> Cell {
        Cell {
            check: self.check.clone(),
            state: self.state,
            code: self.code,
            since: self.since,
            announced: self.announced,
            checked_at: self.checked_at,
            expires_at: self.evidence.leaf.as_ref().map(|leaf| leaf.not_after),
        }
    }
}

impl Store {
    /// Of one domain, or of all; in no order.
    pub async fn steps(&self, of: Option<&DomainName>) -> Result<Vec<StoredStep>> {
        let rows = on!(self, |db| {
            match of {
            Some(domain) =>
                sqlx::query_as::<_, StepRow>(
                    "select domain, check_id, state, code, body, checked_at, duration_ms, since, streak, announced
                     from steps join evidence using (domain, check_id) where domain = $1",
                )
                .bind(domain.as_str())
                .fetch_all(db)
                .await,
            None =>
                sqlx::query_as::<_, StepRow>(
                    "select domain, check_id, state, code, body, checked_at, duration_ms, since, streak, announced
                     from steps join evidence using (domain, check_id)",
                )
                .fetch_all(db)
                .await,
        }
        })?;
        rows.into_iter().map(StoredStep::try_from).collect()
    }

    /// Hands over the steps that want somebody's attention, one by one, because their evidence is long: `fail`,
    /// `unknown` and `warn`; in no order.
    pub async fn each_fault(&self, mut take: impl FnMut(StoredStep)) -> Result<()> {
        on!(self, |db| {
            let mut rows = sqlx::query_as::<_, StepRow>(
                "select domain, check_id, state, code, body, checked_at, duration_ms, since, streak, announced
                 from steps join evidence using (domain, check_id)
                 where state in ('fail', 'unknown', 'warn')",
            )
            .fetch(db);
            while let Some(row) = rows.try_next().await? {
                take(row.try_into()?);
            }
        });
        Ok(())
    }

    /// The whole board. A domain that no check has run for is not in it.
    pub async fn cells(&self) -> Result<BTreeMap<DomainName, Vec<Cell>>> {
        // One row per domain, because most of the time goes into handing rows over, not into finding them.
        let rows = on!(self, |db| {
            sqlx::query_as::<_, (String, String)>(
                "select domain, string_agg(
                    check_id || ' ' || state || ' ' || code || ' ' || since || ' '
                        || case when announced then '!' else '-' end || ' ' || checked_at || ' '
                        || coalesce(cast(expires_at as text), '-'), ',')
                 from steps group by domain",
            )
            .fetch_all(db)
            .await
        })?;
        rows.iter()
            .map(|(domain, cells)| {
                let cells = cells.split(',').map(cell).collect::<Result<_>>()?;
                Ok((domains::name(domain)?, cells))
            })
            .collect()
    }
}

/// `check state code since announced checked_at expires_at`: the times in ms, `!` where a fault stands
/// announced, and `-` for what is not.
fn cell(text: &str) -> Result<Cell> {
    let strange = || Error::strange("cell", text);
    let mut words = text.split(' ');
    let mut word = || words.next().ok_or_else(strange);
    let time = |text: &str| text.parse().map(Timestamp).map_err(|_| strange());
    Ok(Cell {
        check: CheckId::from_text(word()?),
        state: state(word()?)?,
        code: code(word()?)?,
        since: time(word()?)?,
        announced: word()? == "!",
        checked_at: time(word()?)?,
        expires_at: match word()? {
            "-" => None,
            at => Some(time(at)?),
        },
    })
}

pub(crate) fn state(text: &str) -> Result<State> {
    State::parse(text).ok_or_else(|| Error::strange("state", text))
}

pub(crate) fn code(text: &str) -> Result<Code> {
    Code::parse(text).ok_or_else(|| Error::strange("code", text))
}

#[derive(sqlx::FromRow)]
struct StepRow {
    domain: String,
    check_id: String,
    state: String,
    code: String,
    body: String,
    checked_at: i64,
    duration_ms: i64,
    since: i64,
    streak: i64,
    announced: bool,
}

impl TryFrom<StepRow> for StoredStep {
    type Error = Error;

    fn try_from(row: StepRow) -> Result<Self> {
        Ok(Self {
            domain: domains::name(&row.domain)?,
            check: CheckId::from_text(&row.check_id),
            state: state(&row.state)?,
            code: code(&row.code)?,
            evidence: serde_json::from_str(&row.body).map_err(|_| Error::strange("evidence", row.body))?,
            checked_at: Timestamp(row.checked_at),
            duration_ms: u32::try_from(row.duration_ms).unwrap_or(u32::MAX),
            since: Timestamp(row.since),
            streak: row.streak,
            announced: row.announced,
        })
    }
}
