//! SQLite.

use super::{PATIENCE, ROWS, pool};
use crate::memory::Memory;
use sqlx::{
    ConnectOptions, Connection, QueryBuilder, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{fmt, mem, path::Path, sync::Arc};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard},
};

/// One connection writes, and writers queue for it in their order: SQLite's own queue is unfair.
#[derive(Clone, Debug)]
pub struct File {
    writer: Arc<Mutex<Writer>>,
    pub(crate) readers: SqlitePool,
}

impl File {
    /// Opens an existing file, which may be empty.
    pub(crate) async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            // Another process may write too: `desk user password` beside `desk serve`.
            .busy_timeout(PATIENCE)
            .pragma("cache_size", CACHE_KIB);
        let mut writer = Writer {
            options: options
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
            connection: None,
            is_closed: false,
            memory: Memory::default(),
        };
        writer.connection().await?;
        // A page of a list comes over in one go.
        let reader = options.pragma("query_only", "on").row_buffer_size(ROWS);
        Ok(Self {
            writer: Arc::new(Mutex::new(writer)),
            // Nothing can cut the connection to a file.
            readers: pool().test_before_acquire(false).connect_lazy_with(reader),
        })
    }

    pub(crate) async fn begin(&self, is_from_memory: bool) -> Result<Script, sqlx::Error> {
        let mut writer = self.turn().await?;
        writer.connection().await?;
        Ok(Script {
            writer: Some(writer),
            has_begun: false,
            is_from_memory,
            // A deferred transaction could read, and then fail to become a writer.
            text: QueryBuilder::new(BEGIN),
        })
    }

    /// Passive: it waits for nobody and nobody for it, and what it cannot copy now the next one does.
    pub(crate) async fn checkpoint(&self) -> Result<(), sqlx::Error> {
        sqlx::query("pragma wal_checkpoint(passive)")
            .execute(&self.readers)
            .await?;
        Ok(())
    }

    pub(crate) async fn size(&self) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("select page_count * page_size from pragma_page_count(), pragma_page_size()")
            .fetch_one(&self.readers)
            .await
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        // Last, because the last one to leave empties the write-ahead log, and readers may not.
        let mut writer = self.writer.lock().await;
        writer.is_closed = true;
        if let Some(connection) = writer.connection.take() {
            let _ = connection.close().await;
        }
    }

    /// Waits for the turn to write.
    pub(crate) async fn turn(&self) -> Result<OwnedMutexGuard<Writer>, sqlx::Error> {
        tokio::time::timeout(PATIENCE, Arc::clone(&self.writer).lock_owned())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)
    }
}

pub(crate) struct Writer {
    options: SqliteConnectOptions,
    /// `None`: it is to be made.
    connection: Option<SqliteConnection>,
    is_closed: bool,
    memory: Memory,
}

impl Writer {
    /// For what needs one of the driver's own.
    pub(crate) async fn transaction(&mut self) -> Result<Transaction<'_, Sqlite>, sqlx::Error> {
        self.connection().await?.begin_with(BEGIN).await
    }

    async fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        if self.is_closed {
            return Err(sqlx::Error::PoolClosed);
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(self.connection.insert(connection))
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

/// A transaction of SQLite and what is still to be written in it, statement after statement: each visit to SQLite's
/// own thread costs more than most statements do. Its beginning and its end are statements among the others.
pub(crate) struct Script {
    /// `None` once it was committed.
    writer: Option<OwnedMutexGuard<Writer>>,
    /// Whether SQLite knows of it.
    has_begun: bool,
    /// Whether it may take for true what is remembered.
    is_from_memory: bool,
    text: QueryBuilder<Sqlite>,
}

impl Script {
    /// Where the next statement is put, after its verb.
    pub(crate) fn next(&mut self, verb: &str) -> &mut QueryBuilder<Sqlite> {
        self.text.push("; ").push(verb)
    }

    /// With all written that was put down until now.
    pub(crate) async fn written(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        let (mut text, db) = self.rest()?;
        if !text.sql().as_str().is_empty() {
            text.build().execute(&mut *db).await?;
        }
        Ok(db)
    }

    /// What was put down and is not written yet, for who runs it with more at its end.
    pub(crate) fn rest(&mut self) -> Result<(QueryBuilder<Sqlite>, &mut SqliteConnection), sqlx::Error> {
        self.has_begun = true;
        let writer = self.writer.as_mut().and_then(|writer| writer.connection.as_mut());
        let db = writer.ok_or(sqlx::Error::PoolClosed)?;
        Ok((mem::take(&mut self.text), db))
    }

    pub(crate) fn is_from_memory(&self) -> bool {
        self.is_from_memory
    }

    pub(crate) fn memory(&mut self) -> Option<&mut Memory> {
        self.writer.as_mut().map(|writer| &mut writer.memory)
    }

    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.text.push("; commit");
        self.written().await?;
        self.writer = None;
        Ok(())
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let Some(mut writer) = self.writer.take() else {
            return;
        };
        writer.memory.forget();
        if !self.has_begun {
            return;
        }
        // Without its connection meanwhile: one whose rollback nobody saw to its end is closed, which undoes all.
        let Some(mut connection) = writer.connection.take() else {
            return;
        };
        let Ok(here) = Handle::try_current() else { return };
        here.spawn(async move {
            // On a full disk SQLite has undone it by itself: such a connection is not used again either.
            match sqlx::query("rollback").execute(&mut connection).await {
                Ok(_) => writer.connection = Some(connection),
                Err(_) => drop(connection.close().await),
            }
        });
    }
}

const BEGIN: &str = "begin immediate";
/// A negative `cache_size` is in KiB.
const CACHE_KIB: &str = "-1024";
/// The writer goes through the steps of every domain again and again.
const WRITER_CACHE_KIB: &str = "-8192";
/// Prepared, of which a storm of webhooks uses a few for each size of a batch.
const STATEMENTS: usize = 400;
/// 64 MiB of the write-ahead log: in a storm that leaves [`File::checkpoint`] no moment to empty it, the writer does
/// it. After a crash the next start reads all of it.
const CHECKPOINT_PAGES: &str = "16384";
/// What a long transaction has made of the write-ahead log shrinks to this again.
const JOURNAL_BYTES: &str = "67108864";
