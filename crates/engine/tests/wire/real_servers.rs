//! What dovecot, postfix and nginx's mail proxy serve is seen and judged as their clients would.

use super::{Operator, name};
use engine::{Limits, Site, Starttls, wire::x509::sha256};
use model::{Code, Domain, Endpoint, Language, Reason, State, message};
use std::{path::Path, time::Duration};
use testkit::{
    Ca, Door,
    ca::{Issued, KeyKind, Leaf, Usage},
    clock,
    servers::{MailServer, dovecot, nginx, postfix},
};

const HOST: &str = "mail.a.example";
/// In no certificate here.
const STRANGER: &str = "mail.betinsport.example";

type Case<'a> = (Leaf<'a>, State, Code, Option<Reason>);

fn ca() -> (Ca, Operator) {
    let ca = Ca::new("Test").unwrap();
    let operator = Operator::trusting(&ca, Limits::default());
    (ca, operator)
}

#[tokio::test]
async fn dovecot_is_well_on_993_and_behind_starttls_on_143() {
    let (ca, operator) = ca();
    let server = dovecot(&ca.leaf().names([HOST]).issue().unwrap()).await;
    for (door, starttls) in [(Door::Imaps, None), (Door::Imap, Some(Starttls::Imap))] {
        let outcome = operator.sees(&server.at(door), starttls, HOST).await;
        assert_eq!(
            (outcome.state, outcome.code),
            (State::Ok, Code::Ok),
            "{outcome:?}"
        );
        let seen = outcome.evidence;
        assert_eq!(seen.leaf.unwrap().sans, [HOST]);
        assert_eq!(seen.chain.len(), 2);
        assert_eq!(seen.tls_version.as_deref(), Some("TLSv1.3"));
        assert_eq!(seen.starttls.is_some(), starttls.is_some());
    }
}

#[tokio::test]
async fn postfix_is_well_on_465_and_behind_starttls_on_587_and_25() {
    let (ca, operator) = ca();
    let server = postfix(&ca.leaf().names([HOST]).issue().unwrap()).await;
    for (door, starttls) in [
        (Door::Smtps, None),
        (Door::Submission, Some(Starttls::Smtp)),
        (Door::Smtp, Some(Starttls::Smtp)),
    ] {
        let outcome = operator.sees(&server.at(door), starttls, HOST).await;
        assert_eq!(
            (outcome.state, outcome.code),
            (State::Ok, Code::Ok),
            "{door:?} {outcome:?}"
        );
    }
    let outcome = operator.sees(&server.at(Door::Smtps), None, STRANGER).await;
    assert_eq!((outcome.state, outcome.code), (State::Fail, Code::WrongSite));
    // The wrong protocol at the right door: TLS is not what port 25 speaks first.
    let outcome = operator.sees(&server.at(Door::Smtp), None, HOST).await;
    assert_eq!(
        (outcome.state, outcome.code),
        (State::Fail, Code::HandshakeFailed),
        "{outcome:?}"
    );
    assert_eq!(outcome.evidence.reason, Some(Reason::NotTls));
}

#[tokio::test]
async fn the_wrong_site_is_healed_by_another_certificate_and_a_reload() {
    let (ca, operator) = ca();
    let server = dovecot(&ca.leaf().names(["mail.b.example"]).issue().unwrap()).await;
    let ways = [(Door::Imaps, None), (Door::Imap, Some(Starttls::Imap))];
    for (door, starttls) in ways {
        let outcome = operator.sees(&server.at(door), starttls, HOST).await;
        assert_eq!((outcome.state, outcome.code), (State::Fail, Code::WrongSite));
    }
    let expanded = ca.leaf().names(["mail.b.example", HOST]).issue().unwrap();
    serve(&server, Door::Imaps, &operator, &expanded).await;
    for (door, starttls) in ways {
        let outcome = operator.sees(&server.at(door), starttls, HOST).await;
        assert_eq!((outcome.state, outcome.code), (State::Ok, Code::Ok), "{door:?}");
    }
}

#[tokio::test]
async fn one_server_shows_every_fault_of_a_certificate() {
    let (ca, operator) = ca();
    let stranger = Ca::new("Somebody else's").unwrap();
    let leaf = || ca.leaf().names([HOST]);
    let server = dovecot(&leaf().issue().unwrap()).await;
    let cases: [Case<'_>; 13] = [
        (ca.leaf().names(["*.a.example"]), State::Ok, Code::Ok, None),
        (leaf().key(KeyKind::Rsa2048).by_root(), State::Ok, Code::Ok, None),
        (
            leaf().usage(Usage::Unsaid).days_left(6, 50),
            State::Ok,
            Code::Ok,
            None,
        ),
        (leaf().days_left(47, 15), State::Warn, Code::ExpiresSoon, None),
        (
            ca.leaf().names(["mail.b.example"]),
            State::Fail,
            Code::WrongSite,
            None,
        ),
        (ca.leaf().cn(HOST), State::Fail, Code::CnOnly, None),
        (leaf().expired(), State::Fail, Code::Expired, None),
        (leaf().not_yet_valid(), State::Fail, Code::NotYetValid, None),
        (
            leaf().self_signed(),
            State::Fail,
            Code::Untrusted,
            Some(Reason::SelfSigned),
        ),
        (
            leaf().without_intermediate(),
            State::Fail,
            Code::Untrusted,
            Some(Reason::IncompleteChain),
        ),
        (
            stranger.leaf().names([HOST]),
            State::Fail,
            Code::Untrusted,
            Some(Reason::UnknownCa),
        ),
        (
            leaf().usage(Usage::ClientOnly),
            State::Fail,
            Code::Weak,
            Some(Reason::NoServerAuth),
        ),
        (leaf().as_ca(), State::Fail, Code::Weak, Some(Reason::LeafIsCa)),
    ];
    for (leaf, state, code, reason) in cases {
        let issued = leaf.issue().unwrap();
        serve(&server, Door::Imaps, &operator, &issued).await;
        let outcome = operator.sees(&server.at(Door::Imaps), None, HOST).await;
        let verdict = (outcome.state, outcome.code, outcome.evidence.reason);
        assert_eq!(verdict, (state, code, reason), "{:?}", outcome.evidence);
    }
}

