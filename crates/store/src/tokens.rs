//! Tokens that were ended before their time: a logout must hold against a signature that is still good.

use crate::{Result, Tx, error::storable};
use model::Timestamp;

impl Tx {
    /// Remembered until `expires_at`, when the token ends by itself.
    pub async fn revoke_token(&mut self, jti: &str, expires_at: Timestamp) -> Result<()> {
        on!(self, |db| {
            sqlx::query(
                "insert into revoked_tokens (jti, expires_at) values ($1, $2) on conflict (jti) do nothing",
            )
            .bind(storable("jti", jti)?)
            .bind(expires_at.0)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Forgets the tokens that have ended by themselves; returns how many.
    pub async fn prune_tokens(&mut self, now: Timestamp) -> Result<u64> {
        Ok(on!(self, |db| {
            sqlx::query("delete from revoked_tokens where expires_at <= $1")
                .bind(now.0)
                .execute(db)
                .await?
                .rows_affected()
        }))
    }
}
