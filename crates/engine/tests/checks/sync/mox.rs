//! What mox reads, and what it serves.

use super::{HOST, OK, Scene};
use engine::{Starttls, certs::Door, site::Host};
use model::{Code, Endpoint, State};
use std::{fs, path::PathBuf};
use testkit::{Ca, Peer, Port, hostile};

#[tokio::test]
async fn files_that_mox_could_not_start_with_are_found_out() {
    let scene = Scene::set().await;
    let [cert, key] = ["mail.crt", "mail.key"].map(|name| scene.path(name));
    let exists = async || {
        let step = scene.step("mox_cert_exists").await;
        (step.state, step.code, step.evidence.path.unwrap())
    };
    let fail = |code, path: &PathBuf| (State::Fail, code, path.display().to_string());

    let other = Ca::new("Test").unwrap().leaf().names([HOST]).issue().unwrap();
    fs::write(&key, other.key_pem()).unwrap();
    assert_eq!(exists().await, fail(Code::KeyMismatch, &key));
    fs::write(&key, "").unwrap();
    assert_eq!(exists().await, fail(Code::NotPem, &key));
    fs::remove_file(&key).unwrap();
    assert_eq!(exists().await, fail(Code::FileMissing, &key));
    fs::create_dir(&key).unwrap();
    let (state, code, _) = exists().await;
    assert_eq!((state, code), (State::Unknown, Code::Unreadable));

    fs::write(&cert, "").unwrap();
    assert_eq!(exists().await, fail(Code::NotPem, &cert));
    fs::remove_file(&cert).unwrap();
    let missing = (State::Fail, Code::FileMissing);
    // What it serves cannot be compared, and is as well deployed as nothing.
    assert_eq!(scene.verdicts().await, [OK, OK, missing, missing, missing]);
}

#[tokio::test]
async fn a_target_that_is_out_of_reach_is_unknown() {
    let mut scene = Scene::set().await;
    scene.cert().target.place = Host::Ssh("ssh://desk@127.0.0.1:1".to_owned()).into();
    let unknown = (State::Unknown, Code::HostUnreachable);
    assert_eq!(scene.verdicts().await, [OK, OK, unknown, unknown, unknown]);

    // What is proved wrong on the wire stays proved.
    let other = Ca::new("Test")
        .unwrap()
        .leaf()
        .names(["mail.b.example"])
        .issue()
        .unwrap();
    let wrong = Peer::serving(&other).await.unwrap();
    scene.site.imaps = Some(wrong.endpoint());
    let step = scene.step("mox_tls_993").await;
    assert_eq!((step.state, step.code), (State::Fail, Code::WrongSite));
}

#[tokio::test]
async fn the_wire_is_the_judge_of_a_deployment() {
    let mut scene = Scene::set().await;
    let closed = Port::new().unwrap();
    let silent = hostile::silent().await.unwrap();
    for (door, verdict) in [
        (closed.endpoint(), (State::Unknown, Code::Unreachable)),
        (silent.endpoint(), (State::Unknown, Code::Timeout)),
    ] {
        scene.site.imaps = Some(door);
        let step = scene.step("mox_tls_993").await;
        assert_eq!((step.state, step.code), verdict);
    }

    // It serves what its file has, and that is for somebody else.
    let other = Ca::new("Test")
        .unwrap()
        .leaf()
        .names(["mail.b.example"])
        .issue()
        .unwrap();
    other
        .write_as(&scene.path("mail.crt"), &scene.path("mail.key"))
        .unwrap();
    scene.site.imaps = Some(scene.mox.endpoint());
    let mut scene = scene.restart_mox().await;
    let stale = (State::Fail, Code::StaleDeploy);
    let wrong = (State::Fail, Code::WrongSite);
    assert_eq!(scene.verdicts().await, [OK, OK, OK, stale, wrong]);

    // The right file, in a mox that has not been restarted.
    scene.deploy();
    let step = scene.step("mox_tls_993").await;
    assert_eq!((step.state, step.code), (State::Fail, Code::NotServed));

    scene.site.imaps = None;
    let step = scene.step("mox_tls_993").await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(step.evidence.wants.as_deref(), Some("certs.mail.verify"));
}

#[tokio::test]
async fn the_door_is_that_of_the_certificate_else_the_sites() {
    let mut scene = Scene::set().await;
    let closed = Port::new().unwrap();
    let door = |endpoint: Endpoint, starttls| Door { endpoint, starttls };
    let asked = async |scene: &Scene| scene.step("mox_tls_993").await.evidence.endpoint.unwrap();
    let (mox, elsewhere) = (scene.mox.endpoint(), closed.endpoint());

    scene.cert().verify = vec![door(elsewhere.clone(), None)];
    assert_eq!(asked(&scene).await, mox.to_string(), "the site's");
    scene.site.imaps = None;
    scene.cert().verify = vec![door(elsewhere, Some(Starttls::Smtp)), door(mox.clone(), None)];
    assert_eq!(
        asked(&scene).await,
        mox.to_string(),
        "the first that speaks TLS at once"
    );
    let by_number = Endpoint::new("127.0.0.2", 993).unwrap();
    scene.site.imaps = Some(mox);
    scene.cert().verify.push(door(by_number.clone(), None));
    assert_eq!(asked(&scene).await, by_number.to_string(), "port 993");
}
