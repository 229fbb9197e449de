//! People: the four users of the first start, logging in, and what a `super_admin` does about users and sessions.

mod login;
mod sessions;
mod tries;
mod users;

pub use login::Login;

use crate::{Desk, internal, passwords};
use model::{Result, Role};
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

/// The passwords of the first start.
#[derive(Debug)]
pub struct Welcome {
    /// Everybody's; without it each gets one of their own.
    pub password: Option<String>,
    /// They must be changed at the first login, but in a demo.
    pub must_change: bool,
}

impl Desk {
    /// Makes the four users when there is none yet.
    pub async fn welcome(
        &self,
        welcome: Welcome,
        mut invent: impl FnMut() -> String,
    ) -> Result<Vec<Newcomer>> {
        if !self.0.store.users().await.map_err(internal)?.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let mut newcomers = Vec::new();
        for (username, role) in FIRST_USERS {
            let made_up = welcome.password.is_none().then(&mut invent);
            let clear = made_up.clone().or_else(|| welcome.password.clone());
            let password_hash = passwords::hash(clear.unwrap_or_default())
                .await
                .map_err(internal)?;
            let user = User {
                username: username.to_owned(),
                role,
                password_hash,
                active: true,
                version: 1,
                must_change_password: welcome.must_change,
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
}
