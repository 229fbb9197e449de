//! All that differs between SQLite and PostgreSQL: how they are opened, and how a transaction begins.

use sqlx::{
    ConnectOptions, Connection, Database, Pool, Postgres, QueryBuilder, Sqlite, SqliteConnection,
    Transaction,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{mem, path::Path, time::Duration};

/// One of two connections or pools; [`on!`] runs the same text on whichever it is.
pub(crate) enum On<S, P> {
    Sqlite(S),
    Pg(P),
}

/// `on!(store_or_tx, |db| sqlx::query("…").bind(…).execute(db).await)`: one SQL text for both engines.
macro_rules! on {
    ($on:expr, |$db:ident| $body:expr) => {
        match $on.db().await? {
            $crate::dialect::On::Sqlite($db) => $body,
            $crate::dialect::On::Pg($db) => $body,
        }
    };
}

/// `later!(tx, |query| query.push("…").push_values(…))`: a statement that answers nothing. In SQLite it waits for the
/// others of its kind, and runs with them before the next that answers.
macro_rules! later {
    ($tx:expr, |$query:ident| $body:expr) => {
        match &mut $tx.on {
            $crate::dialect::On::Sqlite(script) => {
                let $query = script.next();
                $body;
            }
            $crate::dialect::On::Pg(tx) => {
                let mut builder = sqlx::QueryBuilder::<sqlx::Postgres>::default();
                let $query = &mut builder;
                $body;
                builder.build().execute(&mut **tx).await?;
            }
        }
    };
}

/// A transaction of SQLite and what is still to be written in it, statement after statement: each visit to SQLite's
/// own thread costs more than most statements do.
pub(crate) struct Script {
    tx: Transaction<'static, Sqlite>,
    text: QueryBuilder<Sqlite>,
}

impl Script {
    fn new(tx: Transaction<'static, Sqlite>) -> Self {
        Self {
            tx,
            text: QueryBuilder::default(),
        }
    }

    /// Where the next statement is put.
    pub(crate) fn next(&mut self) -> &mut QueryBuilder<Sqlite> {
        self.text.push("; ")
    }

    /// With all written that was put down until now.
    pub(crate) async fn written(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        if !self.text.sql().as_str().is_empty() {
            mem::take(&mut self.text).build().execute(&mut *self.tx).await?;
        }
        Ok(&mut self.tx)
    }

    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.written().await?;
        self.tx.commit().await
    }
}

/// One connection writes, so that writers queue for it in their order: SQLite's own queue is unfair, and in
/// PostgreSQL each one waiting would keep a connection from the readers.
#[derive(Debug)]
pub struct Pools<DB: Database> {
    pub(crate) writer: Pool<DB>,
    pub(crate) readers: Pool<DB>,
}

// Derived, it would want the database itself to be `Clone`.
impl<DB: Database> Clone for Pools<DB> {
    fn clone(&self) -> Self {
        Self {
            writer: self.writer.clone(),
            readers: self.readers.clone(),
        }
    }
}

impl<DB: Database> Pools<DB> {
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        // Last, because the last one to leave empties SQLite's write-ahead log, and readers may not.
        self.writer.close().await;
    }
}

/// Opens an existing file, which may be empty.
pub(crate) async fn open_sqlite(path: &Path) -> Result<Pools<Sqlite>, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        // Another process may write too: `desk user password` beside `desk serve`.
        .busy_timeout(PATIENCE)
        .pragma("cache_size", CACHE_KIB);
    // Nothing can cut the connection to a file.
    let pool = || pool().test_before_acquire(false);
    let writer = pool()
        .max_connections(1)
        // On a full disk SQLite itself has undone a transaction, and the driver would believe for ever that it is
        // in one.
        .after_release(|connection: &mut SqliteConnection, _| {
            Box::pin(async move {
                if connection.is_in_transaction() {
                    // Its rollback is still to come.
                    connection.ping().await?;
                }
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(
            options
                .clone()
                .journal_mode(SqliteJournalMode::Wal)
                // With NORMAL a power cut takes back what was committed.
                .synchronous(SqliteSynchronous::Full)
                // Statements of many rows are one for each number of rows.
                .statement_cache_capacity(STATEMENTS)
                .pragma("cache_size", WRITER_CACHE_KIB)
                // What undoes one statement of many rows; else it is a file for each, made and removed.
                .pragma("temp_store", "memory")
                .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
                .pragma("journal_size_limit", JOURNAL_BYTES),
        )
        .await?;
    let readers = pool()
        .max_connections(READERS)
        // A page of a list comes over in one go.
        .connect_lazy_with(options.pragma("query_only", "on").row_buffer_size(ROWS));
    Ok(Pools { writer, readers })
}

pub(crate) async fn open_postgres(options: PgConnectOptions) -> Result<Pools<Postgres>, sqlx::Error> {
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
    first.close().await?;
    Ok(Pools {
        writer: pool().max_connections(1).connect_lazy_with(options.clone()),
        readers: pool()
            .max_connections(READERS)
            .connect_lazy_with(options.options([("default_transaction_read_only", "on")])),
    })
}

fn pool<DB: Database>() -> PoolOptions<DB> {
    PoolOptions::new().acquire_timeout(PATIENCE).idle_timeout(IDLE)
}

/// A deferred transaction could read, and then fail to become a writer.
pub(crate) async fn begin_sqlite(pools: &Pools<Sqlite>) -> Result<Script, sqlx::Error> {
    pools.writer.begin_with("begin immediate").await.map(Script::new)
}

/// Takes the one writer's lock against other processes, as SQLite does by itself: ids of events then follow the
/// order of commits, and what a transaction has read stays true until it commits.
pub(crate) async fn begin_postgres(
    pools: &Pools<Postgres>,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut tx = pools.writer.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(WRITER_LOCK)
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}

/// Passive: it waits for nobody and nobody for it, and what it cannot copy now the next one does.
pub(crate) async fn checkpoint(readers: &Pool<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("pragma wal_checkpoint(passive)")
        .execute(readers)
        .await?;
    Ok(())
}

pub(crate) async fn sqlite_size(readers: &Pool<Sqlite>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select page_count * page_size from pragma_page_count(), pragma_page_size()")
        .fetch_one(readers)
        .await
}

pub(crate) async fn postgres_size(readers: &Pool<Postgres>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select pg_database_size(current_database())")
        .fetch_one(readers)
        .await
}

/// How long a connection, a lock or a turn to write is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_mins(1);
/// A connection to SQLite costs a thread and its page cache.
const READERS: u32 = 3;
/// Rows in one statement: more bring no speed, and SQLite takes 32,766 values at most.
pub(crate) const ROWS: usize = 500;
/// A negative `cache_size` is in KiB.
const CACHE_KIB: &str = "-1024";
/// The writer goes through the steps of every domain again and again.
const WRITER_CACHE_KIB: &str = "-8192";
/// Prepared, of which a storm of webhooks uses a few for each size of a batch.
const STATEMENTS: usize = 400;
/// 64 MiB of the write-ahead log: in a storm that leaves [`checkpoint`] no moment to empty it, the writer does it. After
/// a crash the next start reads all of it.
const CHECKPOINT_PAGES: &str = "16384";
/// What a long transaction has made of the write-ahead log shrinks to this again.
const JOURNAL_BYTES: &str = "67108864";
/// `desk` in ASCII: advisory locks share one number space per database.
const WRITER_LOCK: i64 = 0x6465_736b;
