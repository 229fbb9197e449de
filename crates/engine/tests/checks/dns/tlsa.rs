//! `dns_tlsa`: the key that senders demand and the one that is served, in every state, over signed zones.

use super::World;
use engine::wire::x509;
use model::{Code, DomainName, State};
use testkit::{
    Ca, Door, Peer, Port, Script,
    ca::Issued,
    dns::NameServer,
    servers::{Zone, postfix},
    talk::Protocol,
};

const CHECK: &str = "dns_tlsa";

/// `example` and the zones below it, whose proofs begin with its key; port 25 serves the certificate.
async fn world(issued: &Issued, zones: Vec<Zone>) -> (World, Peer) {
    let parent = Zone::new("example", "").signed();
    let mut world = World::of(&[vec![parent], zones].concat());
    world.anchors = world.knot.anchor("example").parse().unwrap();
    let server = Script::new(Protocol::Smtp, issued)
        .unwrap()
        .start()
        .await
        .unwrap();
    world.site.smtp = Some(server.endpoint());
    (world, server)
}

fn records(tlsa: &str) -> String {
    format!("@ MX 10 mail\nmail A 127.0.0.1\n{tlsa}")
}

/// The SHA-256 of a certificate's key.
fn of_key(der: &[u8]) -> String {
    x509::sha256(x509::parse(der).unwrap().public_key().raw)
}

#[tokio::test]
async fn one_record_must_match_what_is_served() {
    let ca = Ca::new("Test").unwrap();
    // Of `mail.n.example` the certificate knows nothing.
    let names = "abcdefghijklm".chars().map(|name| format!("mail.{name}.example"));
    let issued = ca.leaf().names(names).issue().unwrap();
    let [leaf, above] = issued.chain() else {
        panic!("a leaf and an intermediate");
    };
    let wrong = "0".repeat(64);
    let line = |numbers: &str, data: &str| format!("_25._tcp.mail TLSA {numbers} {data}\n");
    let (ok, fail) = (State::Ok, State::Fail);
    let stories = [
        ("a", line("3 1 1", &of_key(leaf)), ok, Code::Ok),
        ("b", line("3 0 1", &x509::sha256(leaf)), ok, Code::Ok),
        ("c", line("3 0 0", &x509::hex(leaf)), ok, Code::Ok),
        ("d", line("2 0 1", &x509::sha256(above)), ok, Code::Ok),
        ("e", line("2 1 1", &of_key(above)), ok, Code::Ok),
        (
            "f",
            line("3 1 1", &wrong) + &line("3 1 1", &of_key(leaf)),
            ok,
            Code::Ok,
        ),
        (
            "g",
            "_25._tcp.mail CNAME _25._tcp.mail.a.example.".to_owned(),
            ok,
            Code::Ok,
        ),
        ("h", line("3 1 1", &wrong), fail, Code::TlsaMismatch),
        ("i", line("3 1 1", &of_key(above)), fail, Code::TlsaMismatch),
        ("j", line("2 0 1", &x509::sha256(leaf)), fail, Code::TlsaMismatch),
        ("k", line("1 1 1", &of_key(leaf)), fail, Code::InvalidRecord),
        ("l", line("3 1 2", &of_key(leaf)), fail, Code::InvalidRecord),
        ("m", String::new(), State::Warn, Code::NotPublished),
        // Under an authority the name counts; of a leaf that is named itself it does not.
        ("n", line("2 0 1", &x509::sha256(above)), fail, Code::TlsaMismatch),
        ("o", line("3 1 1", &of_key(leaf)), ok, Code::Ok),
    ];
    let zones = stories
        .iter()
        .map(|(name, tlsa, ..)| Zone::new(&format!("{name}.example"), records(tlsa)).signed());
    let (world, _server) = world(&issued, zones.collect()).await;
    let stories: Vec<_> = stories
        .iter()
        .map(|(name, tlsa, state, code)| (*name, tlsa.as_str(), *state, *code))
        .collect();
    world.agrees(CHECK, &stories).await;
    let step = world.step(CHECK, "h.example").await;
    assert_eq!(
        step.evidence.question.as_deref(),
        Some("_25._tcp.mail.h.example TLSA")
    );
    assert_eq!(step.evidence.found, [format!("3 1 1 {wrong}")]);
}

