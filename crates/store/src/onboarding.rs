//! How far each domain's onboarding has come; its events are among the deliveries.

use crate::{
    Error, Result, Store, StoredDelivery, Tx, deliveries::DeliveryRow, dialect::ROWS, domains::name,
};
use model::{
    DomainName, Timestamp,
    onboarding::{Failure, Progress},
};
use sqlx::QueryBuilder;
use std::collections::HashMap;

impl Store {
    /// All there are, in no order.
    pub async fn onboardings(&self) -> Result<Vec<Progress>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, ProgressRow>("select * from onboarding")
                .fetch_all(db)
                .await?
        });
        rows.into_iter().map(Progress::try_from).collect()
    }

    /// The newest `limit` webhooks about a domain's onboarding, oldest first.
    pub async fn onboarding_events(&self, domain: &DomainName, limit: u32) -> Result<Vec<StoredDelivery>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, DeliveryRow>(EVENTS)
                .bind(domain.as_str())
                .bind(i64::from(limit))
                .fetch_all(db)
                .await?
        });
        rows.into_iter().rev().map(StoredDelivery::try_from).collect()
    }
}

impl Tx {
    /// What is known of these domains, where anything is.
    pub async fn onboardings(&mut self, domains: &[&DomainName]) -> Result<HashMap<DomainName, Progress>> {
        let mut known = HashMap::with_capacity(domains.len());
        for domains in domains.chunks(ROWS) {
            let rows = on!(self, |db| {
                let mut query = QueryBuilder::new("select * from onboarding where domain in (");
                let mut names = query.separated(", ");
                for domain in domains {
                    names.push_bind(domain.as_str());
                }
                query
                    .push(")")
                    .build_query_as::<ProgressRow>()
                    .fetch_all(db)
                    .await?
            });
            for row in rows {
                let progress = Progress::try_from(row)?;
                known.insert(progress.domain.clone(), progress);
            }
        }
        Ok(known)
    }

    /// Writes what is known, of each domain once.
    pub async fn save_onboardings(&mut self, all: &[&Progress]) -> Result<()> {
        for all in all.chunks(ROWS) {
            let rows = all
                .iter()
                .map(|progress| Ok((*progress, met(progress)?)))
                .collect::<Result<Vec<_>>>()?;
            on!(self, |db| {
                QueryBuilder::new(
                    "insert into onboarding (domain, tenant, started_at, met, stepped_at, failed_at, why, ticket,
                        completed_at, delivery) ",
                )
                .push_values(rows, |mut row, (progress, met)| {
                    let failed = progress.failed.as_ref();
                    row.push_bind(progress.domain.as_str())
                        .push_bind(progress.tenant.as_deref())
                        .push_bind(progress.started_at.map(|at| at.0))
                        .push_bind(met)
                        .push_bind(progress.stepped_at.map(|at| at.0))
                        .push_bind(failed.map(|failure| failure.at.0))
                        .push_bind(failed.and_then(|failure| failure.why.as_deref()))
                        .push_bind(failed.and_then(|failure| failure.ticket))
                        .push_bind(progress.completed_at.map(|at| at.0))
                        .push_bind(progress.event);
                })
                .push(
                    " on conflict (domain) do update set tenant = excluded.tenant,
                        started_at = excluded.started_at, met = excluded.met, stepped_at = excluded.stepped_at,
                        failed_at = excluded.failed_at, why = excluded.why, ticket = excluded.ticket,
                        completed_at = excluded.completed_at, delivery = excluded.delivery",
                )
                .build()
                .execute(db)
                .await?;
            });
        }
        Ok(())
    }
}

fn met(progress: &Progress) -> Result<String> {
    serde_json::to_string(&progress.met).map_err(|why| Error::strange("list of steps", why.to_string()))
}

#[derive(sqlx::FromRow)]
struct ProgressRow {
    domain: String,
    tenant: Option<String>,
    started_at: Option<i64>,
    met: String,
    stepped_at: Option<i64>,
    failed_at: Option<i64>,
    why: Option<String>,
    ticket: Option<i64>,
    completed_at: Option<i64>,
    delivery: i64,
}

impl TryFrom<ProgressRow> for Progress {
    type Error = Error;

    fn try_from(row: ProgressRow) -> Result<Self> {
        let failure = |at| Failure {
            at: Timestamp(at),
            why: row.why,
            ticket: row.ticket,
        };
        Ok(Self {
            domain: name(&row.domain)?,
            tenant: row.tenant,
            started_at: row.started_at.map(Timestamp),
            met: serde_json::from_str(&row.met).map_err(|_| Error::strange("list of steps", row.met))?,
            stepped_at: row.stepped_at.map(Timestamp),
            failed: row.failed_at.map(failure),
            completed_at: row.completed_at.map(Timestamp),
            event: row.delivery,
        })
    }
}

/// The types are those of the index, word for word: else it is not used.
const EVENTS: &str = "select * from deliveries
     where domain = $1 and type in ('onboard.started', 'onboard.step', 'onboard.completed', 'onboard.failed')
     order by id desc limit $2";
