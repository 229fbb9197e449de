//! `[schedule]`: when the Desk does what nobody asked for.

use super::value::period;
use model::Cron;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Schedule {
    /// Every domain is checked once in this time, spread evenly. At least a second.
    #[serde(with = "period")]
    pub(crate) checks: Duration,
    pub(crate) audit: Cron,
    pub(crate) cert_sync: Cron,
    pub(crate) cert_renew: Cron,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            checks: Duration::from_mins(5),
            audit: Cron::daily(4),
            cert_sync: Cron::every_hours(6),
            cert_renew: Cron::daily(3),
        }
    }
}
