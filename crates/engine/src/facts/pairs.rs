//! Certificates and the keys that belong to them, as files: on a host, or in a container there.

use super::Facts;
use crate::{
    net::host::{self, FileFault},
    site::Place,
    wire::x509,
};
use model::{Code, Evidence, Leaf, Reason, evidence::Outcome};
use rustls::crypto::aws_lc_rs::sign;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{path::Path, sync::Arc};

/// A chain from a file, leaf first and never empty.
pub type Chain = Arc<[CertificateDer<'static>]>;

/// The names of what is directly in a folder.
pub type Names = Arc<[String]>;

impl Facts<'_> {
    /// The certificates of a PEM file on the site's host; `Err` is the outcome of a check that needs them.
    pub async fn certificates(&self, path: &Path) -> Result<Chain, Outcome> {
        self.certificates_in(&self.site.host.clone().into(), path).await
    }

    /// The same of a file anywhere.
    pub async fn certificates_in(&self, place: &Place, path: &Path) -> Result<Chain, Outcome> {
        let read = || async {
            let pem = self.sweep.hosts.read_in(place, path, MOST_CERTIFICATES).await?;
            Ok(chain(&pem))
        };
        let key = (place.clone(), path.to_owned());
        match self.sweep.files.once(key, read).await {
            Ok(Some(chain)) => Ok(chain),
            Ok(None) => Err(Outcome::fail(Code::NotPem, seen(place, path))),
            Err(fault) => Err(unread(fault, place, path)),
        }
    }

    /// Whether the private key in a file on the site's host belongs to a certificate: their public keys are
    /// the same, be they RSA, EC or Ed25519.
    pub async fn key_belongs(&self, path: &Path, leaf: &CertificateDer<'static>) -> Result<bool, Outcome> {
        self.key_belongs_in(&self.site.host.clone().into(), path, leaf)
            .await
    }

    /// The same of a file anywhere. Key material stays in this function.
    pub async fn key_belongs_in(
        &self,
        place: &Place,
        path: &Path,
        leaf: &CertificateDer<'static>,
    ) -> Result<bool, Outcome> {
        let question = (place.clone(), path.to_owned(), leaf.clone());
        let answer = self.sweep.keys.once(question, || async {
            let read = self.sweep.hosts.read_in(place, path, MOST_KEY).await;
            let pem = read.map_err(KeyFault::File)?;
            let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| KeyFault::NotAKey)?;
            let certificate = x509::parse(leaf).map_err(|_| KeyFault::NotAKey)?;
            let key = sign::any_supported_type(&key).map_err(|_| {
                match x509::rsa_bits(certificate.public_key()) {
                    Some(..2048) => KeyFault::TooSmall,
                    _ => KeyFault::NotAKey,
                }
            })?;
            Ok(key
                .public_key()
                .is_some_and(|public| public.as_ref() == certificate.public_key().raw))
        });
        let seen = || seen(place, path);
        answer.await.map_err(|fault| match fault {
            KeyFault::File(fault) => unread(fault, place, path),
            KeyFault::NotAKey => Outcome::fail(Code::NotPem, seen().detail("no usable private key")),
            KeyFault::TooSmall => Outcome::unknown(Code::Unreadable, seen().because(Reason::RsaUnder2048)),
        })
    }

    /// The judgement over a chain from a file: is it valid for the mail host?
    pub fn judged(&self, chain: &Chain) -> Outcome {
        let engine = &self.sweep.engine;
        engine.judge(chain, &self.domain.mail_host, self.site)
    }

    /// The names of what is directly in a folder, hidden ones left out.
    pub async fn names_in(&self, place: &Place, folder: &Path) -> Result<Names, Outcome> {
        let list = || async { self.sweep.hosts.names_in(place, folder).await.map(Into::into) };
        let key = (place.clone(), folder.to_owned());
        let names = self.sweep.folders.once(key, list).await;
        names.map_err(|fault| unread(fault, place, folder))
    }
}

/// Why a key file gives no answer.
#[derive(Clone, Debug)]
pub enum KeyFault {
    File(FileFault),
    NotAKey,
    /// The certificate's key is RSA under 2048 bits, and no such private key can be read here, be it the
    /// right one or not.
    TooSmall,
}

/// A chain's leaf, as evidence.
pub(crate) fn leaf(chain: &[CertificateDer<'_>]) -> Option<Leaf> {
    Some(x509::facts(chain.first()?).ok()?.leaf)
}

/// Evidence about a file anywhere; `command` is what shows it, where it is in a container.
pub(crate) fn seen(place: &Place, path: &Path) -> Evidence {
    let path = path.display().to_string();
    let argv = place.container.as_ref().map(|_| place.argv(&["cat", &path]));
    Evidence {
        host: Some(host::name(&place.host)),
        command: argv.unwrap_or_default(),
        ..Evidence::path(path)
    }
}

fn unread(fault: FileFault, place: &Place, path: &Path) -> Outcome {
    let outcome = fault.outcome(&place.host, path);
    let evidence = Evidence {
        command: seen(place, path).command,
        ..outcome.evidence
    };
    Outcome { evidence, ..outcome }
}

fn chain(pem: &[u8]) -> Option<Chain> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).take(MOST_LINKS).collect();
    // PEM armour around something else is no certificate either.
    chain
        .ok()
        .filter(|chain| chain.first().is_some_and(|leaf| x509::parse(leaf).is_ok()))
        .map(Into::into)
}

const MOST_CERTIFICATES: u64 = 1024 * 1024;
const MOST_KEY: u64 = 64 * 1024;
const MOST_LINKS: usize = 32;
