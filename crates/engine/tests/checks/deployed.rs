//! `cert_deployed_global`: the file that the server reads against the issued one and the wire.

use super::{HOST, Stage, Verdict, large};
use engine::{
    Site,
    site::Host,
    wire::x509::{self, sha256},
};
use model::{Code, Language, State, Step};
use std::{fs, os::unix::fs::symlink, path::PathBuf};
use testkit::{Peer, Port, ca::Issued};

const CHECK: &str = "cert_deployed_global";

/// The keys of a site that name the files, in the order in which the check wants them.
type Key = (&'static str, fn(&mut Site) -> &mut Option<PathBuf>);

const KEYS: [Key; 3] = [
    ("lineage", |site| &mut site.lineage),
    ("deployed_cert", |site| &mut site.deployed_cert),
    ("deployed_key", |site| &mut site.deployed_key),
];

impl Stage {
    /// Renewed in the lineage, and not deployed.
    pub(super) fn renew(&self) -> Issued {
        let renewed = self.ca.leaf().names([HOST]).issue().unwrap();
        renewed.write(&self.path("live")).unwrap();
        renewed
    }

    pub(super) fn deploy(&self, issued: &Issued) {
        let (cert, key) = (self.path("mail.crt"), self.path("mail.key"));
        issued.write_as(&cert, &key).unwrap();
    }

    pub(super) async fn deployed(&self) -> Step {
        self.step(CHECK).await
    }
}

#[tokio::test]
async fn the_issued_certificate_in_its_place_is_ok() {
    let mut stage = Stage::set().await;
    let step = stage.deployed().await;
    assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
    let leaf = step.evidence.leaf.unwrap();
    assert_eq!(leaf.sha256, sha256(stage.issued.leaf()));
    assert_eq!(step.evidence.issued, Some(leaf));

    // A lineage may be the file itself, and certbot's are links into its archive.
    fs::rename(stage.path("live"), stage.path("archive")).unwrap();
    let link = stage.path("linked.pem");
    symlink("archive/fullchain.pem", &link).unwrap();
    for lineage in [stage.path("archive/fullchain.pem"), link] {
        stage.site.lineage = Some(lineage.clone());
        assert_eq!(stage.deployed().await.code, Code::Ok, "{lineage:?}");
    }
}

#[tokio::test]
async fn a_stale_deploy_names_both_serials_and_expiries() {
    let stage = Stage::set().await;
    let renewed = stage.renew();
    let step = stage.deployed().await;
    assert_eq!((step.state, step.code), (State::Fail, Code::StaleDeploy));
    let facts = |issued: &Issued| x509::facts(issued.leaf()).unwrap().leaf;
    let (deployed, issued) = (facts(&stage.issued), facts(&renewed));
    assert_ne!(deployed.serial, issued.serial);
    for language in [Language::Pt, Language::En] {
        let message = step.say(language).message;
        for leaf in [&deployed, &issued] {
            assert!(message.contains(&leaf.short_serial()), "{message}");
            assert!(message.contains(&leaf.not_after.to_string()), "{message}");
        }
    }
    assert_eq!(
        (step.evidence.leaf, step.evidence.issued),
        (Some(deployed), Some(issued))
    );

    stage.deploy(&renewed);
    // Right on the disk; the server's port goes on with what it read at its start.
    assert_eq!(stage.deployed().await.code, Code::NotServed);
}

#[tokio::test]
async fn a_port_that_goes_on_with_another_leaf_is_a_warning() {
    let mut stage = Stage::set().await;
    let old = stage.ca.leaf().names([HOST]).issue().unwrap();
    let behind = Peer::serving(&old).await.unwrap();
    let well = stage.site.imaps.replace(behind.endpoint());
    for _ in ["imaps", "smtps"] {
        let step = stage.deployed().await;
        assert_eq!(
            (step.state, step.state.ok(), step.code),
            (State::Warn, Some(true), Code::NotServed)
        );
        assert_eq!(step.evidence.endpoint, Some(behind.endpoint().to_string()));
        assert_eq!(
            step.evidence.leaf.unwrap().sha256,
            sha256(stage.issued.leaf()),
            "deployed"
        );
        assert_eq!(step.evidence.served.unwrap().sha256, sha256(old.leaf()), "served");
        stage.site.imaps.clone_from(&well);
        stage.site.smtps = Some(behind.endpoint());
    }

    // What a closed port serves is not known, and the ports' own checks say so: here the files are asked.
    let closed = Port::new().unwrap();
    (stage.site.imaps, stage.site.smtps) = (Some(closed.endpoint()), None);
    let step = stage.deployed().await;
    assert_eq!((step.code, step.evidence.served), (Code::Ok, None));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_which_and_why() {
    let mut stage = Stage::set().await;
    let right = stage.site.clone();
    for (path, verdict) in stage.unreadable() {
        for (key, of) in KEYS {
            // Only what ends as a certificate's file does is one; any other lineage is a folder.
            if key == "lineage" && path.extension().is_none() {
                continue;
            }
            stage.site = right.clone();
            *of(&mut stage.site) = Some(path.clone());
            let step = stage.deployed().await;
            assert_eq!((step.state, step.code), verdict, "{key} {path:?}");
            assert_eq!(step.evidence.path, Some(path.display().to_string()));
            assert_eq!(step.evidence.host.as_deref(), Some("local"));
        }
    }
    stage.site = right;
    stage.site.lineage = Some(stage.path("nowhere"));
    let step = stage.deployed().await;
    assert_eq!(step.code, Code::FileMissing);
    assert!(step.evidence.path.unwrap().ends_with("nowhere/fullchain.pem"));
}

#[tokio::test]
async fn what_is_no_pem_is_a_failure() {
    let mut stage = Stage::set().await;
    let right = stage.site.clone();
    let chain = stage.issued.fullchain_pem();
    let cut = &chain[..chain.len() / 4];
    for text in [
        "",
        "mail.a.example\n",
        "\0\0\0\0",
        "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\nbm8ga2V5\n-----END PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
        cut,
    ] {
        fs::write(stage.path("odd.pem"), text).unwrap();
        for (key, of) in KEYS {
            stage.site = right.clone();
            *of(&mut stage.site) = Some(stage.path("odd.pem"));
            let step = stage.deployed().await;
            assert_eq!(
                (step.state, step.code),
                (State::Fail, Code::NotPem),
                "{key} {text:?}"
            );
        }
    }
    // DER, which a server that wants PEM does not read either.
    fs::write(stage.path("odd.pem"), stage.issued.leaf()).unwrap();
    stage.site = right;
    stage.site.deployed_cert = Some(stage.path("odd.pem"));
    assert_eq!(stage.deployed().await.code, Code::NotPem);
}

#[tokio::test]
async fn a_file_is_read_up_to_its_bound_and_not_beyond() {
    let mut stage = Stage::set().await;
    let right = stage.site.clone();
    for ((key, of), bound) in KEYS.into_iter().zip([1024 * 1024, 1024 * 1024, 64 * 1024]) {
        let text = if key == "deployed_key" {
            stage.issued.key_pem().to_owned()
        } else {
            stage.issued.fullchain_pem()
        };
        let padded = format!("{text}{}", "\n".repeat(bound - text.len()));
        fs::write(stage.path("full.pem"), padded).unwrap();
        large(&stage.path("large.pem"), bound as u64 + 1);
        let wanted: [(&str, Verdict); 2] = [
            ("full.pem", (State::Ok, Code::Ok)),
            ("large.pem", (State::Unknown, Code::TooLarge)),
        ];
        for (file, verdict) in wanted {
            stage.site = right.clone();
            *of(&mut stage.site) = Some(stage.path(file));
            assert_eq!(stage.verdict(CHECK).await, verdict, "{key} {file}");
        }
    }
}

#[tokio::test]
async fn a_site_that_leaves_a_key_out_is_told_which() {
    let mut stage = Stage::set().await;
    let right = stage.site.clone();
    for (key, of) in KEYS {
        stage.site = right.clone();
        *of(&mut stage.site) = None;
        let step = stage.deployed().await;
        assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
        assert_eq!(step.evidence.wants, Some(format!("sites.vm112.{key}")));
        assert!(step.say(Language::Pt).message.contains(key));
    }
}

#[tokio::test]
async fn a_host_that_is_out_of_reach_is_unknown() {
    let mut stage = Stage::set().await;
    stage.site.host = Host::Ssh("ssh://desk@127.0.0.1:1".to_owned());
    let step = stage.deployed().await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::HostUnreachable));
    assert_eq!(step.evidence.host.as_deref(), Some("ssh://desk@127.0.0.1:1"));
}
