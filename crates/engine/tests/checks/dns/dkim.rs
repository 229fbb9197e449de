//! `dns_dkim`: the keys that the domain's mail is signed with, in every state.

use super::World;
use model::{Code, State};
use std::process::Command;

const CHECK: &str = "dns_dkim";

/// A new RSA public key as openssl writes it, in strings that fit into a TXT record.
fn rsa(bits: u16) -> String {
    let line = format!(
        "openssl genrsa {bits} 2>/dev/null | openssl rsa -pubout -outform DER 2>/dev/null | base64 -w0"
    );
    let done = Command::new("sh").args(["-c", &line]).output().unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(text.len() > 100, "openssl made no key");
    let (first, second) = text.split_at(100);
    format!("p={first}\" \"{second}")
}

#[tokio::test]
async fn a_key_is_judged_by_its_length_and_its_form() {
    let (ok, warn, fail) = (State::Ok, State::Warn, State::Fail);
    let key = rsa(2048);
    let edwards = "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let stories = [
        (
            "a",
            format!("s1._domainkey TXT \"v=DKIM1; k=rsa; {key}\""),
            ok,
            Code::Ok,
        ),
        (
            "b",
            format!("s1._domainkey TXT \"v=DKIM1; k=ed25519; {edwards}\""),
            ok,
            Code::Ok,
        ),
        (
            "c",
            "s1._domainkey CNAME s1._domainkey.a.example.".to_owned(),
            ok,
            Code::Ok,
        ),
        (
            "d",
            format!("s1._domainkey TXT \"v=DKIM1; {}\"", rsa(1024)),
            warn,
            Code::KeyWeak,
        ),
        (
            "e",
            format!("s1._domainkey TXT \"v=DKIM1; t=y; {key}\""),
            warn,
            Code::PolicyWeak,
        ),
        (
            "f",
            format!("s1._domainkey TXT \"v=DKIM1; {}\"", rsa(768)),
            fail,
            Code::KeyWeak,
        ),
        (
            "g",
            "s1._domainkey TXT \"v=DKIM1; p=\"".to_owned(),
            fail,
            Code::KeyRevoked,
        ),
        (
            "h",
            "s1._domainkey TXT \"v=DKIM1; p=AAAA\"".to_owned(),
            fail,
            Code::InvalidRecord,
        ),
        (
            "i",
            format!("s1._domainkey TXT \"{key}\"\ns1._domainkey TXT \"v=DKIM1; {edwards}\""),
            fail,
            Code::SeveralRecords,
        ),
        (
            "j",
            "other._domainkey TXT \"v=DKIM1; p=\"".to_owned(),
            fail,
            Code::NoSuchName,
        ),
        ("k", "s1._domainkey A 192.0.2.1".to_owned(), fail, Code::NoRecord),
        (
            "l",
            "s1._domainkey CNAME s1.elsewhere.test.".to_owned(),
            State::Unknown,
            Code::DnsFailed,
        ),
    ];
    let stories: Vec<_> = stories
        .iter()
        .map(|(name, records, state, code)| (*name, records.as_str(), *state, *code))
        .collect();
    let mut world = World::telling(&stories);
    world.site.dkim_selectors = vec!["s1".to_owned()];
    world.agrees(CHECK, &stories).await;

    // Of several selectors the worst speaks.
    world.site.dkim_selectors = vec!["s1".to_owned(), "s2".to_owned()];
    let step = world.step(CHECK, "a.example").await;
    assert_eq!((step.state, step.code), (State::Fail, Code::NoSuchName));
    assert_eq!(
        step.evidence.question.as_deref(),
        Some("s2._domainkey.a.example TXT")
    );
}

#[tokio::test]
async fn without_selectors_there_is_nothing_to_look_for() {
    let step = World::with("a.example", "").step(CHECK, "a.example").await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.dkim_selectors"));
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    let mut world = World::with("a.example", "");
    world.site.dkim_selectors = vec!["s1".to_owned()];
    world.knows_nothing_without_answers(CHECK, "a.example").await;
}
