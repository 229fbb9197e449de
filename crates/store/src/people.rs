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
    pub must_change_password: bool,
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

/// Who holds a login that is good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    pub role: Role,
    pub must_change_password: bool,
}

impl Store {
    pub async fn user(&self, username: &str) -> Result<Option<User>> {
        if storable("username", username).is_err() {
            return Ok(None);
        }
        let row = on!(self, |db| {
            sqlx::query_as::<_, UserRow>(USER)
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
                "select username, role, password_hash, active, version, must_change_password, created_at
                 from users",
            )
            .fetch_all(db)
            .await
        })?;
        let mut users: Vec<User> = rows.into_iter().map(User::try_from).collect::<Result<_>>()?;
        users.sort_by(|a, b| a.username.cmp(&b.username));
        Ok(users)
    }

    /// Asked by every request, and so one query: is the user active, the version still theirs (or the token the
    /// one that they kept), and the token not ended? `None` where any of it is not so. `jti` is empty for a session.
    pub async fn holder(&self, username: &str, version: i64, jti: &str) -> Result<Option<Holder>> {
        if storable("username", username).is_err() || storable("jti", jti).is_err() {
            return Ok(None);
        }
        let row = on!(self, |db| {
            sqlx::query_as::<_, (String, bool)>(
                "select role, must_change_password from users
                 where username = $1 and active and (version = $2 or kept_token = $3)
                     and not exists (select 1 from revoked_tokens where jti = $3)",
            )
            .bind(username)
            .bind(version)
            .bind(jti)
            .fetch_optional(db)
            .await?
        });
        row.map(|(role, must_change_password)| {
            Ok(Holder {
                role: self::role(&role)?,
                must_change_password,
            })
        })
        .transpose()
    }
}

impl Tx {
    /// The same as [`Store::user`], which nobody changes before this transaction ends.
    pub async fn user(&mut self, username: &str) -> Result<Option<User>> {
        if storable("username", username).is_err() {
            return Ok(None);
        }
        let row = on!(self, |db| {
            sqlx::query_as::<_, UserRow>(USER)
                .bind(username)
                .fetch_optional(db)
                .await?
        });
        row.map(User::try_from).transpose()
    }

    /// How many active users there are of a role.
    pub async fn active_users(&mut self, role: Role) -> Result<i64> {
        Ok(on!(self, |db| {
            sqlx::query_scalar("select count(*) from users where role = $1 and active")
                .bind(role.as_str())
                .fetch_one(db)
                .await?
        }))
    }

    /// False when the name is taken.
    pub async fn add_user(&mut self, user: &User) -> Result<bool> {
        let added = on!(self, |db| {
            sqlx::query(
                "insert into users
                     (username, role, password_hash, active, version, must_change_password, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict (username) do nothing",
            )
            .bind(storable("username", &user.username)?)
            .bind(user.role.as_str())
            .bind(storable("password hash", user.password_hash.as_str())?)
            .bind(user.active)
            .bind(user.version)
            .bind(user.must_change_password)
            .bind(user.created_at.0)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(added > 0)
    }

    /// Gives a user these values and a new version, which ends their tokens and sessions, but for the token that
    /// they keep. False when there is no such user.
    pub async fn change_user(&mut self, user: &User, kept_token: Option<&str>) -> Result<bool> {
        if storable("username", &user.username).is_err() {
            return Ok(false);
        }
        let changed = on!(self, |db| {
            sqlx::query(
                "update users set role = $2, password_hash = $3, active = $4, must_change_password = $5,
                     kept_token = $6, version = version + 1
                 where username = $1",
            )
            .bind(&user.username)
            .bind(user.role.as_str())
            .bind(storable("password hash", user.password_hash.as_str())?)
            .bind(user.active)
            .bind(user.must_change_password)
            .bind(kept_token)
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
    must_change_password: bool,
    created_at: i64,
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self> {
        Ok(Self {
            role: role(&row.role)?,
            username: row.username,
            password_hash: PasswordHash(row.password_hash),
            active: row.active,
            version: row.version,
            must_change_password: row.must_change_password,
            created_at: Timestamp(row.created_at),
        })
    }
}

fn role(text: &str) -> Result<Role> {
    Role::parse(text).ok_or_else(|| Error::strange("role", text))
}

const USER: &str = "select username, role, password_hash, active, version, must_change_password, created_at
     from users where username = $1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_never_shown() {
        let hash = PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA");
        assert_eq!(format!("{hash:?}"), "****");
    }
}
