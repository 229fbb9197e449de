//! Webhooks as they came in: each once, with what it led to.

use crate::{Error, Result, Store, Tx, dialect::ROWS, domains, error::storable};
use model::{
    DomainName, Timestamp,
    webhook::{Fate, Webhook},
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use std::collections::HashMap;

/// A webhook that is to be kept.
#[derive(Clone, Debug)]
pub struct Delivery<'a> {
    pub id: i64,
    pub integration: &'a str,
    /// The event's type.
    pub event: &'a str,
    pub received_at: Timestamp,
    pub occurred_at: Option<Timestamp>,
    pub state: Fate,
    pub why: Option<&'a str>,
    pub domain: Option<&'a DomainName>,
    pub ticket: Option<i64>,
    /// The report of the same ticket before this one.
    pub earlier: Option<i64>,
    /// What a repeat is known by; `None` where nothing repeats it.
    pub dedup: Option<Key>,
    pub body: &'a str,
}

/// What a repeat is known by: 128 bits of a digest. An index of their half is half as much for a storm to write.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    pub indexed: i64,
    pub rest: i64,
}

/// A webhook that was kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredDelivery {
    pub id: i64,
    pub webhook: Webhook,
    pub occurred_at: Option<Timestamp>,
    pub why: Option<String>,
    pub body: String,
}

/// A certificate that somebody reports to have deployed.
#[derive(Clone, Copy, Debug)]
pub struct Deployment<'a> {
    pub domains: &'a [DomainName],
    pub expiry: Option<Timestamp>,
    pub serial: Option<&'a str>,
}

/// Which webhooks are wanted; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct SoughtDeliveries<'a> {
    pub integration: Option<&'a str>,
    pub event: Option<&'a str>,
    pub since: Option<Timestamp>,
    /// Only older ones than this.
    pub before: Option<i64>,
    pub limit: u32,
}

impl Store {
    /// Newest first.
    pub async fn deliveries(&self, sought: &SoughtDeliveries<'_>) -> Result<Vec<Webhook>> {
        let texts = [
            (" and integration = ", sought.integration),
            (" and type = ", sought.event),
        ];
        let numbers = [
            (" and received_at >= ", sought.since.map(|since| since.0)),
            (" and id < ", sought.before),
        ];
        let rows = on!(self, |db| {
            let mut query = QueryBuilder::new(
                "select id, integration, type, received_at, state, domain, ticket from deliveries where true",
            );
            for (text, value) in texts {
                if let Some(value) = value {
                    if storable("filter", value).is_err() {
                        return Ok(Vec::new());
                    }
                    query.push(text).push_bind(value);
                }
            }
            for (text, value) in numbers {
                if let Some(value) = value {
                    query.push(text).push_bind(value);
                }
            }
            query
                .push(" order by id desc limit ")
                .push_bind(i64::from(sought.limit))
                .build_query_as::<WebhookRow>()
                .fetch_all(db)
                .await?
        });
        rows.into_iter().map(Webhook::try_from).collect()
    }

    pub async fn delivery(&self, id: i64) -> Result<Option<StoredDelivery>> {
        let row = on!(self, |db| {
            sqlx::query_as::<_, DeliveryRow>("select * from deliveries where id = $1")
                .bind(id)
                .fetch_optional(db)
                .await?
        });
        row.map(StoredDelivery::try_from).transpose()
    }

    /// The reports that a ticket stands on, back from its last one, at most `limit`.
    pub async fn reports(&self, last: i64, limit: u32) -> Result<Vec<Webhook>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, WebhookRow>(
                "with recursive chain (id, earlier, nth) as (
                     select id, earlier, 1 from deliveries where id = $1
                     union all
                     select deliveries.id, deliveries.earlier, nth + 1
                     from chain join deliveries on deliveries.id = chain.earlier where nth < $2)
                 select id, integration, type, received_at, state, domain, ticket
                 from deliveries where id in (select id from chain) order by id desc",
            )
            .bind(last)
            .bind(limit.cast_signed())
            .fetch_all(db)
            .await?
        });
        rows.into_iter().map(Webhook::try_from).collect()
    }

    /// When an integration was heard of last. One look into the index; grouped, every webhook would be read.
    pub async fn last_delivery(&self, integration: &str) -> Result<Option<Timestamp>> {
        let at: Option<i64> = on!(self, |db| {
            sqlx::query_scalar(
                "select received_at from deliveries where integration = $1 order by id desc limit 1",
            )
            .bind(storable("integration", integration)?)
            .fetch_optional(db)
            .await?
        });
        Ok(at.map(Timestamp))
    }
}

impl Tx {
    /// The newest webhook under each of these keys, and when it came in.
    pub async fn known_deliveries(&mut self, keys: &[Key]) -> Result<HashMap<Key, (i64, Timestamp)>> {
        let mut known = HashMap::with_capacity(keys.len());
        for keys in keys.chunks(ROWS) {
            let rows = on!(self, |db| {
                let mut query = QueryBuilder::default();
                push_known(&mut query, keys);
                query.build_query_as::<KnownRow>().fetch_all(db).await?
            });
            known.extend(newest(keys, &rows));
        }
        Ok(known)
    }

    /// The first of so many new ids, which follow each other.
    pub async fn delivery_ids(&mut self, count: usize) -> Result<i64> {
        self.numbered("deliveries", count).await
    }

