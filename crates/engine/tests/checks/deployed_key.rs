//! `cert_deployed_global`: whether the deployed key belongs to the deployed certificate.

use super::{HOST, Stage};
use model::{Code, Reason, State};
use std::{fs, process::Command};
use testkit::ca::KeyKind;

#[tokio::test]
async fn a_key_of_another_certificate_is_found_out_whatever_its_kind() {
    let stage = Stage::set().await;
    let issue = |kind| stage.ca.leaf().names([HOST]).key(kind).issue().unwrap();
    let kinds = [KeyKind::EcP256, KeyKind::Rsa2048, KeyKind::Ed25519];
    let foreign = kinds.map(issue);
    for kind in kinds {
        let issued = issue(kind);
        issued.write(&stage.path("live")).unwrap();
        stage.deploy(&issued);
        // The wire still has the first one, which says that nothing before it was wrong.
        assert_eq!(stage.deployed().await.code, Code::NotServed, "{kind:?}");
        for other in &foreign {
            fs::write(stage.path("mail.key"), other.key_pem()).unwrap();
            let step = stage.deployed().await;
            assert_eq!(
                (step.state, step.code),
                (State::Fail, Code::KeyMismatch),
                "{kind:?}"
            );
            assert!(step.evidence.path.unwrap().ends_with("mail.key"));
        }
    }

    // Old and foreign at once: with a foreign key the server does not even start again.
    stage.renew();
    assert_eq!(stage.deployed().await.code, Code::KeyMismatch);
}

#[tokio::test]
async fn a_key_is_known_in_every_form_that_openssl_writes() {
    let mut stage = Stage::set().await;
    (stage.site.imaps, stage.site.smtps) = (None, None);
    for (kind, header) in [
        (KeyKind::EcP256, "BEGIN EC PRIVATE KEY"),
        (KeyKind::Rsa2048, "BEGIN RSA PRIVATE KEY"),
    ] {
        let issued = stage.ca.leaf().names([HOST]).key(kind).issue().unwrap();
        issued.write(&stage.path("live")).unwrap();
        stage.deploy(&issued);
        let traditional = Command::new("openssl")
            .args(["pkey", "-traditional", "-in"])
            .arg(stage.path("mail.key"))
            .output()
            .unwrap();
        assert!(String::from_utf8_lossy(&traditional.stdout).contains(header));
        fs::write(stage.path("mail.key"), &traditional.stdout).unwrap();
        assert_eq!(stage.deployed().await.code, Code::Ok, "{header}");
    }

    // Key and chain in one file, as haproxy wants it.
    let both = format!("{}{}", stage.issued.key_pem(), stage.issued.fullchain_pem());
    stage.issued.write(&stage.path("live")).unwrap();
    fs::write(stage.path("both.pem"), both).unwrap();
    stage.site.deployed_cert = Some(stage.path("both.pem"));
    stage.site.deployed_key = Some(stage.path("both.pem"));
    assert_eq!(stage.deployed().await.code, Code::Ok);
}

#[tokio::test]
async fn a_key_that_cannot_be_compared_is_not_called_foreign() {
    let stage = Stage::set().await;
    let leaf = stage.ca.leaf().names([HOST]).key(KeyKind::Rsa1024);
    let small = leaf.issue().unwrap();
    small.write(&stage.path("live")).unwrap();
    stage.deploy(&small);
    let step = stage.deployed().await;
    assert_eq!(
        (step.state, step.code),
        (State::Unknown, Code::Unreadable),
        "{step:?}"
    );
    assert_eq!(step.evidence.reason, Some(Reason::RsaUnder2048));
}
