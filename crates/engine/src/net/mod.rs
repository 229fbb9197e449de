//! All input and output of the engine: connections, TLS, the talk before TLS, files and commands on hosts.

pub mod api;
pub mod before_tls;
pub mod dns;
pub mod floor;
pub mod host;
pub mod http;
pub mod post;
pub mod probe;
pub mod relay;
pub mod starttls;
mod talk;
pub mod tls;

use model::{Code, DomainName, Endpoint, Evidence, Reason, evidence::Outcome};
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

impl Target {
    /// Evidence that says what was asked.
    #[must_use]
    pub fn seen(&self, seen: Evidence) -> Evidence {
        Evidence {
            endpoint: Some(self.endpoint.to_string()),
            starttls: self.starttls.map(|protocol| protocol.to_string()),
            sni: Some(self.sni.to_string()),
            ..seen
        }
    }
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
    Served(Served),
    Ended(Ended),
}

/// What a peer served: its chain, leaf first, which nobody has judged yet.
#[derive(Clone, Debug)]
pub struct Served {
    pub chain: Vec<CertificateDer<'static>>,
    pub tls_version: &'static str,
    pub cipher: String,
}

/// A conversation that did not reach a certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// `unreachable`, `timeout`, `deferred`, `handshake_failed` or `not_http`.
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

    /// What a check says of it: proved wrong where the peer answered otherwise than it should, and unknown
    /// where it did not answer.
    pub fn outcome(&self, seen: Evidence) -> Outcome {
        let seen = Evidence {
            reason: self.reason,
            ..seen
        };
        let seen = match &self.detail {
            Some(detail) => seen.detail(detail),
            None => seen,
        };
        match self.code {
            Code::HandshakeFailed | Code::NotHttp => Outcome::fail(self.code, seen),
            _ => Outcome::unknown(self.code, seen),
        }
    }

    /// What a check says of a further conversation that did not come to its end, when the handshake before
    /// it was well: unknown.
    pub fn unseen(&self, seen: Evidence) -> Outcome {
        let code = match self.code {
            Code::HandshakeFailed => Code::NoAnswer,
            other => other,
        };
        Self { code, ..self.clone() }.outcome(seen)
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
