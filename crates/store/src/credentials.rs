//! What integrations prove themselves by, sealed: nothing here can be read without the key, which is not here.

use crate::{Error, Result, Store, Tx, error::storable};
use model::{Timestamp, webhook::Credential};

/// A credential that the Desk made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredCredential {
    pub integration: String,
    pub credential: Credential,
    /// A keyed digest of what the configuration said when it was rotated.
    pub configured: String,
    pub sealed: String,
    /// The one before it, sealed, while it counts as well.
    pub previous: Option<String>,
    pub rotated_at: Timestamp,
    pub rotated_by: String,
    pub first_used_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
    pub previous_used_at: Option<Timestamp>,
}

impl Store {
    pub async fn credentials(&self) -> Result<Vec<StoredCredential>> {
        let rows: Vec<CredentialRow> = on!(self, |db| { sqlx::query_as(ALL).fetch_all(db).await? });
        rows.into_iter().map(StoredCredential::try_from).collect()
    }

    /// What the Desk that serves seals with, as a keyed digest; `None` before it has served.
    pub async fn seal_mark(&self) -> Result<Option<String>> {
        Ok(on!(self, |db| {
            sqlx::query_scalar("select mark from seals where id = 1")
                .fetch_optional(db)
                .await?
        }))
    }
}

impl Tx {
    pub async fn credential(
        &mut self,
        integration: &str,
        credential: Credential,
    ) -> Result<Option<StoredCredential>> {
        let row: Option<CredentialRow> = on!(self, |db| {
            sqlx::query_as(ONE)
                .bind(storable("integration", integration)?)
                .bind(credential.as_str())
                .fetch_optional(db)
                .await?
        });
        row.map(StoredCredential::try_from).transpose()
    }

    /// In the place of the one that the integration had.
    pub async fn put_credential(&mut self, new: &StoredCredential) -> Result<()> {
        on!(self, |db| {
            sqlx::query(PUT)
                .bind(storable("integration", &new.integration)?)
                .bind(new.credential.as_str())
                .bind(&new.configured)
                .bind(&new.sealed)
                .bind(&new.previous)
                .bind(new.rotated_at.0)
                .bind(storable("rotated_by", &new.rotated_by)?)
                .bind(new.first_used_at.map(|at| at.0))
                .bind(new.used_at.map(|at| at.0))
                .bind(new.previous_used_at.map(|at| at.0))
                .execute(db)
                .await?;
        });
        Ok(())
    }

    pub async fn remove_credential(&mut self, integration: &str, credential: Credential) -> Result<()> {
        on!(self, |db| {
            sqlx::query("delete from credentials where integration = $1 and credential = $2")
                .bind(integration)
                .bind(credential.as_str())
                .execute(db)
                .await?;
        });
        Ok(())
    }

    pub async fn put_seal_mark(&mut self, mark: &str) -> Result<()> {
        on!(self, |db| {
            sqlx::query(
                "insert into seals (id, mark) values (1, $1) on conflict (id) do update set mark = excluded.mark",
            )
            .bind(mark)
            .execute(db)
            .await?;
        });
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
struct CredentialRow {
    integration: String,
    credential: String,
    configured: String,
    sealed: String,
    previous: Option<String>,
    rotated_at: i64,
    rotated_by: String,
    first_used_at: Option<i64>,
    used_at: Option<i64>,
    previous_used_at: Option<i64>,
}

impl TryFrom<CredentialRow> for StoredCredential {
    type Error = Error;

    fn try_from(row: CredentialRow) -> Result<Self> {
        let credential = Credential::parse(&row.credential);
        Ok(Self {
            credential: credential.ok_or_else(|| Error::strange("credential", row.credential))?,
            integration: row.integration,
            configured: row.configured,
            sealed: row.sealed,
            previous: row.previous,
            rotated_at: Timestamp(row.rotated_at),
            rotated_by: row.rotated_by,
            first_used_at: row.first_used_at.map(Timestamp),
            used_at: row.used_at.map(Timestamp),
            previous_used_at: row.previous_used_at.map(Timestamp),
        })
    }
}

const ALL: &str = "select * from credentials";
const ONE: &str = "select * from credentials where integration = $1 and credential = $2";
const PUT: &str = "
    insert into credentials (integration, credential, configured, sealed, previous, rotated_at, rotated_by,
                             first_used_at, used_at, previous_used_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (integration, credential) do update set
        configured = excluded.configured, sealed = excluded.sealed, previous = excluded.previous,
        rotated_at = excluded.rotated_at, rotated_by = excluded.rotated_by,
        first_used_at = excluded.first_used_at, used_at = excluded.used_at,
        previous_used_at = excluded.previous_used_at";
