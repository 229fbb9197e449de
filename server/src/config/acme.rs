//! `[acme]`: where a CA's challenges (RFC 8555 section 8.3) are answered.

use super::value::whole;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Acme {
    /// `/.well-known/acme-challenge/` is answered here too; by default only where the Desk itself listens.
    pub(crate) listen: Option<SocketAddr>,
    /// Where the CA will look.
    #[serde(deserialize_with = "whole::within::<1, 65535, _>")]
    pub(crate) probe_port: u32,
}

impl Default for Acme {
    fn default() -> Self {
        Self {
            listen: None,
            probe_port: 80,
        }
    }
}
