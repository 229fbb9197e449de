//! What happened, in the order in which it was committed.

use crate::{Error, Result, Store, Tx, dialect::ROWS};
use model::{
    Timestamp,
    event::{Event, What},
};

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
            sqlx::query_scalar("select value from numbers where name = 'events'")
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
        let first = self.numbered("events", happened.len()).await?;
        let events: Vec<Event> = (first..)
            .zip(happened)
            .map(|(id, (at, what))| Event { id, at, what })
            .collect();
        for events in events.chunks(ROWS) {
            let rows = events
                .iter()
                .map(|event| Ok((event, body(&event.what)?)))
                .collect::<Result<Vec<_>>>()?;
            later!(self, "insert", |query| query
                .push(" into events (id, at, body) ")
                .push_values(rows, |mut row, (event, body)| {
                    row.push_bind(event.id).push_bind(event.at.0).push_bind(body);
                }));
        }
        Ok(events)
    }

    /// Of the oldest `most` events, forgets those from before `before`; returns how many. Their ids are not used
    /// again. What lies further on is not looked at: no index tells its times, and writers wait.
    pub async fn forget_events(&mut self, before: Timestamp, most: u32) -> Result<u64> {
        self.keep_last("events").await?;
        Ok(on!(self, |db| {
            sqlx::query(
                "delete from events where at < $1 and id in (select id from events order by id limit $2)",
            )
            .bind(before.0)
            .bind(i64::from(most))
            .execute(db)
            .await?
            .rows_affected()
        }))
    }
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
