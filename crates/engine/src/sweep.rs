//! The engine at work: checks run over domains, concurrently, each bounded, each with an answer.

use crate::{
    Clock,
    checks::Check,
    facts::{Chain, Facts, KeyFault, Names, Parsed, Wire},
    judge::{Examined, Judge, Trust, TrustError},
    memo::Memo,
    net::{
        Ended, Handshake, Limits, Target,
        before_tls::BeforeTls,
        dns::{Anchors, Answer, Question, Resolver},
        floor::Floor,
        host::{CommandFault, FileFault, Hosts, Said},
        post::{Answered, Letter},
        probe,
        relay::Relay,
        starttls::Starttls,
        tls::Client,
    },
    site::{Host, Place, Site},
};
use futures::{FutureExt, future::join_all};
use model::{Code, Domain, DomainName, Endpoint, Evidence, Step, Timestamp, evidence::Outcome};
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use std::{
    any::TypeId, collections::HashMap, panic::AssertUnwindSafe, path::PathBuf, sync::Arc, time::Duration,
};
use tokio::time::{Instant, timeout};

/// Everything that outlives a sweep: the TLS client, whom each site trusts, and the chains judged already.
pub struct Engine {
    pub(crate) client: Client,
    pub(crate) limits: Limits,
    pub(crate) anchors: Anchors,
    judge: Judge,
    trust: HashMap<String, Trust>,
    platform: Trust,
    ssh_config: Option<PathBuf>,
    clock: Clock,
}

impl Engine {
    /// Reads every site's `extra_ca`; a file that cannot be used is an error that names it.
    pub fn new(sites: &[Site], platform: Trust, limits: Limits, clock: Clock) -> Result<Self, TrustError> {
        let mut trust = HashMap::new();
        for site in sites {
            if let Some(extra) = &site.extra_ca {
                trust.insert(site.name.clone(), platform.with_extra(extra)?);
            }
        }
        Ok(Self {
            client: Client::new(),
            limits,
            anchors: Anchors::default(),
            judge: Judge::default(),
            trust,
            platform,
            ssh_config: None,
            clock,
        })
    }

    /// Has `ssh` read this configuration instead of the operator's own.
    #[must_use]
    pub fn with_ssh_config(self, file: PathBuf) -> Self {
        Self {
            ssh_config: Some(file),
            ..self
        }
    }

    /// Whether a host answers; `Err` says why not.
    pub async fn reach(&self, host: &Host) -> Result<(), String> {
        Hosts::new(self.ssh_config.clone()).reach(host).await
    }

    /// Sends a letter to a web server that the platform's roots vouch for.
    pub async fn post(&self, letter: Letter<'_>) -> Result<Answered, Ended> {
        let roots = RootCertStore {
            roots: self.platform.anchors().to_vec(),
        };
        letter.post(roots, self.limits).await
    }

