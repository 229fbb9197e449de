//! `[auth]`: who may come in, and the secrets that prove it.

use super::{
    key::Key,
    report::Report,
    server::Server,
    value::{Revealed, Secret, whole},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Auth {
    /// Signs the tokens. Without one the Desk makes its own at the first start.
    pub(crate) jwt_secret: Option<Secret>,
    #[serde(deserialize_with = "whole::within::<1, MOST_HOURS, _>")]
    pub(crate) jwt_expire_hours: u32,
    /// Tries per minute and address.
    #[serde(deserialize_with = "whole::within::<1, MOST_TRIES, _>")]
    pub(crate) login_rate_limit: u32,
    /// `false` lets everybody in: for emergencies, on a loopback address alone.
    pub(crate) enabled: bool,
    pub(crate) internal_token: Option<Secret>,
    /// The first password of the users that the first start makes.
    pub(crate) bootstrap_password: Option<Secret>,
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            jwt_secret: None,
            jwt_expire_hours: 8,
            login_rate_limit: 5,
            enabled: true,
            internal_token: None,
            bootstrap_password: None,
        }
    }
}

impl Auth {
    pub(super) fn judge(&self, server: &Server, jwt_secret: Option<&Revealed>, report: &mut Report<'_>) {
        if jwt_secret.is_some_and(|secret| secret.expose().len() < LEAST_SECRET) {
            let why =
                format!("it has fewer than {LEAST_SECRET} bytes; `openssl rand -base64 48` makes a good one");
            report.fault(Key::of("auth", "jwt_secret"), why);
        }
        if self.enabled {
            return;
        }
        let key = Key::of("auth", "enabled");
        if !server.listen.ip().to_canonical().is_loopback() {
            let why = format!(
                "false is refused while server.listen is {}: only a loopback address may go without login",
                server.listen
            );
            report.fault(key, why);
        } else if !server.trusted_proxies.is_empty() {
            report.fault(
                key,
                "false is refused while server.trusted_proxies names a proxy: it would let everybody in",
            );
        } else {
            report.warn(
                key,
                format!(
                    "nobody has to log in: whoever reaches {} may do everything",
                    server.listen
                ),
            );
        }
    }
}

/// `JWT_EXPIRE_HOURS`
pub(super) fn hours(text: &str) -> Result<u32, String> {
    whole::read::<1, MOST_HOURS>(text)
}

/// `AUTH_LOGIN_RATE_LIMIT`
pub(super) fn rate(text: &str) -> Result<u32, String> {
    whole::read::<1, MOST_TRIES>(text)
}

/// HS256 wants a key as long as its hash (RFC 7518 section 3.2).
const LEAST_SECRET: usize = 32;

const MOST_HOURS: u32 = 8_760;

const MOST_TRIES: u32 = 10_000;
