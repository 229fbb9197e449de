//! What is in Caddy's storage: which pair counts, and what is said where none does.

use super::{HOST, OK, Scene};
use engine::{site::Host, wire::x509::sha256};
use model::{Code, State};
use std::{fs, path::PathBuf};
use testkit::{Ca, ca::Issued, clock};

const ACME: &str = "acme-v02.api.letsencrypt.org-directory";

impl Scene {
    /// What another issuer has for a name, as Caddy would have written it.
    fn store(&self, issuer: &str, name: &str, leaf: &Issued) -> [PathBuf; 2] {
        let folder = self.caddy.certificates().join(issuer).join(name);
        fs::create_dir_all(&folder).unwrap();
        let pair = ["crt", "key"].map(|end| folder.join(format!("{name}.{end}")));
        leaf.write_as(&pair[0], &pair[1]).unwrap();
        pair
    }

    /// Both of Caddy's CAs are trusted: its own and the other one.
    fn trust(&mut self, ca: &Ca) {
        let own = fs::read_to_string(self.caddy.root()).unwrap();
        let both = self.path("both.pem");
        fs::write(&both, own + ca.root_pem()).unwrap();
        self.site.extra_ca = Some(both);
    }

    async fn newest(&self) -> String {
        let step = self.step("caddy_cert_valid").await;
        assert_eq!((step.state, step.code), OK, "{step:?}");
        step.evidence.leaf.unwrap().sha256
    }

    /// What the first check says, and of which file.
    async fn valid(&self) -> (State, Code, String) {
        let step = self.step("caddy_cert_valid").await;
        (step.state, step.code, step.evidence.path.unwrap_or_default())
    }
}

#[tokio::test]
async fn the_newest_valid_pair_of_all_issuers_wins() {
    let mut scene = Scene::set().await;
    let ca = Ca::new("Test").unwrap();
    scene.trust(&ca);
    let internal = scene.newest().await;
    let leaf = || ca.leaf().names([HOST]);
    let from_now = |hours: i64| clock::now().plus(hours * super::HOUR);

    // Begun before Caddy's own.
    let older = leaf().valid(from_now(-24), from_now(24 * 60)).issue().unwrap();
    scene.store(ACME, HOST, &older);
    assert_eq!(scene.newest().await, internal);

    // Caddy's own has expired, and the older one has not.
    scene.ahead = 13 * super::HOUR;
    assert_eq!(scene.newest().await, sha256(older.leaf()));
    scene.ahead = 6 * super::HOUR;

    let newer = leaf().valid(from_now(1), from_now(24 * 90)).issue().unwrap();
    scene.store("acme.zerossl.com-v2-dv90", HOST, &newer);
    assert_eq!(scene.newest().await, sha256(newer.leaf()));

    // A newer one that is not valid does not count.
    let newest = |name| ca.leaf().names([name]).valid(from_now(2), from_now(24 * 90));
    let [_, key] = scene.store(ACME, HOST, &newest(HOST).issue().unwrap());
    fs::write(&key, older.key_pem()).unwrap();
    assert_eq!(scene.newest().await, sha256(newer.leaf()), "a foreign key");
    for (why, invalid) in [
        ("another name", newest("mail.b.example")),
        ("self-signed", newest(HOST).self_signed()),
    ] {
        scene.store(ACME, HOST, &invalid.issue().unwrap());
        assert_eq!(scene.newest().await, sha256(newer.leaf()), "{why}");
    }

    // The wildcard's folder is a candidate like the host's own.
    let wildcard = newest("*.a.example").issue().unwrap();
    scene.store(ACME, "wildcard_.a.example", &wildcard);
    assert_eq!(scene.newest().await, sha256(wildcard.leaf()));
}

#[tokio::test]
async fn a_wildcard_of_caddys_own_stands_for_the_mail_host() {
    let scene = Scene::issuing("*.a.example").await;
    let steps = scene.steps().await;
    assert!(
        steps.iter().all(|step| (step.state, step.code) == OK),
        "{steps:?}"
    );
    let path = steps[0].evidence.path.clone().unwrap();
    assert!(
        path.ends_with("local/wildcard_.a.example/wildcard_.a.example.crt"),
        "{path}"
    );
}

