//! People: the four users of the first start, logging in, and whether a login still holds.

use crate::{Actor, Desk, internal, passwords};
use model::{Error, Result, Role, Timestamp, time::MINUTE};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};
use store::User;

/// A user made at the first start. The password is shown once, on the terminal, where it was made up.
#[derive(Debug)]
pub struct Newcomer {
    pub username: &'static str,
    pub role: Role,
    pub made_up: Option<String>,
}

/// The users of the first start.
pub const FIRST_USERS: [(&str, Role); 4] = [
    ("root", Role::SuperAdmin),
    ("admin", Role::OpsLead),
    ("mini", Role::Technician),
    ("noc", Role::Noc),
];

impl Desk {
    /// Makes the four users when there is none yet; without `password` each gets one of its own.
    pub async fn welcome(
        &self,
        password: Option<String>,
        mut invent: impl FnMut() -> String,
    ) -> Result<Vec<Newcomer>> {
        if !self.0.store.users().await.map_err(internal)?.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let mut newcomers = Vec::new();
        for (username, role) in FIRST_USERS {
            let made_up = password.is_none().then(&mut invent);
            let clear = made_up.clone().or_else(|| password.clone()).unwrap_or_default();
            let password_hash = passwords::hash(clear).await.map_err(internal)?;
            let user = User {
                username: username.to_owned(),
                role,
                password_hash,
                active: true,
                version: 1,
                created_at: self.now(),
            };
            tx.add_user(&user).await.map_err(internal)?;
            newcomers.push(Newcomer {
                username,
                role,
                made_up,
            });
        }
        tx.commit().await.map_err(internal)?;
        Ok(newcomers)
    }

    /// Lets somebody in: one answer and one time for a wrong name, a wrong password and a dismissed user.
    pub async fn log_in(&self, username: &str, password: &str, from: IpAddr) -> Result<User> {
        self.0.doorkeeper.admit(from, self.now())?;
        if password.len() > LONGEST_PASSWORD || username.len() > LONGEST_NAME {
            return Err(Error::Anonymous);
        }
        let user = self
            .0
            .store
            .user(username)
            .await
            .map_err(internal)?
            .filter(|user| user.active);
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let right = passwords::verify(password.to_owned(), stored)
            .await
            .map_err(internal)?;
        user.filter(|_| right).ok_or(Error::Anonymous)
    }

    /// Who holds a token or a session that was given to this version of a user; `Nobody` once it changed.
    pub async fn recognise(&self, username: &str, version: i64) -> Result<Actor> {
        let user = self.0.store.user(username).await.map_err(internal)?;
        let current = user.filter(|user| user.active && user.version == version);
        Ok(current.map_or(Actor::Nobody, |user| Actor::Person {
            username: user.username,
            role: user.role,
        }))
    }

    /// Ends one token for good.
    pub async fn revoke_token(&self, jti: &str, expires_at: Timestamp) -> Result<()> {
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        tx.revoke_token(jti, expires_at).await.map_err(internal)?;
        tx.commit().await.map_err(internal)
    }

    pub async fn is_token_revoked(&self, jti: &str) -> Result<bool> {
        self.0.store.token_revoked(jti).await.map_err(internal)
    }
}

/// Counts tries per address. IPv6 addresses count by /64: one customer has that many.
#[derive(Debug)]
pub(crate) struct Doorkeeper {
    most: u32,
    tries: Mutex<HashMap<IpAddr, (Timestamp, u32)>>,
}

impl Doorkeeper {
    pub(crate) fn new(most: u32) -> Self {
        Self {
            most,
            tries: Mutex::default(),
        }
    }

    /// Counts this try, whatever its outcome; more than `most` within a minute have to wait.
    pub(crate) fn admit(&self, from: IpAddr, now: Timestamp) -> Result<()> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() > MOST_ADDRESSES {
            tries.retain(|_, (since, _)| now.since(*since) < MINUTE);
        }
        let (since, count) = tries.entry(network(from)).or_insert((now, 0));
        if now.since(*since) >= MINUTE {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        if *count > self.most {
            let left = MINUTE - now.since(*since);
            return Err(Error::TooMany {
                retry_after: u32::try_from(left.max(0) / 1_000 + 1).unwrap_or(60),
            });
        }
        Ok(())
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        },
    }
}

// Long enough for every passphrase, short enough that hashing one is no attack.
const LONGEST_PASSWORD: usize = 1_024;
const LONGEST_NAME: usize = 64;
const MOST_ADDRESSES: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_in_a_minute_waits_and_the_next_minute_starts_anew() {
        let keeper = Doorkeeper::new(5);
        let (address, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..5 {
            assert_eq!(keeper.admit(address, Timestamp(0)), Ok(()));
        }
        assert_eq!(
            keeper.admit(address, Timestamp(20_000)),
            Err(Error::TooMany { retry_after: 41 })
        );
        assert_eq!(keeper.admit(other, Timestamp(20_000)), Ok(()));
        assert_eq!(keeper.admit(address, Timestamp(60_000)), Ok(()));
    }

    #[test]
    fn a_customers_whole_ipv6_network_is_one_address() {
        let keeper = Doorkeeper::new(1);
        assert!(keeper.admit("2001:db8::1".parse().unwrap(), Timestamp(0)).is_ok());
        assert!(
            keeper
                .admit("2001:db8::2".parse().unwrap(), Timestamp(0))
                .is_err()
        );
        assert!(
            keeper
                .admit("2001:db8:0:1::1".parse().unwrap(), Timestamp(0))
                .is_ok()
        );
    }
}
