//! The cellar: everything that outlives a restart, in SQLite or PostgreSQL, through one SQL text for both.
//!
//! ```text
//!  Store ── reads: domains, steps, cells, stretches, days, changes, events, users
//!    └── begin() ─> Tx ── writes: record, add_domain, roll_up, add_user, revoke_token … ── commit()
//! ```
//!
//! On either engine one transaction writes at a time, and a `Tx` that is dropped leaves no trace.
//! Time never comes from here: what needs to know it takes a [`model::Timestamp`].

#[macro_use]
mod dialect;
mod audit;
mod certificates;
mod changes;
mod credentials;
mod days;
mod deliveries;
mod digest;
mod domains;
mod error;
mod events;
mod jobs;
mod memory;
mod numbers;
mod onboarding;
mod open;
mod people;
mod record;
mod runs;
mod sessions;
mod sheet;
mod sightings;
mod steps;
mod tenants;
mod tickets;
mod tokens;
mod trail;
mod tries;
mod views;

pub use audit::{Card, NewCycle, SoughtCards, StoredCard};
pub use certificates::{Place, SeenCertificate, Sighting};
pub use changes::{StoredChange, Wanted};
pub use credentials::StoredCredential;
pub use days::{DayTallies, tally};
pub use deliveries::{Delivery, Deployment, Key, SoughtDeliveries, StoredDelivery};
pub use error::{Error, Result};
pub use jobs::{DueJob, JobEnd, NewJob, Tried};
pub use open::OpenError;
pub use people::{Holder, PasswordHash, User};
pub use runs::Stretch;
pub use sessions::{Sessions, StoredSession};
pub use sheet::{Finding, Run};
pub use sightings::location;
pub use steps::{Cell, StoredStep};
pub use tenants::LiveTickets;
pub use tickets::{Recalled, Sought};

use dialect::{On, Script};
use numbers::Numbers;
use sqlx::{PgConnection, PgPool, Postgres, SqliteConnection, SqlitePool, Transaction};
use std::fmt;

/// An open database. Cloning is cheap and shares its connections.
#[derive(Clone, Debug)]
pub enum Store {
    Sqlite(dialect::File),
    Pg(dialect::Server),
}

impl Store {
    /// The one transaction that writes; waits for its turn. Nothing of it lasts before [`Tx::commit`].
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_with(false).await
    }

    /// The same, in which [`Tx::recall`] may answer from memory. Where that was not true any more, nothing of the
    /// transaction is written, and it ends with [`Error::is_conflict`]: whoever began it does it again with
    /// [`Store::begin`].
    pub async fn begin_from_memory(&self) -> Result<Tx> {
        self.begin_with(true).await
    }

    async fn begin_with(&self, is_from_memory: bool) -> Result<Tx> {
        let on = match self {
            Self::Sqlite(file) => On::Sqlite(file.begin(is_from_memory).await?),
            Self::Pg(server) => On::Pg(server.begin().await?),
        };
        Ok(Tx {
            on,
            numbers: Numbers::default(),
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        on!(self, |db| {
            sqlx::query("select 1").execute(db).await?;
        });
        Ok(())
    }

    /// Writes as much as the longest webhook, and takes it back.
    pub async fn try_to_write(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        on!(tx, |db| {
            sqlx::query(
                "insert into probes (id, body) values (1, $1) on conflict (id) do update set body = excluded.body",
            )
            .bind(" ".repeat(1 << 20))
            .execute(db)
            .await?;
        });
        tx.commit().await?;
        let mut tx = self.begin().await?;
        on!(tx, |db| {
            sqlx::query("delete from probes").execute(db).await?;
        });
        tx.commit().await
    }

    /// `SQLite` or `PostgreSQL`.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Pg(_) => "PostgreSQL",
        }
    }

    /// How many bytes the database takes on disk.
    pub async fn size(&self) -> Result<u64> {
        let bytes = match self {
            Self::Sqlite(file) => file.size().await?,
            Self::Pg(server) => server.size().await?,
        };
        Ok(u64::try_from(bytes).unwrap_or_default())
    }

    /// Copies into the database what its write-ahead log has gathered, beside whoever reads and writes, so that no
    /// writer has to. Nothing to do for PostgreSQL.
    pub async fn checkpoint(&self) -> Result<()> {
        if let Self::Sqlite(file) = self {
            file.checkpoint().await?;
        }
        Ok(())
    }

    /// Ends all connections after their present work; later calls fail.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.close().await,
            Self::Pg(server) => server.close().await,
        }
    }

    #[expect(
        clippy::unused_async,
        reason = "a transaction is asked in the same words, and may have to write first"
    )]
    async fn db(&self) -> Result<On<&SqlitePool, &PgPool>> {
        Ok(match self {
            Self::Sqlite(file) => On::Sqlite(&file.readers),
            Self::Pg(server) => On::Pg(&server.readers),
        })
    }
}

/// A transaction: all that is written through it becomes visible at once, or never.
#[must_use = "what is not committed is undone"]
pub struct Tx {
    on: On<Script, Transaction<'static, Postgres>>,
    numbers: Numbers,
}

impl Tx {
    /// Returns when everything written is safe on disk.
    pub async fn commit(mut self) -> Result<()> {
        self.write_numbers().await?;
        match self.on {
            On::Sqlite(mut script) => {
                if let Some(memory) = script.memory() {
                    memory.keep(self.numbers.into_last());
                }
                script.commit().await?;
            }
            On::Pg(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Where the next statement is run that answers.
    async fn db(&mut self) -> Result<On<&mut SqliteConnection, &mut PgConnection>> {
        Ok(match &mut self.on {
            On::Sqlite(script) => On::Sqlite(script.written().await?),
            On::Pg(tx) => On::Pg(tx),
        })
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").finish_non_exhaustive()
    }
}
