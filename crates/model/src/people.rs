//! People as the Desk shows and changes them.

use crate::{Role, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A user, as `/people` and `GET /api/v1/auth/users` show one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub username: String,
    pub role: Role,
    pub active: bool,
    /// Somebody else set the password, and it was not changed since.
    pub must_change_password: bool,
    pub created_at: Timestamp,
}

/// A user to be. The password is one that must be changed at the first login.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub username: String,
    pub role: Role,
    pub password: String,
}

/// What is to be changed of a user; what is absent stays.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserChanges {
    pub role: Option<Role>,
    pub active: Option<bool>,
    pub password: Option<String>,
}

/// A browser that is logged in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Names the session; it is no key to it.
    pub id: String,
    pub username: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub address: Option<IpAddr>,
    /// What the browser calls itself, at most 200 characters.
    pub user_agent: String,
    pub opened_at: Timestamp,
    /// To the minute.
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
}

// Their passwords stay out of every log.
impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("username", &self.username)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for UserChanges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserChanges")
            .field("role", &self.role)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}
