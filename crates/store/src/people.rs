//! Who can log in.

use crate::{Error, Result, Store, Tx, error::storable};
use model::{Role, Timestamp};
use std::fmt;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    pub username: String,
    pub role: Role,
    pub password_hash: PasswordHash,
    pub active: bool,
    /// Raised by whatever ends a user's tokens and sessions; both carry the version they were made with.
    pub version: i64,
    pub created_at: Timestamp,
}

/// A password's hash in the PHC string format; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    pub fn new(phc: impl Into<String>) -> Self {
        Self(phc.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl Store {
    pub async fn user(&self, username: &str) -> Result<Option<User>> {
        if storable("username", username).is_err() {
            return Ok(None);
        }
        let row = on!(self, |db| {
            sqlx::query_as::<_, UserRow>(
                "select username, role, password_hash, active, version, created_at
                 from users where username = $1",
            )
            .bind(username)
            .fetch_optional(db)
            .await
        })?;
        row.map(User::try_from).transpose()
    }

    /// Everyone, by name.
    pub async fn users(&self) -> Result<Vec<User>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, UserRow>(
                "select username, role, password_hash, active, version, created_at from users",
            )
            .fetch_all(db)
            .await
        })?;
        let mut users: Vec<User> = rows.into_iter().map(User::try_from).collect::<Result<_>>()?;
        users.sort_by(|a, b| a.username.cmp(&b.username));
        Ok(users)
    }
}

impl Tx {
    /// False when the name is taken.
    pub async fn add_user(&mut self, user: &User) -> Result<bool> {
        let added = on!(self, |db| {
            sqlx::query(
                "insert into users (username, role, password_hash, active, version, created_at)
                 values ($1, $2, $3, $4, $5, $6)
                 on conflict (username) do nothing",
            )
            .bind(storable("username", &user.username)?)
            .bind(user.role.as_str())
            .bind(storable("password hash", user.password_hash.as_str())?)
            .bind(user.active)
            .bind(user.version)
            .bind(user.created_at.0)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(added > 0)
    }

    /// Ends the user's tokens and sessions too, by raising the version. False when there is no such user.
    pub async fn set_password(&mut self, username: &str, hash: &PasswordHash) -> Result<bool> {
        if storable("username", username).is_err() {
            return Ok(false);
        }
        let changed = on!(self, |db| {
            sqlx::query("update users set password_hash = $1, version = version + 1 where username = $2")
                .bind(storable("password hash", hash.as_str())?)
                .bind(username)
                .execute(db)
                .await?
                .rows_affected()
        });
        Ok(changed > 0)
    }
}

#[derive(sqlx::FromRow)]
struct UserRow {
    username: String,
    role: String,
    password_hash: String,
    active: bool,
    version: i64,
    created_at: i64,
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self> {
        Ok(Self {
            role: Role::parse(&row.role).ok_or_else(|| Error::strange("role", &row.role))?,
            username: row.username,
            password_hash: PasswordHash(row.password_hash),
            active: row.active,
            version: row.version,
            created_at: Timestamp(row.created_at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_never_shown() {
        let hash = PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA");
        assert_eq!(format!("{hash:?}"), "****");
    }
}
