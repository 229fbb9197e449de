//! A `[[certs]]` as the checks see it: where a certificate is issued, where its server reads it, and where it
//! should be served.

use crate::{Starttls, site::Place};
use model::{DomainName, Endpoint};
use std::path::PathBuf;

/// One certificate on its way from who issues it to who serves it.
#[derive(Clone, Debug)]
pub struct Cert {
    pub name: String,
    /// Caddy's storage; `None` where something else issues it.
    pub caddy: Option<Storage>,
    pub domains: Domains,
    pub target: Files,
    /// Where it should be seen.
    pub verify: Vec<Door>,
}

/// Caddy's certificates: the folder that has one folder for each issuer.
#[derive(Clone, Debug)]
pub struct Storage {
    pub place: Place,
    pub folder: PathBuf,
}

/// The mail hosts that a certificate is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Domains {
    /// All of the site's.
    Site,
    These(Vec<DomainName>),
}

/// What the server reads.
#[derive(Clone, Debug)]
pub struct Files {
    pub place: Place,
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// A port that serves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Door {
    pub endpoint: Endpoint,
    pub starttls: Option<Starttls>,
}

impl Cert {
    /// The doors that speak TLS from the first byte.
    pub fn tls_doors(&self) -> impl Iterator<Item = &Endpoint> {
        let doors = self.verify.iter().filter(|door| door.starttls.is_none());
        doors.map(|door| &door.endpoint)
    }
}

impl Domains {
    pub fn include(&self, mail_host: &DomainName) -> bool {
        match self {
            Self::Site => true,
            Self::These(hosts) => hosts.contains(mail_host),
        }
    }
}
