//! Audits and their scorecards. At most one audit is under way, whoever asks for how many.

use crate::{Error, Result, Store, Tx, dialect::ROWS, domains, error::storable};
use model::{
    DomainName, Timestamp,
    audit::{Cycle, Origin, TenantScore},
    score::Score,
};
use sqlx::QueryBuilder;
use std::collections::HashSet;

/// An audit that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewCycle<'a> {
    pub origin: Origin,
    /// A username, where it is a person.
    pub asked_by: Option<&'a str>,
    pub asked_at: Timestamp,
}

/// What a domain is worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    pub domain: DomainName,
    pub tenant: Option<String>,
    pub score: Score,
}

/// The same as it was written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredCard {
    /// Its place in the audit, the worst first.
    pub nth: i64,
    pub card: Card,
    /// Its score in the audit before.
    pub before: Option<u8>,
}

/// Which scorecards of an audit are wanted; what is empty does not narrow.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoughtCards<'a> {
    pub cycle: i64,
    pub tenant: Option<&'a str>,
    /// Part of the domain's or tenant's name.
    pub q: &'a str,
    /// Only those behind this place.
    pub after: i64,
    pub limit: u32,
}

impl Tx {
    /// Asks for an audit: its id, and whether it is a new one. While one is under way it is that.
    pub async fn begin_cycle(&mut self, new: NewCycle<'_>) -> Result<(i64, bool)> {
        let running: Option<i64> = on!(self, |db| {
            sqlx::query_scalar("select id from audit_cycles where running")
                .fetch_optional(db)
                .await?
        });
        if let Some(id) = running {
            return Ok((id, false));
        }
        let id = self.numbered("audits", 1).await?;
        on!(self, |db| {
            sqlx::query(
                "insert into audit_cycles (id, origin, asked_by, asked_at, running, domains)
                 values ($1, $2, $3, $4, true, 0)",
            )
            .bind(id)
            .bind(new.origin.as_str())
            .bind(new.asked_by)
            .bind(new.asked_at.0)
            .execute(db)
            .await?;
        });
        Ok((id, true))
    }

