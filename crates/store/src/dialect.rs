//! All that differs between SQLite and PostgreSQL: how they are opened, and how a transaction begins.

use sqlx::{
    ConnectOptions, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, time::Duration};

/// One of two connections or pools; [`on!`] runs the same text on whichever it is.
pub(crate) enum On<S, P> {
    Sqlite(S),
    Pg(P),
}

/// `on!(store_or_tx, |db| sqlx::query("…").bind(…).execute(db).await)`: one SQL text for both engines.
macro_rules! on {
    ($on:expr, |$db:ident| $body:expr) => {
        match $on.db() {
            $crate::dialect::On::Sqlite($db) => $body,
            $crate::dialect::On::Pg($db) => $body,
        }
    };
}

/// SQLite takes one writer at a time, so writers queue here and not in its busy handler, which is unfair.
#[derive(Clone, Debug)]
pub struct Pools {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
}

/// Opens an existing file, which may be empty.
pub(crate) async fn open_sqlite(path: &Path) -> Result<Pools, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        // Another process may write too: `desk user password` beside `desk serve`.
        .busy_timeout(PATIENCE)
        .pragma("cache_size", CACHE_KIB);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .connect_with(
            options
                .clone()
                .journal_mode(SqliteJournalMode::Wal)
                // With NORMAL a power cut takes back what was committed.
                .synchronous(SqliteSynchronous::Full)
                .pragma("journal_size_limit", JOURNAL_BYTES),
        )
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .idle_timeout(IDLE)
        .connect_lazy_with(options.pragma("query_only", "on"));
    Ok(Pools { writer, readers })
}

pub(crate) async fn open_postgres(options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    let options = options
        .application_name("ligbox-desk")
        // A Desk that vanished inside a transaction must not block the next one for ever.
        .options([
            ("idle_in_transaction_session_timeout", "60s"),
            ("lock_timeout", "30s"),
        ]);
    // A pool tries again and again where nobody listens; a start has to say so at once.
    let first = tokio::time::timeout(PATIENCE, options.connect())
        .await
        .map_err(|_| sqlx::Error::PoolTimedOut)??;
    sqlx::Connection::close(first).await?;
    Ok(PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .idle_timeout(IDLE)
        .connect_lazy_with(options))
}

/// A deferred transaction could read, and then fail to become a writer.
pub(crate) async fn begin_sqlite(writer: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    writer.begin_with("begin immediate").await
}

/// Takes the one writer's lock, as SQLite does by itself: ids of events then follow the order of commits, and
/// what a transaction has read stays true until it commits.
pub(crate) async fn begin_postgres(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(WRITER_LOCK)
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}

/// How long a connection, a lock or a turn to write is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_mins(1);
/// A connection to SQLite costs a thread and its page cache.
const READERS: u32 = 3;
const CONNECTIONS: u32 = 6;
/// A negative `cache_size` is in KiB.
const CACHE_KIB: &str = "-1024";
/// What a long transaction has made of the write-ahead log shrinks to this again.
const JOURNAL_BYTES: &str = "8388608";
/// `desk` in ASCII: advisory locks share one number space per database.
const WRITER_LOCK: i64 = 0x6465_736b;