#[tokio::test]
async fn without_a_proof_the_records_do_not_count() {
    let ca = Ca::new("Test").unwrap();
    let issued = ca.leaf().names(["mail.a.example"]).issue().unwrap();
    let tlsa = records(&format!("_25._tcp.mail TLSA 3 1 1 {}", of_key(issued.leaf())));
    let zones = vec![
        Zone::new("a.example", &tlsa).signed(),
        Zone::new("b.example", &tlsa),
        Zone::new("c.example", &tlsa).disowned(),
        Zone::new("d.example", records("")),
        Zone::new("e.example", records("")).disowned(),
    ];
    let (mut world, _server) = world(&issued, zones).await;
    for (name, verdict) in [
        ("a.example", (State::Ok, Code::Ok)),
        ("b.example", (State::Warn, Code::NotSigned)),
        ("c.example", (State::Fail, Code::DnssecBogus)),
        ("d.example", (State::Warn, Code::NotPublished)),
        ("e.example", (State::Fail, Code::DnssecBogus)),
    ] {
        assert_eq!(world.verdict(CHECK, name).await, verdict, "{name}");
    }

    // A resolver that drops signatures makes the best zone look forged, and is found out.
    let old = NameServer::old_before(&world.knot.endpoint()).await.unwrap();
    world.site.resolver = Some(old.endpoint());
    for name in ["a.example", "c.example"] {
        let step = world.step(CHECK, name).await;
        assert_eq!(
            (step.state, step.code),
            (State::Unknown, Code::DnsFailed),
            "{name}"
        );
        let detail = step.evidence.detail.unwrap();
        assert!(detail.contains("does not hand on"), "{detail}");
    }

    // Nobody's key is an anchor that leads anywhere.
    world.site.resolver = Some(world.knot.endpoint());
    world.anchors = world.knot.anchor("c.example").parse().unwrap();
    let elsewhere = world.verdict(CHECK, "a.example").await;
    assert_ne!(elsewhere.0, State::Ok);
}

#[tokio::test]
async fn postfix_is_held_to_its_record_as_it_is_and_after_a_new_key() {
    let ca = Ca::new("Test").unwrap();
    let leaf = || ca.leaf().names(["mail.a.example"]).issue().unwrap();
    let (old, new) = (leaf(), leaf());
    let tlsa = records(&format!("_25._tcp.mail TLSA 3 1 1 {}", of_key(old.leaf())));
    let (mut world, _) = world(&old, vec![Zone::new("a.example", tlsa).signed()]).await;
    for (issued, verdict) in [
        (&old, (State::Ok, Code::Ok)),
        (&new, (State::Fail, Code::TlsaMismatch)),
    ] {
        let server = postfix(issued).await;
        world.site.smtp = Some(server.at(Door::Smtp));
        assert_eq!(world.verdict(CHECK, "a.example").await, verdict);
    }
}

#[tokio::test]
async fn another_exchange_of_the_sites_own_has_a_record_and_a_name_of_its_own() {
    let ca = Ca::new("Test").unwrap();
    let issued = ca.leaf().names(["mx.a.example"]).issue().unwrap();
    let own = format!(
        "@ MX 10 mx\nmx A 127.0.0.1\n_25._tcp.mx TLSA 2 0 1 {}",
        x509::sha256(&issued.chain()[1])
    );
    let (mut world, _server) = world(&issued, vec![Zone::new("a.example", own).signed()]).await;
    assert_eq!(
        world.verdict(CHECK, "a.example").await,
        (State::Fail, Code::WrongRecord)
    );
    world.site.mx = vec![DomainName::parse("mx.a.example").unwrap()];
    assert_eq!(world.verdict(CHECK, "a.example").await, (State::Ok, Code::Ok));
}

#[tokio::test]
async fn without_a_server_or_an_answer_nothing_is_known() {
    let ca = Ca::new("Test").unwrap();
    let issued = ca.leaf().names(["mail.a.example"]).issue().unwrap();
    let tlsa = records(&format!("_25._tcp.mail TLSA 3 1 1 {}", of_key(issued.leaf())));
    let (mut world, _server) = world(&issued, vec![Zone::new("a.example", tlsa).signed()]).await;
    let smtp = world.site.smtp.take();
    let step = world.step(CHECK, "a.example").await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.smtp"));
    let closed = Port::new().unwrap();
    world.site.smtp = Some(closed.endpoint());
    assert_eq!(
        world.verdict(CHECK, "a.example").await,
        (State::Unknown, Code::Unreachable)
    );
    world.site.smtp = smtp;
    world.knows_nothing_without_answers(CHECK, "a.example").await;
}