    /// Where a proof by DNSSEC begins, in the place of the root's keys.
    #[must_use]
    pub fn with_anchors(self, anchors: Anchors) -> Self {
        Self { anchors, ..self }
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A sweep shares what it reads of files and commands; what it read is gone when it is dropped.
    pub fn sweep(self: &Arc<Self>) -> Sweep {
        Sweep {
            engine: Arc::clone(self),
            hosts: Hosts::new(self.ssh_config.clone()),
            files: Memo::default(),
            parsed: Memo::default(),
            learned: Memo::default(),
            keys: Memo::default(),
            folders: Memo::default(),
            executables: Memo::default(),
            commands: Memo::default(),
            resolvers: Memo::default(),
            answers: Memo::default(),
            before_tls: Memo::default(),
            relays: Memo::default(),
            floors: Memo::default(),
        }
    }

    /// One endpoint, asked and judged at once.
    pub async fn examine(&self, target: &Target, site: &Site) -> Outcome {
        let handshake = probe::probe(&self.client, target, self.limits).await;
        self.verdict(target, &handshake, site)
    }

    /// The judgement over a chain that came from elsewhere than the wire.
    pub fn judge(&self, chain: &[CertificateDer<'_>], host: &DomainName, site: &Site) -> Outcome {
        self.judge.judge(chain, host, self.trusted_by(site), self.now())
    }

    pub(crate) fn verdict(&self, target: &Target, handshake: &Handshake, site: &Site) -> Outcome {
        match handshake {
            Handshake::Served(served) => {
                let trust = self.trusted_by(site);
                let judged = self.judge.judge(&served.chain, &target.sni, trust, self.now());
                let evidence = Evidence {
                    tls_version: Some(served.tls_version.to_owned()),
                    cipher: Some(served.cipher.clone()),
                    ..target.seen(judged.evidence)
                };
                Outcome { evidence, ..judged }
            }
            Handshake::Ended(ended) => ended.outcome(target.seen(Evidence::default())),
        }
    }

    /// A chain looked into, whatever name it was asked for; `None`: the peer's certificate is not X.509.
    pub(crate) fn examined(&self, chain: &[CertificateDer<'_>], site: &Site) -> Option<Arc<Examined>> {
        self.judge.examine(chain, self.trusted_by(site), self.now())
    }

    /// Whether clients that trust these alone would accept a chain for a name.
    pub(crate) fn is_valid(&self, chain: &[CertificateDer<'_>], host: &DomainName, trust: &Trust) -> bool {
        let judged = self.judge.judge(chain, host, trust, self.now());
        judged.state.ok() == Some(true)
    }

    pub(crate) fn trusted_by(&self, site: &Site) -> &Trust {
        self.trust.get(&site.name).unwrap_or(&self.platform)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// One round over domains. Files, keys and commands are read once in it, over one connection a host.
#[derive(Debug)]
pub struct Sweep {
    pub(crate) engine: Arc<Engine>,
    pub(crate) hosts: Hosts,
    pub(crate) files: Memo<(Place, PathBuf), Result<Option<Chain>, FileFault>>,
    /// By the type that a file was parsed into.
    pub(crate) parsed: Memo<(TypeId, Host, PathBuf), Result<Parsed, FileFault>>,
    /// By the type of what was learned, and what it is about.
    pub(crate) learned: Memo<(TypeId, String), Result<Parsed, Outcome>>,
    pub(crate) keys: Memo<(Place, PathBuf, CertificateDer<'static>), Result<bool, KeyFault>>,
    pub(crate) folders: Memo<(Place, PathBuf), Result<Names, FileFault>>,
    pub(crate) executables: Memo<(Host, PathBuf), Result<bool, FileFault>>,
    pub(crate) commands: Memo<(Host, Vec<String>), Result<Arc<Said>, CommandFault>>,
    /// By whom is asked, and whether for proof.
    pub(crate) resolvers: Memo<(Option<Endpoint>, bool), Result<Resolver, String>>,
    pub(crate) answers: Memo<(Option<Endpoint>, Question), Arc<Answer>>,
    /// What does not depend on the name that is asked for is asked of an endpoint once.
    pub(crate) before_tls: Memo<(Endpoint, Starttls), Result<BeforeTls, Ended>>,
    pub(crate) relays: Memo<Endpoint, Result<Relay, Ended>>,
    pub(crate) floors: Memo<(Endpoint, Option<Starttls>), Result<Floor, Ended>>,
}

impl Sweep {
    /// Runs the checks over domains that share one mail host, and so its handshakes. The answers stand in
    /// the order of `domains` and `checks`; a check of a set that is off for the site gives none.
    pub async fn run(&self, site: &Site, domains: &[&Domain], checks: &[&'static Check]) -> Vec<Vec<Step>> {
        let wire = Wire::default();
        let mut answers = Vec::with_capacity(domains.len());
        for domain in domains {
            let facts = Facts::new(self, &wire, site, domain);
            let on = checks.iter().filter(|check| check.is_on_for(site, domain));
            answers.push(join_all(on.map(|check| self.step(check, &facts))).await);
        }
        answers
    }

    /// A check that hangs or breaks is `unknown`: nobody waits for it, and nobody takes it for well.
    async fn step(&self, check: &Check, facts: &Facts<'_>) -> Step {
        let checked_at = self.engine.now();
        let begun = Instant::now();
        let bound = self.engine.limits.whole + SLACK;
        let running = AssertUnwindSafe(timeout(bound, (check.run)(facts))).catch_unwind();
        let outcome = match running.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => no_answer(format!("not done within {} s", bound.as_secs())),
            Err(_) => no_answer("the check broke; the Desk's log has the details".to_owned()),
        };
        Step {
            id: check.id.clone(),
            group: check.group,
            priority: check.priority,
            label: check.label,
            state: outcome.state,
            code: outcome.code,
            evidence: outcome.evidence,
            checked_at,
            duration_ms: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX),
            standing: None,
        }
    }
}

fn no_answer(detail: String) -> Outcome {
    Outcome::unknown(Code::NoAnswer, Evidence::default().detail(detail))
}

/// Beyond the wire's own deadline: a check may read files before and after.
const SLACK: Duration = Duration::from_secs(20);
