//! All input and output of the engine: connections, TLS, the talk before TLS, files and commands on hosts.

pub mod host;
pub mod probe;
pub mod starttls;
pub mod tls;

use model::{Code, DomainName, Endpoint, Reason};
use rustls_pki_types::CertificateDer;
use starttls::Starttls;
use std::time::Duration;

/// What is asked of the wire: connect there, speak this, ask for that name. The address to connect to and
/// the name to ask for are two things.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Target {
    pub endpoint: Endpoint,
    pub starttls: Option<Starttls>,
    pub sni: DomainName,
}

/// How long a stranger may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connect: Duration,
    /// Connecting included.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(10),
        }
    }
}

/// What one handshake taught: the chain as served, or where it ended.
#[derive(Clone, Debug)]
pub enum Handshake {
    Served {
        chain: Vec<CertificateDer<'static>>,
        tls_version: &'static str,
        cipher: String,
    },
    Ended(Ended),
}

/// A conversation that did not reach a certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// `unreachable`, `timeout`, `deferred` or `handshake_failed`.
    pub code: Code,
    pub reason: Option<Reason>,
    pub detail: Option<String>,
}

impl Ended {
    pub fn new(code: Code, reason: Reason) -> Self {
        Self {
            code,
            reason: Some(reason),
            detail: None,
        }
    }

    pub fn saying(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            reason: None,
            detail: Some(detail.into()),
        }
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
