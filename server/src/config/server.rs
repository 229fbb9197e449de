//! `[server]`: where the Desk listens, and what stands before it.

use super::value::{Network, list, web};
use serde::{Deserialize, Serialize};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};
use url::Url;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Server {
    pub(crate) listen: SocketAddr,
    /// Where people find the Desk; by default wherever they asked for it.
    #[serde(deserialize_with = "web::optional")]
    pub(crate) public_url: Option<Url>,
    /// Whose `X-Forwarded-For` is believed; by default nobody's.
    #[serde(deserialize_with = "list::each")]
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) tls: Option<Tls>,
}

/// The files of a certificate that the Desk serves itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table with cert and key")]
pub(crate) struct Tls {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            public_url: None,
            trusted_proxies: Vec::new(),
            tls: None,
        }
    }
}
