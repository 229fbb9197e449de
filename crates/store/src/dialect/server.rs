//! PostgreSQL.

use super::{PATIENCE, pool};
use sqlx::{ConnectOptions, Connection, PgPool, Postgres, Transaction, postgres::PgConnectOptions};

/// One connection writes: each writer that waits for another would keep one from the readers.
#[derive(Clone, Debug)]
pub struct Server {
    writer: PgPool,
    pub(crate) readers: PgPool,
}

impl Server {
    pub(crate) async fn open(options: PgConnectOptions) -> Result<Self, sqlx::Error> {
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
        Ok(Self {
            writer: pool().max_connections(1).connect_lazy_with(options.clone()),
            readers: pool().connect_lazy_with(options.options([("default_transaction_read_only", "on")])),
        })
    }

    /// Takes the one writer's lock against other processes, as SQLite does by itself: ids of events then follow the
    /// order of commits, and what a transaction has read stays true until it commits.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        let mut tx = self.writer.begin().await?;
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(WRITER_LOCK)
            .execute(&mut *tx)
            .await?;
        Ok(tx)
    }

    pub(crate) async fn size(&self) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("select pg_database_size(current_database())")
            .fetch_one(&self.readers)
            .await
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// `desk` in ASCII: advisory locks share one number space per database.
const WRITER_LOCK: i64 = 0x6465_736b;
