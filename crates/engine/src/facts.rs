//! What one run has learned about a domain: each handshake, file and answer is fetched once and shared.

use crate::{
    Starttls, Sweep, Target,
    memo::Memo,
    net::{Handshake, host, host::FileFault, probe},
    site::Site,
    wire::x509,
};
use model::{Code, Domain, Endpoint, Evidence, Reason, Timestamp, evidence::Outcome};
use rustls::crypto::aws_lc_rs::sign;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{path::Path, sync::Arc};

/// The handshakes of one mail host: they live as long as its domains are being checked.
pub type Wire = Memo<Target, Arc<Handshake>>;

/// What a check may ask. Asking costs once, whoever asks and however often.
#[derive(Debug)]
pub struct Facts<'a> {
    pub site: &'a Site,
    pub domain: &'a Domain,
    sweep: &'a Sweep,
    wire: &'a Wire,
}

/// A chain from a file, leaf first and never empty.
pub type Chain = Arc<[CertificateDer<'static>]>;

impl<'a> Facts<'a> {
    pub fn new(sweep: &'a Sweep, wire: &'a Wire, site: &'a Site, domain: &'a Domain) -> Self {
        Self {
            site,
            domain,
            sweep,
            wire,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.sweep.engine.now()
    }

    /// What the endpoint serves when it is asked for the domain's mail host.
    pub async fn handshake(&self, endpoint: &Endpoint, starttls: Option<Starttls>) -> Arc<Handshake> {
        let target = Target {
            endpoint: endpoint.clone(),
            starttls,
            sni: self.domain.mail_host.clone(),
        };
        let engine = &self.sweep.engine;
        self.wire
            .once(target.clone(), async {
                Arc::new(probe::probe(&engine.client, &target, engine.limits).await)
            })
            .await
    }

    /// The handshake's judgement: is what a mail client gets there valid for the mail host?
    pub async fn served(&self, endpoint: &Endpoint, starttls: Option<Starttls>) -> Outcome {
        let target = Target {
            endpoint: endpoint.clone(),
            starttls,
            sni: self.domain.mail_host.clone(),
        };
        let handshake = self.handshake(endpoint, starttls).await;
        self.sweep.engine.verdict(&target, &handshake, self.site)
    }

    /// The certificates of a PEM file on the site's host; `Err` is the outcome of a check that needs them.
    pub async fn certificates(&self, path: &Path) -> Result<Chain, Outcome> {
        let read = async {
            match host::read(&self.site.host, path, MOST_CERTIFICATES).await {
                Ok(pem) => Ok(chain(&pem)),
                Err(fault) => Err(fault),
            }
        };
        let key = (self.site.host.clone(), path.to_owned());
        match self.sweep.files.once(key, read).await {
            Ok(Some(chain)) => Ok(chain),
            Ok(None) => Err(Outcome::fail(Code::NotPem, self.at(path))),
            Err(fault) => Err(fault.outcome(&self.site.host, path)),
        }
    }

    /// Whether the private key in a file belongs to a certificate: their public keys are the same, be they
    /// RSA, EC or Ed25519. Key material stays in this function.
    pub async fn key_belongs(&self, path: &Path, leaf: &CertificateDer<'static>) -> Result<bool, Outcome> {
        let question = (self.site.host.clone(), path.to_owned(), leaf.clone());
        let answer = self.sweep.keys.once(question, async {
            let pem = host::read(&self.site.host, path, MOST_KEY)
                .await
                .map_err(KeyFault::File)?;
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
        answer.await.map_err(|fault| match fault {
            KeyFault::File(fault) => fault.outcome(&self.site.host, path),
            KeyFault::NotAKey => Outcome::fail(Code::NotPem, self.at(path).detail("no usable private key")),
            KeyFault::TooSmall => {
                Outcome::unknown(Code::Unreadable, self.at(path).because(Reason::RsaUnder2048))
            }
        })
    }

    /// What a command on the site's host printed first; `Err` is the outcome of a check that needs it.
    pub async fn command(&self, argv: &[&str]) -> Result<host::Said, Outcome> {
        let question = (
            self.site.host.clone(),
            argv.iter().map(ToString::to_string).collect(),
        );
        let said = self
            .sweep
            .commands
            .once(question, host::run(&self.site.host, argv))
            .await;
        said.map_err(|why| {
            let seen = Evidence {
                host: Some(host::name(&self.site.host)),
                ..Evidence::default()
            };
            Outcome::unknown(Code::CommandFailed, seen.detail(why))
        })
    }

    /// Evidence about a file on the site's host.
    pub fn at(&self, path: &Path) -> Evidence {
        Evidence {
            host: Some(host::name(&self.site.host)),
            ..Evidence::path(path.display().to_string())
        }
    }

    /// The outcome of a check whose key the site does not have.
    pub fn not_configured(&self, key: &str) -> Outcome {
        let site = if self.site.name.is_empty() {
            "NAME"
        } else {
            &self.site.name
        };
        Outcome::skipped(format!("sites.{site}.{key}"))
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