    /// From now on its evidence counts; what was seen before, in an earlier try too, does not.
    pub async fn start_cycle(&mut self, id: i64, began_at: Timestamp) -> Result<()> {
        on!(self, |db| {
            sqlx::query("update audit_cycles set began_at = $2 where id = $1 and running")
                .bind(id)
                .bind(began_at.0)
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// Writes the verdict down, all of it or nothing; a domain that is gone meanwhile is left out. False where the
    /// audit is over already.
    pub async fn end_cycle(&mut self, id: i64, ended_at: Timestamp, mut cards: Vec<Card>) -> Result<bool> {
        let watched: Vec<String> = on!(self, |db| {
            sqlx::query_scalar("select name from domains")
                .fetch_all(db)
                .await?
        });
        let watched: HashSet<&str> = watched.iter().map(String::as_str).collect();
        cards.retain(|card| watched.contains(card.domain.as_str()));
        // Who has no score is no worse than anybody.
        cards.sort_by(|a, b| {
            let key = |card: &Card| (card.score.value.is_none(), card.score.value);
            key(a).cmp(&key(b)).then_with(|| a.domain.cmp(&b.domain))
        });
        let ended = on!(self, |db| {
            sqlx::query(
                "update audit_cycles set running = false, ended_at = $2, domains = $3, mean = $4
                 where id = $1 and running",
            )
            .bind(id)
            .bind(ended_at.0)
            .bind(i64::try_from(cards.len()).unwrap_or(i64::MAX))
            .bind(mean(&cards))
            .execute(db)
            .await?
            .rows_affected()
        });
        if ended > 0 {
            self.write_cards(id, &cards).await?;
        }
        Ok(ended > 0)
    }

    async fn write_cards(&mut self, cycle: i64, cards: &[Card]) -> Result<()> {
        let numbered: Vec<(i64, &Card)> = (1..).zip(cards).collect();
        for rows in numbered.chunks(ROWS) {
            let rows = rows
                .iter()
                .map(|(nth, card)| {
                    let tenant = card.tenant.as_deref();
                    let tenant = tenant.map(|tenant| storable("tenant", tenant)).transpose()?;
                    let body = serde_json::to_string(&card.score);
                    let body = body.map_err(|why| Error::strange("scorecard", why.to_string()))?;
                    Ok((*nth, *card, tenant, body))
                })
                .collect::<Result<Vec<_>>>()?;
            on!(self, |db| {
                QueryBuilder::new("insert into scorecards (cycle, nth, domain, tenant, score, body) ")
                    .push_values(rows, |mut row, (nth, card, tenant, body)| {
                        row.push_bind(cycle)
                            .push_bind(nth)
                            .push_bind(card.domain.as_str())
                            .push_bind(tenant)
                            .push_bind(card.score.value.map(i64::from))
                            .push_bind(body);
                    })
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        Ok(())
    }

    /// Forgets the audits that ended before `before`, with their scorecards.
    pub async fn forget_cycles(&mut self, before: Timestamp) -> Result<()> {
        on!(self, |db| {
            sqlx::query("delete from audit_cycles where ended_at < $1")
                .bind(before.0)
                .execute(db)
                .await?;
        });
        Ok(())
    }
}

impl Store {
    pub async fn cycle(&self, id: i64) -> Result<Option<Cycle>> {
        let row = on!(self, |db| {
            sqlx::query_as::<_, CycleRow>("select * from audit_cycles where id = $1")
                .bind(id)
                .fetch_optional(db)
                .await?
        });
        row.map(Cycle::try_from).transpose()
    }

    /// The one that has yet to judge.
    pub async fn running_cycle(&self) -> Result<Option<Cycle>> {
        let row = on!(self, |db| {
            sqlx::query_as::<_, CycleRow>("select * from audit_cycles where running")
                .fetch_optional(db)
                .await?
        });
        row.map(Cycle::try_from).transpose()
    }

    /// When one was asked for last.
    pub async fn last_cycle_at(&self) -> Result<Option<Timestamp>> {
        let at: Option<i64> = on!(self, |db| {
            sqlx::query_scalar("select max(asked_at) from audit_cycles")
                .fetch_one(db)
                .await?
        });
        Ok(at.map(Timestamp))
    }

    /// Those that have judged, newest first.
    pub async fn ended_cycles(&self, limit: u32) -> Result<Vec<Cycle>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, CycleRow>(
                "select * from audit_cycles where not running order by id desc limit $1",
            )
            .bind(i64::from(limit))
            .fetch_all(db)
            .await?
        });
        rows.into_iter().map(Cycle::try_from).collect()
    }

    /// The worst first.
    pub async fn scorecards(&self, sought: SoughtCards<'_>) -> Result<Vec<StoredCard>> {
        let tenant = sought.tenant.unwrap_or_default();
        if tenant.contains('\0') || sought.q.contains('\0') {
            // No such text is ever stored.
            return Ok(Vec::new());
        }
        let rows = on!(self, |db| {
            sqlx::query_as::<_, CardRow>(
                "select one.nth, one.domain, one.tenant, one.body, earlier.score as before
                 from scorecards as one left join scorecards as earlier
                    on earlier.domain = one.domain
                    and earlier.cycle = (select max(id) from audit_cycles where id < $1 and not running)
                 where one.cycle = $1 and one.nth > $2 and ($3 = '' or one.tenant = $3)
                    and (one.domain like $4 escape '!' or lower(coalesce(one.tenant, '')) like $4 escape '!')
                 order by one.nth limit $5",
            )
            .bind(sought.cycle)
            .bind(sought.after)
            .bind(tenant)
            .bind(like(sought.q))
            .bind(i64::from(sought.limit))
            .fetch_all(db)
            .await?
        });
        rows.into_iter().map(StoredCard::try_from).collect()
    }

    /// A domain's score in the audit that ended last.
    pub async fn last_score(&self, domain: &DomainName) -> Result<Option<(i64, Option<u8>)>> {
        let row: Option<(i64, Option<i64>)> = on!(self, |db| {
            sqlx::query_as(
                "select cycle, score from scorecards where domain = $1
                 and cycle = (select max(id) from audit_cycles where not running)",
            )
            .bind(domain.as_str())
            .fetch_optional(db)
            .await?
        });
        row.map(|(cycle, value)| Ok((cycle, score(value)?))).transpose()
    }

    /// How many domains of an audit have each score.
    pub async fn score_counts(&self, cycle: i64) -> Result<Vec<(Option<u8>, i64)>> {
        let rows: Vec<(Option<i64>, i64)> = on!(self, |db| {
            sqlx::query_as("select score, count(*) from scorecards where cycle = $1 group by score")
                .bind(cycle)
                .fetch_all(db)
                .await?
        });
        rows.into_iter()
            .map(|(value, domains)| Ok((score(value)?, domains)))
            .collect()
    }

    /// Each tenant's domains together, the worst first.
    pub async fn tenant_scores(&self, cycle: i64) -> Result<Vec<TenantScore>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, TenantRow>(
                "select tenant, count(*) as domains, cast(sum(score) as bigint) / nullif(count(score), 0) as mean,
                    min(score) as lowest
                 from scorecards where cycle = $1 group by tenant",
            )
            .bind(cycle)
            .fetch_all(db)
            .await?
        });
        let mut tenants = rows
            .into_iter()
            .map(|row| {
                Ok(TenantScore {
                    tenant: row.tenant,
                    domains: row.domains,
                    mean: score(row.mean)?,
                    lowest: score(row.lowest)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        tenants.sort_by(|a, b| {
            let key = |one: &TenantScore| (one.mean.is_none(), one.mean);
            key(a).cmp(&key(b)).then_with(|| a.tenant.cmp(&b.tenant))
        });
        Ok(tenants)
    }
}

/// Rounded down; `None` where nobody has a score.
fn mean(cards: &[Card]) -> Option<i64> {
    let scores = || cards.iter().filter_map(|card| card.score.value);
    let sum: i64 = scores().map(i64::from).sum();
    sum.checked_div(i64::try_from(scores().count()).unwrap_or(i64::MAX))
}

/// Part of a name, whatever characters it is of.
fn like(part: &str) -> String {
    let part = part.trim().to_lowercase();
    let part = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{part}%")
}

#[derive(sqlx::FromRow)]
struct CycleRow {
    id: i64,
    origin: String,
    asked_by: Option<String>,
    asked_at: i64,
    began_at: Option<i64>,
    ended_at: Option<i64>,
    domains: i64,
    mean: Option<i64>,
}

impl TryFrom<CycleRow> for Cycle {
    type Error = Error;

    fn try_from(row: CycleRow) -> Result<Self> {
        Ok(Self {
            cycle_id: row.id,
            origin: Origin::parse(&row.origin).ok_or_else(|| Error::strange("origin", &row.origin))?,
            asked_by: row.asked_by,
            asked_at: Timestamp(row.asked_at),
            began_at: row.began_at.map(Timestamp),
            ended_at: row.ended_at.map(Timestamp),
            domains: row.domains,
            mean: score(row.mean)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct TenantRow {
    tenant: Option<String>,
    domains: i64,
    mean: Option<i64>,
    lowest: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct CardRow {
    nth: i64,
    domain: String,
    tenant: Option<String>,
    body: String,
    before: Option<i64>,
}

impl TryFrom<CardRow> for StoredCard {
    type Error = Error;

    fn try_from(row: CardRow) -> Result<Self> {
        Ok(Self {
            nth: row.nth,
            before: score(row.before)?,
            card: Card {
                domain: domains::name(&row.domain)?,
                tenant: row.tenant,
                score: serde_json::from_str(&row.body).map_err(|_| Error::strange("scorecard", row.body))?,
            },
        })
    }
}

fn score(value: Option<i64>) -> Result<Option<u8>> {
    let read = |value: i64| u8::try_from(value).map_err(|_| Error::strange("score", value.to_string()));
    value.map(read).transpose()
}
