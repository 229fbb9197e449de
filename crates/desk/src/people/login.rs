//! Logging in and out, whether a login still holds, and one's own password.

use super::users::{strong_enough, trail_of};
use crate::{Actor, Desk, actor::Person, internal, passwords};
use model::{Error, Language, Result, Timestamp, trail::Action};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use store::User;

/// What a browser's session says of its user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    pub username: String,
    /// The user's at the login.
    pub version: i64,
    pub address: Option<IpAddr>,
    pub user_agent: String,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
}

impl Login {
    /// The session's entry that holds it.
    pub const KEY: &'static str = "login";
}

impl Desk {
    /// Lets somebody in: one answer and one time for a wrong name, a wrong password and a dismissed user.
    pub async fn log_in(&self, username: &str, password: &str, from: IpAddr) -> Result<User> {
        if password.len() > LONGEST_PASSWORD || username.len() > LONGEST_NAME {
            self.count_try("", Some(from)).await?;
            return Err(Error::Anonymous);
        }
        self.count_try(username, Some(from)).await?;
        let user = self.0.store.user(username).await.map_err(internal)?;
        let user = user.filter(|user| user.active);
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let right = passwords::verify(password.to_owned(), stored).await?;
        user.filter(|_| right).ok_or(Error::Anonymous)
    }

    /// Who holds a token or a session that was given to this version of a user; `Nobody` once it changed, or the
    /// token was ended. `jti` is empty for a session.
    pub async fn recognise(
        &self,
        username: &str,
        version: i64,
        jti: &str,
        address: Option<IpAddr>,
    ) -> Result<Actor> {
        let holder = self.0.store.holder(username, version, jti).await;
        Ok(holder.map_err(internal)?.map_or(Actor::Nobody, |holder| {
            Actor::Person(Person {
                username: username.to_owned(),
                role: holder.role,
                address,
                must_change_password: holder.must_change_password,
            })
        }))
    }

    /// Ends one token for good.
    pub async fn revoke_token(&self, jti: &str, expires_at: Timestamp) -> Result<()> {
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        tx.revoke_token(jti, expires_at).await.map_err(internal)?;
        tx.commit().await.map_err(internal)
    }

    /// Changes one's own password, which ends every other token and session of theirs; `kept_token` is the one that
    /// this is done with. Returns the user as they are now.
    pub async fn change_password(
        &self,
        who: &Actor,
        current: &str,
        new: &str,
        kept_token: Option<&str>,
        language: Language,
    ) -> Result<User> {
        let Person {
            username, address, ..
        } = who.person()?;
        let new = strong_enough("new_password", new, language)?;
        if new == current {
            return Err(Error::invalid(
                "new_password",
                match language {
                    Language::Pt => "é igual à senha atual",
                    Language::En => "it is the present one",
                },
            ));
        }
        // Who found a browser open must not find out the password with it.
        self.count_try(username, *address).await?;
        let user = self.0.store.user(username).await.map_err(internal)?;
        let user = user.filter(|user| user.active).ok_or(Error::Anonymous)?;
        let stored = Some(user.password_hash.clone());
        if current.len() > LONGEST_PASSWORD || !passwords::verify(current.to_owned(), stored).await? {
            return Err(Error::invalid(
                "current_password",
                match language {
                    Language::Pt => "não é a senha atual",
                    Language::En => "it is not the present one",
                },
            ));
        }
        let hash = passwords::hash(new).await?;
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        // Somebody may have changed the user while the hash was made.
        let now = tx.user(username).await.map_err(internal)?;
        let now = now
            .filter(|now| now.version == user.version)
            .ok_or(Error::Anonymous)?;
        let changed = User {
            password_hash: hash,
            must_change_password: false,
            version: now.version + 1,
            ..now.clone()
        };
        tx.change_user(&changed, kept_token).await.map_err(internal)?;
        let deed = self.deed(who, Action::UserPassword, username);
        tx.note(&deed.with(trail_of(&now), trail_of(&changed)))
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        Ok(changed)
    }
}

// Long enough for every passphrase, short enough that hashing one is no attack.
pub(super) const LONGEST_PASSWORD: usize = 1_024;
pub(super) const LONGEST_NAME: usize = 64;
