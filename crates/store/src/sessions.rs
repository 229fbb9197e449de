//! Browser sessions, kept for tower-sessions beside everything else.

use crate::{Result, Store, Tx, digest::digest, error::storable};
use async_trait::async_trait;
use model::Timestamp;
use std::fmt;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

/// The trait asks for a session without saying when, and an expired one must not be found: so this has a clock,
/// which its maker gives it.
#[derive(Clone)]
pub struct Sessions<Clock> {
    store: Store,
    clock: Clock,
}

impl<Clock: Fn() -> Timestamp> Sessions<Clock> {
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }
}

impl<Clock> fmt::Debug for Sessions<Clock> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl<Clock> SessionStore for Sessions<Clock>
where
    Clock: Fn() -> Timestamp + Send + Sync + 'static,
{
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let mut tx = self.store.begin().await.map_err(failed)?;
        let (data, expires_at) = columns(record)?;
        while !tx
            .add_session(&key(&record.id), &data, expires_at)
            .await
            .map_err(failed)?
        {
            record.id = Id::default();
        }
        tx.commit().await.map_err(failed)
    }

    /// Changes a session that exists. One that was ended while a request still used it stays ended. What changes is
    /// when it was used last: where that cannot be written now, nobody is turned away for it.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (data, expires_at) = columns(record)?;
        let changed = async {
            let mut tx = self.store.begin().await?;
            tx.change_session(&key(&record.id), &data, expires_at).await?;
            tx.commit().await
        };
        match changed.await {
            Err(why) if why.is_for_now() => Ok(()),
            changed => changed.map_err(failed),
        }
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let now = (self.clock)();
        let Some((data, expires_at)) = self.store.session(id, now).await.map_err(failed)? else {
            return Ok(None);
        };
        let data =
            serde_json::from_str(&data).map_err(|why| session_store::Error::Decode(why.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(i128::from(expires_at) * NANOS)
            .map_err(|why| session_store::Error::Decode(why.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let mut tx = self.store.begin().await.map_err(failed)?;
        tx.end_session(&key(id)).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}

/// A browser's session as it stands in a row.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct StoredSession {
    /// SHA-256 of the cookie's value, in hexadecimal.
    pub id: String,
    /// What was put into it, as a JSON object.
    pub data: String,
    pub expires_at: i64,
}

impl Store {
    /// Every session that has not expired.
    pub async fn sessions(&self, now: Timestamp) -> Result<Vec<StoredSession>> {
        Ok(on!(self, |db| {
            sqlx::query_as("select id, data, expires_at from sessions where expires_at > $1")
                .bind(now.0)
                .fetch_all(db)
                .await?
        }))
    }

    async fn session(&self, id: &Id, now: Timestamp) -> Result<Option<(String, i64)>> {
        Ok(on!(self, |db| {
            sqlx::query_as("select data, expires_at from sessions where id = $1 and expires_at > $2")
                .bind(key(id))
                .bind(now.0)
                .fetch_optional(db)
                .await?
        }))
    }
}

impl Tx {
    /// Ends a session by what it is listed as. False when there is none.
    pub async fn end_session(&mut self, id: &str) -> Result<bool> {
        let ended = on!(self, |db| {
            sqlx::query("delete from sessions where id = $1")
                .bind(storable("session", id)?)
                .execute(db)
                .await?
                .rows_affected()
        });
        Ok(ended > 0)
    }

    /// Forgets the sessions that have expired; returns how many.
    pub async fn prune_sessions(&mut self, now: Timestamp) -> Result<u64> {
        Ok(on!(self, |db| {
            sqlx::query("delete from sessions where expires_at <= $1")
                .bind(now.0)
                .execute(db)
                .await?
                .rows_affected()
        }))
    }

    /// False when the id is taken.
    async fn add_session(&mut self, key: &str, data: &str, expires_at: i64) -> Result<bool> {
        let added = on!(self, |db| {
            sqlx::query(
                "insert into sessions (id, data, expires_at) values ($1, $2, $3) on conflict (id) do nothing",
            )
            .bind(key)
            .bind(data)
            .bind(expires_at)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(added > 0)
    }

    async fn change_session(&mut self, key: &str, data: &str, expires_at: i64) -> Result<()> {
        on!(self, |db| {
            sqlx::query("update sessions set data = $2, expires_at = $3 where id = $1")
                .bind(key)
                .bind(data)
                .bind(expires_at)
                .execute(db)
                .await?;
        });
        Ok(())
    }
}

/// The cookie's value is a key to the house: only its SHA-256 is kept.
fn key(id: &Id) -> String {
    digest(&id.0.to_le_bytes())
}

/// A record's data and expiry (in ms) as they stand in a row.
fn columns(record: &Record) -> session_store::Result<(String, i64)> {
    let data =
        serde_json::to_string(&record.data).map_err(|why| session_store::Error::Encode(why.to_string()))?;
    let expires_at = i64::try_from(record.expiry_date.unix_timestamp_nanos() / NANOS).unwrap_or(i64::MAX);
    Ok((data, expires_at))
}

fn failed(why: impl fmt::Display) -> session_store::Error {
    session_store::Error::Backend(why.to_string())
}

/// Nanoseconds in a millisecond.
const NANOS: i128 = 1_000_000;