    pub async fn add_deliveries(&mut self, deliveries: &[Delivery<'_>]) -> Result<()> {
        for deliveries in deliveries.chunks(ROWS) {
            later!(self, "insert", |query| query
                .push(
                    " into deliveries (id, integration, type, received_at, occurred_at, state, why,
                        domain, ticket, earlier, dedup, dedup_rest, body) ",
                )
                .push_values(deliveries, |mut row, one| {
                    row.push_bind(one.id)
                        .push_bind(one.integration)
                        .push_bind(one.event)
                        .push_bind(one.received_at.0)
                        .push_bind(one.occurred_at.map(|at| at.0))
                        .push_bind(one.state.as_str())
                        .push_bind(one.why)
                        .push_bind(one.domain.map(DomainName::as_str))
                        .push_bind(one.ticket)
                        .push_bind(one.earlier)
                        .push_bind(one.dedup.map(|key| key.indexed))
                        .push_bind(one.dedup.map(|key| key.rest))
                        .push_bind(one.body);
                }));
        }
        self.remember(|memory| {
            for one in deliveries {
                memory.delivery_is(one);
            }
        });
        Ok(())
    }

    /// Puts a deployment down on the card of each of its domains.
    pub async fn note_deployment(
        &mut self,
        delivery: i64,
        at: Timestamp,
        integration: &str,
        deployment: &Deployment<'_>,
    ) -> Result<()> {
        for domains in deployment.domains.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new(
                    "insert into deployments (domain, delivery, at, integration, expires_at, serial) ",
                )
                .push_values(domains, |mut row, domain| {
                    row.push_bind(domain.as_str())
                        .push_bind(delivery)
                        .push_bind(at.0)
                        .push_bind(integration)
                        .push_bind(deployment.expiry.map(|at| at.0))
                        .push_bind(deployment.serial);
                })
                .push(
                    " on conflict (domain) do update set delivery = excluded.delivery, at = excluded.at,
                        integration = excluded.integration, expires_at = excluded.expires_at,
                        serial = excluded.serial",
                )
                .build()
                .execute(db)
                .await?;
            });
        }
        Ok(())
    }

    /// What became of a webhook that was read anew. What stands on a ticket keeps its place among its reports.
    pub async fn settle_delivery(&mut self, delivery: &Delivery<'_>) -> Result<()> {
        on!(self, |db| {
            sqlx::query(
                "update deliveries set type = $2, state = $3, why = $4, domain = $5,
                     ticket = coalesce(ticket, $6), earlier = coalesce(earlier, $7)
                 where id = $1",
            )
            .bind(delivery.id)
            .bind(delivery.event)
            .bind(delivery.state.as_str())
            .bind(delivery.why)
            .bind(delivery.domain.map(DomainName::as_str))
            .bind(delivery.ticket)
            .bind(delivery.earlier)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Forgets the oldest webhooks from before `before`, at most `most`; returns how many.
    pub async fn forget_deliveries(&mut self, before: Timestamp, most: u32) -> Result<u64> {
        self.keep_last("deliveries").await?;
        Ok(on!(self, |db| {
            sqlx::query(
                "delete from deliveries where id in (
                     select id from deliveries where received_at < $1 order by received_at limit $2)",
            )
            .bind(before.0)
            .bind(i64::from(most))
            .execute(db)
            .await?
            .rows_affected()
        }))
    }
}

/// The newest webhook under each half of a key, of each other half.
pub(crate) fn push_known<DB: Database>(query: &mut QueryBuilder<DB>, keys: &[Key])
where
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    query.push(
        "select dedup, dedup_rest, max(id) as id, max(received_at) as at from deliveries where dedup in (",
    );
    let mut values = query.separated(", ");
    for key in keys {
        values.push_bind(key.indexed);
    }
    query.push(") group by dedup, dedup_rest");
}

/// Of what was found under halves of these keys, what is under all of each.
pub(crate) fn newest(keys: &[Key], rows: &[KnownRow]) -> impl Iterator<Item = (Key, (i64, Timestamp))> {
    keys.iter().filter_map(|key| {
        let theirs = rows.iter().filter(|(indexed, rest, ..)| {
            *indexed == key.indexed && rest.is_none_or(|rest| rest == key.rest)
        });
        let (_, _, id, at) = theirs.max_by_key(|(_, _, id, _)| id)?;
        Some((*key, (*id, Timestamp(*at))))
    })
}

/// The halves of the key (of old ones only the first), the id, and when it came in.
pub(crate) type KnownRow = (i64, Option<i64>, i64, i64);

#[derive(sqlx::FromRow)]
struct WebhookRow {
    id: i64,
    integration: String,
    r#type: String,
    received_at: i64,
    state: String,
    domain: Option<String>,
    ticket: Option<i64>,
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = Error;

    fn try_from(row: WebhookRow) -> Result<Self> {
        Ok(Self {
            event_id: row.id.to_string(),
            integration: row.integration,
            event: row.r#type,
            received_at: Timestamp(row.received_at),
            state: Fate::parse(&row.state).ok_or_else(|| Error::strange("state", row.state))?,
            domain: row.domain.as_deref().map(domains::name).transpose()?,
            ticket: row.ticket,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct DeliveryRow {
    #[sqlx(flatten)]
    webhook: WebhookRow,
    occurred_at: Option<i64>,
    why: Option<String>,
    body: String,
}

impl TryFrom<DeliveryRow> for StoredDelivery {
    type Error = Error;

    fn try_from(row: DeliveryRow) -> Result<Self> {
        Ok(Self {
            id: row.webhook.id,
            webhook: row.webhook.try_into()?,
            occurred_at: row.occurred_at.map(Timestamp),
            why: row.why,
            body: row.body,
        })
    }
}
