//! What one run has learned about a domain: each handshake, file and answer is fetched once and shared.

mod dns;
mod pairs;
mod talks;
mod web;

pub use dns::Addresses;
pub use pairs::{Chain, KeyFault, Names};
pub(crate) use pairs::{leaf, seen};

use crate::{
    Starttls, Sweep, Target, Trust,
    memo::Memo,
    net::{
        Ended, Handshake,
        api::{ApiFault, Base},
        host,
        host::{CommandFault, File, FileFault, Said},
        http::{Visit, Wanted, Web},
        probe,
    },
    site::{Host, Site},
};
use model::{Code, Domain, DomainName, Endpoint, Evidence, Timestamp, evidence::Outcome};
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use std::{
    any::{Any, TypeId},
    path::Path,
    sync::Arc,
};

/// What the wire said of one mail host: it lives as long as its domains are being checked.
#[derive(Debug, Default)]
pub struct Wire {
    handshakes: Memo<Target, Arc<Handshake>>,
    visits: Memo<(Web, Vec<Wanted>), Arc<Visit>>,
}

/// A file that was read into what a check asks it.
pub type Parsed = Arc<dyn Any + Send + Sync>;

/// What a check may ask. Asking costs once, whoever asks and however often.
#[derive(Debug)]
pub struct Facts<'a> {
    pub site: &'a Site,
    pub domain: &'a Domain,
    sweep: &'a Sweep,
    wire: &'a Wire,
}

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
        if let (None, Some((web, pages))) = (starttls, self.pages_at(endpoint)) {
            return Arc::clone(&self.visit(web, pages).await.handshake);
        }
        self.probed(self.target(endpoint, starttls)).await
    }

    /// The same for any name.
    pub async fn probed(&self, target: Target) -> Arc<Handshake> {
        let engine = &self.sweep.engine;
        self.wire
            .handshakes
            .once(target.clone(), || async {
                Arc::new(probe::probe(&engine.client, &target, engine.limits).await)
            })
            .await
    }

    /// The handshake's judgement: is what a mail client gets there valid for the mail host?
    pub async fn served(&self, endpoint: &Endpoint, starttls: Option<Starttls>) -> Outcome {
        let handshake = self.handshake(endpoint, starttls).await;
        let target = self.target(endpoint, starttls);
        self.sweep.engine.verdict(&target, &handshake, self.site)
    }

    /// Whether a chain is valid for a name where one certificate alone is trusted.
    pub fn is_valid_under(
        &self,
        authority: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &DomainName,
    ) -> bool {
        let engine = &self.sweep.engine;
        Trust::only(authority).is_some_and(|trust| engine.is_valid(chain, name, &trust))
    }

    fn target(&self, endpoint: &Endpoint, starttls: Option<Starttls>) -> Target {
        Target {
            endpoint: endpoint.clone(),
            starttls,
            sni: self.domain.mail_host.clone(),
        }
    }

    /// A file of at most `most` octets, read into what a check asks it. It is read and parsed once, however
    /// many domains ask: what it was read into is known by its type.
    pub async fn parsed<T: Send + Sync + 'static>(
        &self,
        host: &Host,
        path: &Path,
        most: u64,
        parse: fn(&[u8]) -> T,
    ) -> Result<Arc<T>, Outcome> {
        let read = || async {
            let bytes = self.sweep.hosts.read(host, path, most).await?;
            Ok(Arc::new(parse(&bytes)) as Parsed)
        };
        self.once(host, path, read).await
    }

    /// The same of all files in and below a folder, or of the one file, in the order of their paths.
    pub async fn parsed_folder<T: Send + Sync + 'static>(
        &self,
        host: &Host,
        path: &Path,
        parse: fn(&[File]) -> T,
    ) -> Result<Arc<T>, Outcome> {
        let read = || async {
            let files = self.sweep.hosts.folder(host, path).await?;
            Ok(Arc::new(parse(&files)) as Parsed)
        };
        self.once(host, path, read).await
    }

    async fn once<T: Send + Sync + 'static, F: Future<Output = Result<Parsed, FileFault>>>(
        &self,
        host: &Host,
        path: &Path,
        read: impl FnOnce() -> F,
    ) -> Result<Arc<T>, Outcome> {
        let key = (TypeId::of::<T>(), host.clone(), path.to_owned());
        let parsed = self.sweep.parsed.once(key, read).await;
        let parsed = parsed.map_err(|fault| fault.outcome(host, path))?;
        // The key holds the type, so this never differs.
        Arc::downcast(parsed).map_err(|_| Outcome::unknown(Code::NoAnswer, Evidence::default()))
    }

    /// What is made of several files or answers, once for all domains: it is known by its type and by what
    /// it is about.
    pub async fn learned<T: Send + Sync + 'static, F: Future<Output = Result<T, Outcome>>>(
        &self,
        about: String,
        learn: impl FnOnce() -> F,
    ) -> Result<Arc<T>, Outcome> {
        let learn = || async { Ok(Arc::new(learn().await?) as Parsed) };
        let learned = self.sweep.learned.once((TypeId::of::<T>(), about), learn).await?;
        Arc::downcast(learned).map_err(|_| Outcome::unknown(Code::NoAnswer, Evidence::default()))
    }

    /// All pages of lists of an API, whose certificate is trusted as the site's others are.
    pub async fn lists(
        &self,
        base: &Base,
        paths: &[&str],
        take: impl FnMut(usize, &[u8]) -> Result<(), Ended>,
    ) -> Result<(), ApiFault> {
        let engine = &self.sweep.engine;
        let roots = RootCertStore {
            roots: engine.trusted_by(self.site).anchors().to_vec(),
        };
        base.lists(paths, roots, engine.limits, take).await
    }

    /// Whether a file is there and somebody may execute it.
    pub async fn is_executable(&self, host: &Host, path: &Path) -> Result<bool, FileFault> {
        let key = (host.clone(), path.to_owned());
        let ask = || self.sweep.hosts.is_executable(host, path);
        self.sweep.executables.once(key, ask).await
    }

    /// The host of the files that the proxy reads.
    pub fn proxy_host(&self) -> &Host {
        self.site.proxy_host.as_ref().unwrap_or(&self.site.host)
    }

    /// The lineage's chain: what was issued for the site's mail hosts.
    pub async fn issued(&self) -> Result<Chain, Outcome> {
        let issued = self.site.issued_chain();
        let issued = issued.ok_or_else(|| self.not_configured("lineage"))?;
        self.certificates(&issued).await
    }

    /// What a command on a host said; `Err` is the outcome of a check that needs it.
    pub async fn command(&self, host: &Host, argv: &[&str]) -> Result<Arc<Said>, Outcome> {
        let said = self.asked(host, argv).await;
        said.map_err(|fault| fault.outcome(self.ran(host, argv)))
    }

    /// The same, where it matters why there is no answer.
    pub async fn asked(&self, host: &Host, argv: &[&str]) -> Result<Arc<Said>, CommandFault> {
        let question = (host.clone(), argv.iter().map(ToString::to_string).collect());
        let ask = || async { self.sweep.hosts.run(host, argv).await.map(Arc::new) };
        self.sweep.commands.once(question, ask).await
    }

    /// What a command says that is asked about everything at once. It is not kept: what is made of it is.
    pub async fn listing(&self, host: &Host, argv: &[&str]) -> Result<Said, Outcome> {
        let said = self.sweep.hosts.list(host, argv).await;
        said.map_err(|fault| fault.outcome(self.ran(host, argv)))
    }

    /// Evidence about a command on a host.
    pub fn ran(&self, host: &Host, argv: &[&str]) -> Evidence {
        Evidence {
            host: Some(host::name(host)),
            command: argv.iter().map(ToString::to_string).collect(),
            ..Evidence::default()
        }
    }

    /// Evidence about the mail host in a file on the proxy's host.
    pub fn at_proxy(&self, path: &Path) -> Evidence {
        Evidence {
            host: Some(host::name(self.proxy_host())),
            name: Some(self.domain.mail_host.to_string()),
            ..Evidence::path(path.display().to_string())
        }
    }

    /// What was learned for every domain, told of this one.
    pub fn of_mail_host(&self, outcome: Outcome) -> Outcome {
        Outcome {
            evidence: Evidence {
                name: Some(self.domain.mail_host.to_string()),
                ..outcome.evidence
            },
            ..outcome
        }
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
