//! From Caddy to mox: a real Caddy issues, a server that stands for mox reads at its start and serves.

mod caddy;
mod docker;
mod mox;
mod remote;

use super::{HOST, LIMITS, domain};
use engine::{
    Engine, Site, Trust,
    certs::{Cert, Domains, Files, Storage},
    checks,
    site::Host,
};
use model::{Code, Domain, DomainName, Group, Language, State, Step};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;
use testkit::{Mox, clock, servers::Caddy};

/// What the five checks say, in their order.
type Verdicts = [(State, Code); 5];

/// A site whose certificate has come from Caddy to mox, and whoever tells a story breaks one thing of it.
struct Scene {
    caddy: Caddy,
    mox: Mox,
    site: Site,
    folder: TempDir,
    /// How far the checks' clock is ahead, in milliseconds.
    ahead: i64,
    ssh_config: Option<PathBuf>,
}

impl Scene {
    async fn set() -> Self {
        Self::issuing(HOST).await
    }

    /// `name` is that of the certificate: the mail host, or a wildcard.
    async fn issuing(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let caddy = Caddy::issuing(&path("caddy"), [name]).await;
        deploy(&caddy.pair(name), folder.path());
        let mox = Mox::start(&path("mail.crt"), &path("mail.key")).unwrap();
        let cert = Cert {
            name: "mail".to_owned(),
            caddy: Some(Storage {
                place: Host::Local.into(),
                folder: caddy.certificates(),
            }),
            domains: Domains::Site,
            target: Files {
                place: Host::Local.into(),
                cert: path("mail.crt"),
                key: path("mail.key"),
            },
            verify: Vec::new(),
        };
        let site = Site {
            name: "vm112".to_owned(),
            imaps: Some(mox.endpoint()),
            extra_ca: Some(caddy.root()),
            sets: vec![Group::CertSync],
            certs: vec![cert],
            ..Site::default()
        };
        Self {
            caddy,
            mox,
            site,
            folder,
            ahead: 0,
            ssh_config: None,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What Caddy has, copied to where mox reads it.
    fn deploy(&self) {
        deploy(&self.caddy.pair(HOST), self.folder.path());
    }

    async fn restart_mox(self) -> Self {
        let mox = self.mox.restart().await.unwrap();
        Self { mox, ..self }
    }

    fn cert(&mut self) -> &mut Cert {
        &mut self.site.certs[0]
    }

    fn storage(&mut self) -> &mut Storage {
        self.cert().caddy.as_mut().unwrap()
    }

    /// The five steps of each domain, in one sweep.
    async fn sweep(&self, domains: &[Domain]) -> Vec<Vec<Step>> {
        let ahead = self.ahead;
        let now = move || clock::now().plus(ahead);
        let sites = std::slice::from_ref(&self.site);
        let engine = Engine::new(sites, Trust::nobody(), LIMITS, Arc::new(now)).unwrap();
        let engine = match &self.ssh_config {
            Some(file) => engine.with_ssh_config(file.clone()),
            None => engine,
        };
        let all = checks::ALL.iter().copied();
        let chosen: Vec<_> = all.filter(|check| check.group == Group::CertSync).collect();
        let domains: Vec<&Domain> = domains.iter().collect();
        Arc::new(engine).sweep().run(&self.site, &domains, &chosen).await
    }

    async fn steps(&self) -> Vec<Step> {
        self.sweep(&[domain("a.example")]).await.remove(0)
    }

    async fn verdicts(&self) -> Verdicts {
        let steps = self.steps().await;
        let verdicts: Vec<_> = steps.iter().map(|step| (step.state, step.code)).collect();
        verdicts.try_into().unwrap()
    }

    async fn step(&self, check: &str) -> Step {
        let steps = self.steps().await;
        steps.into_iter().find(|step| step.id.as_str() == check).unwrap()
    }
}

/// As the seed's script does it, but for the restart.
fn deploy([chain, key]: &[PathBuf; 2], folder: &Path) {
    fs::copy(chain, folder.join("mail.crt")).unwrap();
    fs::copy(key, folder.join("mail.key")).unwrap();
}

const OK: (State, Code) = (State::Ok, Code::Ok);
const ALL_OK: Verdicts = [OK; 5];
const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn what_has_come_from_caddy_to_mox_is_ok_all_the_way() {
    let mut scene = Scene::set().await;
    let steps = scene.steps().await;
    let names: Vec<_> = steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(
        names,
        [
            "caddy_cert_valid",
            "caddy_cert_expiry",
            "mox_cert_exists",
            "mox_cert_matches_caddy",
            "mox_tls_993"
        ]
    );
    for step in &steps {
        assert_eq!((step.state, step.code), OK, "{step:?}");
        let leaf = step.evidence.leaf.as_ref().unwrap();
        assert_eq!(
            (leaf.sans.as_slice(), leaf.public_key.as_str()),
            ([HOST.to_owned()].as_slice(), "EC P-256")
        );
    }
    let chain = scene.caddy.pair(HOST)[0].display().to_string();
    assert_eq!(steps[0].evidence.path, Some(chain));
    assert_eq!(steps[3].evidence.leaf, steps[3].evidence.issued);
    assert_eq!(steps[4].evidence.endpoint, Some(scene.mox.endpoint().to_string()));

    // They stand under a domain whose mail host a `[[certs]]` is for, and under no other.
    let hosts = |name| Domains::These(vec![DomainName::parse(name).unwrap()]);
    scene.cert().domains = hosts("mail.b.example");
    assert_eq!(scene.steps().await, []);
    scene.cert().domains = hosts(HOST);
    assert_eq!(scene.verdicts().await, ALL_OK);
    scene.site.sets.clear();
    assert_eq!(scene.steps().await, []);
}

#[tokio::test]
async fn a_renewal_is_followed_link_by_link_until_mox_has_been_restarted() {
    let mut scene = Scene::set().await;
    scene.caddy.renew(HOST).await;
    let stale = (State::Fail, Code::StaleDeploy);
    assert_eq!(scene.verdicts().await, [OK, OK, OK, stale, OK]);

    let step = scene.step("mox_cert_matches_caddy").await;
    let (deployed, issued) = (
        step.evidence.leaf.clone().unwrap(),
        step.evidence.issued.clone().unwrap(),
    );
    assert_ne!(deployed.serial, issued.serial);
    for language in [Language::Pt, Language::En] {
        let message = step.say(language).message;
        for leaf in [&deployed, &issued] {
            assert!(message.contains(&leaf.short_serial()), "{message}");
            assert!(message.contains(&leaf.not_after.to_string()), "{message}");
        }
    }

    scene.deploy();
    let not_served = (State::Fail, Code::NotServed);
    assert_eq!(scene.verdicts().await, [OK, OK, OK, OK, not_served]);
    let step = scene.step("mox_tls_993").await;
    assert_eq!(
        (step.evidence.leaf, step.evidence.served),
        (Some(issued), Some(deployed))
    );

    let scene = scene.restart_mox().await;
    assert_eq!(scene.verdicts().await, ALL_OK);
}

#[tokio::test]
async fn twelve_hours_are_judged_by_their_share_and_not_by_days() {
    let mut scene = Scene::set().await;
    let soon = (State::Warn, Code::ExpiresSoon);
    let expired = (State::Fail, Code::Expired);
    for (hours, verdicts) in [
        (9, ALL_OK),
        // Under two hours and 24 minutes are left.
        (10, [OK, soon, OK, OK, soon]),
        (13, [expired, expired, OK, OK, expired]),
    ] {
        scene.ahead = hours * HOUR;
        assert_eq!(scene.verdicts().await, verdicts, "{hours} h");
    }
    scene.ahead = -HOUR;
    let early = (State::Fail, Code::NotYetValid);
    assert_eq!(scene.verdicts().await, [early, early, OK, OK, early]);
}
