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

/// A certificate's file, its chain included, and its key's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    pub cert: PathBuf,
    pub key: PathBuf,
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

impl Storage {
    /// Where an issuer's certificates for a host are: `ISSUER/NAME/NAME.{crt,key}`, the layout of Caddy's library
    /// certmagic (`StorageKeys` in its storage.go), for the host's own name and for the wildcard above it.
    pub fn pairs(&self, issuer: &str, host: &DomainName) -> impl Iterator<Item = Pair> {
        let host = host.as_str();
        // `*` is no letter of a file's name there.
        let wildcard = host
            .split_once('.')
            .map(|(_, above)| format!("wildcard_.{above}"));
        let issuer = self.folder.join(issuer);
        [Some(host.to_owned()), wildcard]
            .into_iter()
            .flatten()
            .map(move |name| Pair {
                cert: issuer.join(&name).join(format!("{name}.crt")),
                key: issuer.join(&name).join(format!("{name}.key")),
            })
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
