//! All that differs between SQLite and PostgreSQL: how they are opened, and how a transaction begins and ends.

mod file;
mod server;

pub(crate) use file::{File, Script};
pub(crate) use server::Server;

use sqlx::{Database, pool::PoolOptions};
use std::time::Duration;

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

/// `later!(tx, "insert", |query| query.push(" into …").push_values(…))`: a statement that answers nothing. In SQLite it
/// waits for the others of its kind, and runs with them before the next that answers. One that fails undoes its whole
/// transaction, on both engines: to undo it alone, SQLite would copy each page that it writes to.
macro_rules! later {
    ($tx:expr, $verb:literal, |$query:ident| $body:expr) => {
        match &mut $tx.on {
            $crate::dialect::On::Sqlite(script) => {
                let $query = script.next(concat!($verb, " or rollback"));
                $body;
            }
            $crate::dialect::On::Pg(tx) => {
                let mut builder = sqlx::QueryBuilder::<sqlx::Postgres>::new($verb);
                let $query = &mut builder;
                $body;
                builder.build().execute(&mut **tx).await?;
            }
        }
    };
}

fn pool<DB: Database>() -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .idle_timeout(IDLE)
}

/// How long a connection, a lock or a turn to write is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_mins(1);
/// A connection to SQLite costs a thread and its page cache.
const READERS: u32 = 3;
/// Rows in one statement: more bring no speed, and SQLite takes 32,766 values at most.
pub(crate) const ROWS: usize = 500;