#[tokio::test]
async fn where_no_pair_is_valid_the_newest_says_why() {
    let mut scene = Scene::set().await;
    let [chain, key] = scene.caddy.pair(HOST);
    let right = [&chain, &key].map(|path| fs::read_to_string(path).unwrap());
    let fail = |code, path: &PathBuf| (State::Fail, code, path.display().to_string());

    // The site does not trust Caddy's CA.
    let root = scene.site.extra_ca.take();
    assert_eq!(scene.valid().await, fail(Code::Untrusted, &chain));
    scene.site.extra_ca = root;

    // Caddy was interrupted: it writes the certificate first, and the key after it.
    let ca = Ca::new("Test").unwrap();
    let other = ca.leaf().names([HOST]).issue().unwrap();
    fs::write(&key, other.key_pem()).unwrap();
    assert_eq!(scene.valid().await, fail(Code::KeyMismatch, &key));
    fs::write(&key, "no key").unwrap();
    assert_eq!(scene.valid().await, fail(Code::NotPem, &key));
    fs::remove_file(&key).unwrap();
    assert_eq!(scene.valid().await, fail(Code::FileMissing, &key));
    fs::write(&key, &right[1]).unwrap();

    let cut: String = right[0]
        .split_inclusive("-----END CERTIFICATE-----\n")
        .take(1)
        .collect();
    fs::write(&chain, cut).unwrap();
    assert_eq!(scene.valid().await, fail(Code::Untrusted, &chain));
    fs::write(&chain, &right[0][..100]).unwrap();
    assert_eq!(scene.valid().await, fail(Code::NotPem, &chain));
    scene.store(
        "local",
        HOST,
        &ca.leaf().names(["mail.b.example"]).issue().unwrap(),
    );
    assert_eq!(scene.valid().await, fail(Code::WrongSite, &chain));
}

#[tokio::test]
async fn a_storage_without_the_certificate_says_what_it_lacks() {
    let mut scene = Scene::set().await;
    let [chain, _] = scene.caddy.pair(HOST);
    fs::remove_dir_all(chain.parent().unwrap()).unwrap();
    let none = (State::Fail, Code::NoCertificate);
    assert_eq!(scene.verdicts().await, [none, none, OK, none, OK]);
    let step = scene.step("caddy_cert_valid").await;
    assert_eq!(step.evidence.name.as_deref(), Some(HOST));
    assert_eq!(
        step.evidence.path,
        Some(scene.caddy.certificates().display().to_string())
    );

    let missing = (State::Fail, Code::FileMissing);
    let nowhere = scene.path("nowhere");
    scene.storage().folder = nowhere;
    assert_eq!(scene.verdicts().await, [missing, missing, OK, missing, OK]);

    let unreachable = (State::Unknown, Code::HostUnreachable);
    scene.storage().place = Host::Ssh("ssh://desk@127.0.0.1:1".to_owned()).into();
    assert_eq!(
        scene.verdicts().await,
        [unreachable, unreachable, OK, unreachable, OK]
    );

    // Something else issues it: nothing is known of Caddy, and mox is looked at all the same.
    scene.cert().caddy = None;
    let skipped = (State::Skipped, Code::NotConfigured);
    assert_eq!(scene.verdicts().await, [skipped, skipped, OK, skipped, OK]);
    let step = scene.step("caddy_cert_valid").await;
    assert_eq!(step.evidence.wants.as_deref(), Some("certs.mail.source.caddy"));
}

#[tokio::test]
async fn a_pair_that_nobody_could_look_at_might_be_the_newest() {
    let scene = Scene::set().await;
    let folder = scene.caddy.certificates().join(ACME).join(HOST);
    // Where the certificate should be there is a folder.
    fs::create_dir_all(folder.join(format!("{HOST}.crt"))).unwrap();
    let unknown = (State::Unknown, Code::Unreadable);
    assert_eq!(scene.verdicts().await, [unknown, unknown, OK, unknown, OK]);
}