#[tokio::test]
async fn the_proxys_global_certificate_is_the_wrong_site_for_who_is_not_in_it() {
    let (ca, operator) = ca();
    let issued = ca.leaf().names([HOST, "mail.b.example"]).issue().unwrap();
    let server = nginx(&issued).await;
    for (door, starttls) in [
        (Door::Imaps, None),
        (Door::Smtps, None),
        (Door::Imap, Some(Starttls::Imap)),
    ] {
        for host in [HOST, "mail.b.example"] {
            let outcome = operator.sees(&server.at(door), starttls, host).await;
            assert_eq!(outcome.code, Code::Ok, "{door:?} {host}");
        }
        let outcome = operator.sees(&server.at(door), starttls, STRANGER).await;
        assert_eq!((outcome.state, outcome.code), (State::Fail, Code::WrongSite));
        assert_eq!(
            message::say(outcome.code, &outcome.evidence, Language::Pt),
            format!("Wrong Site — SAN não inclui {STRANGER} (CN={HOST})")
        );
        assert_eq!(outcome.evidence.leaf.unwrap().cn.as_deref(), Some(HOST));
    }
}

#[tokio::test]
async fn a_file_that_was_replaced_is_not_served_before_the_reload() {
    let ca = Ca::new("Test").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (before, renewed) = (
        ca.leaf().names([HOST]).issue().unwrap(),
        ca.leaf().names([HOST]).issue().unwrap(),
    );
    let server = nginx(&before).await;
    let site = site(&server, folder.path(), &ca);
    let operator = Operator::of(std::slice::from_ref(&site), Limits::default());
    let domain = Domain::plain(name("a.example"));
    let deployed = async || operator.checks(&site, &domain, "cert_deployed_global").await;

    before.write(folder.path()).unwrap();
    assert_eq!(deployed().await.code, Code::Ok);

    // Issued, and there it stays.
    renewed.write(folder.path()).unwrap();
    let step = deployed().await;
    assert_eq!((step.state, step.code), (State::Fail, Code::StaleDeploy));

    // Deployed, and nobody told nginx.
    server.replace(&renewed);
    let step = deployed().await;
    assert_eq!((step.state, step.code), (State::Warn, Code::NotServed));
    assert_eq!(step.evidence.leaf.unwrap().sha256, sha256(renewed.leaf()));
    assert_eq!(step.evidence.served.unwrap().sha256, sha256(before.leaf()));

    server.reload();
    let is_well = async || deployed().await.code == Code::Ok;
    assert!(clock::until(Duration::from_secs(20), is_well).await);

    // A key that belongs to another certificate: nginx would not even start again.
    std::fs::write(&server.deployed()[1], before.key_pem()).unwrap();
    let step = deployed().await;
    assert_eq!((step.state, step.code), (State::Fail, Code::KeyMismatch));
}

#[tokio::test]
async fn a_stopped_dovecot_is_unknown_and_says_why() {
    let (ca, operator) = ca();
    let mut server = dovecot(&ca.leaf().names([HOST]).issue().unwrap()).await;
    let endpoint = server.at(Door::Imaps);
    assert_eq!(operator.sees(&endpoint, None, HOST).await.code, Code::Ok);
    server.stop();
    let outcome = operator.sees(&endpoint, None, HOST).await;
    assert_eq!((outcome.state, outcome.code), (State::Unknown, Code::Unreachable));
    assert_eq!(outcome.evidence.reason, Some(Reason::Refused));
    server.start_again().await;
    assert_eq!(operator.sees(&endpoint, None, HOST).await.code, Code::Ok);
}

/// Deploys, reloads, and waits until it is on the wire.
async fn serve(server: &MailServer, door: Door, operator: &Operator, issued: &Issued) {
    server.replace(issued);
    server.reload();
    let wanted = sha256(issued.leaf());
    let endpoint: Endpoint = server.at(door);
    let on_the_wire = async || {
        let seen = operator.sees(&endpoint, None, HOST).await.evidence;
        seen.leaf.is_some_and(|leaf| leaf.sha256 == wanted)
    };
    assert!(
        clock::until(Duration::from_secs(20), on_the_wire).await,
        "it was never served"
    );
}

/// A site as an operator configures it, whose lineage is `folder`.
fn site(server: &MailServer, folder: &Path, ca: &Ca) -> Site {
    let [cert, key] = server.deployed();
    Site {
        name: "proxy".to_owned(),
        imaps: Some(server.at(Door::Imaps)),
        smtps: Some(server.at(Door::Smtps)),
        extra_ca: Some(ca.write_root(folder).unwrap()),
        lineage: Some(folder.to_owned()),
        deployed_cert: Some(cert),
        deployed_key: Some(key),
        ..Site::default()
    }
}
