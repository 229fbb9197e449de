//! What happened, in the order in which it was committed.

use crate::{Error, Result, Store, Tx, dialect::ROWS};
use model::{
    Timestamp,
    event::{Event, What},
};
use sqlx::QueryBuilder;

impl Store {
    /// The events after `id`, oldest first, at most `limit`.
    pub async fn events_after(&self, id: i64, limit: u32) -> Result<Vec<Event>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, EventRow>(
                "select id, at, body from events where id > $1 order by id limit $2",
            )
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all(db)
            .await
        })?;
        rows.into_iter().map(Event::try_from).collect()
    }

    /// The newest event's id, also when it has been forgotten since; 0 before the first.
    pub async fn last_event_id(&self) -> Result<i64> {
        Ok(on!(self, |db| {
            sqlx::query_scalar("select value from counters where name = 'events'")
                .fetch_one(db)
                .await?
        }))
    }

    /// The oldest event that is still known; `None` when there is none.
    pub async fn first_event_id(&self) -> Result<Option<i64>> {
        Ok(on!(self, |db| {
            sqlx::query_scalar("select min(id) from events")
                .fetch_one(db)
                .await?
        }))
    }
}

impl Tx {
    /// Appends in the given order; the ids follow each other without a gap.
    pub async fn append(&mut self, happened: Vec<(Timestamp, What)>) -> Result<Vec<Event>> {
        if happened.is_empty() {
            return Ok(Vec::new());
        }
        let first = counted(self, "events", happened.len()).await?;
        let events: Vec<Event> = (first..)
            .zip(happened)
            .map(|(id, (at, what))| Event { id, at, what })
            .collect();
        for events in events.chunks(ROWS) {
            let rows = events
                .iter()
                .map(|event| Ok((event, body(&event.what)?)))
                .collect::<Result<Vec<_>>>()?;
            on!(self, |db| {
                QueryBuilder::new("insert into events (id, at, body) ")
                    .push_values(rows, |mut row, (event, body)| {
                        row.push_bind(event.id).push_bind(event.at.0).push_bind(body);
                    })
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        Ok(events)
    }

    /// Forgets the oldest events that are from before `before`, at most `most`; returns how many. Their ids are
    /// not used again.
    pub async fn forget_events(&mut self, before: Timestamp, most: u32) -> Result<u64> {
        Ok(on!(self, |db| {
            sqlx::query(
                "delete from events where id in (select id from events where at < $1 order by id limit $2)",
            )
            .bind(before.0)
            .bind(i64::from(most))
            .execute(db)
            .await?
            .rows_affected()
        }))
    }
}

/// Counts on, and returns the first of the new numbers, which follow each other.
pub(crate) async fn counted(tx: &mut Tx, name: &'static str, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last: i64 = on!(tx, |db| {
        sqlx::query_scalar("update counters set value = value + $1 where name = $2 returning value")
            .bind(count)
            .bind(name)
            .fetch_one(db)
            .await?
    });
    Ok(last - count + 1)
}

fn body(what: &What) -> Result<String> {
    serde_json::to_string(what).map_err(|why| Error::strange("event", why.to_string()))
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: i64,
    at: i64,
    body: String,
}

impl TryFrom<EventRow> for Event {
    type Error = Error;

    fn try_from(row: EventRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            at: Timestamp(row.at),
            what: serde_json::from_str(&row.body).map_err(|_| Error::strange("event", row.body))?,
        })
    }
}
