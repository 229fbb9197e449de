//! `dns_spf`: who may send mail of the domain, in every state.

use super::World;
use model::{Code, Language, Reason, State};
use testkit::servers::Zone;

const CHECK: &str = "dns_spf";

#[tokio::test]
async fn a_record_is_judged_by_whom_it_lets_send() {
    let (ok, warn, fail) = (State::Ok, State::Warn, State::Fail);
    let stories = [
        (
            "a",
            "@ TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/64 -all\"\n@ TXT \"other\"",
            ok,
            Code::Ok,
        ),
        (
            "b",
            "@ TXT \"v=spf1 mx \" \"~all\"\n@ MX 1 m\nm A 192.0.2.1\nm AAAA 2001:db8::1",
            ok,
            Code::Ok,
        ),
        (
            "c",
            "@ TXT \"v=spf1 include:a.example ?all\"",
            warn,
            Code::PolicyWeak,
        ),
        ("d", "@ TXT \"v=spf1 a:m.b.example\"", warn, Code::PolicyWeak),
        ("e", "@ TXT \"v=spf1 redirect=a.example\"", ok, Code::Ok),
        (
            "f",
            "@ TXT \"v=spf1 exists:%{ir}.%{v}.ok.%{d} -all\"\n1.2.0.192.in-addr.ok A 127.0.0.2",
            fail,
            Code::NotAuthorised,
        ),
        ("g", "@ TXT \"v=spf1 +all\"", fail, Code::PolicyWeak),
        ("h", "@ TXT \"v=spf1 ip4:0.0.0.0/0 -all\"", fail, Code::PolicyWeak),
        (
            "i",
            "@ TXT \"v=spf1 ip4:192.0.2.1 -all\"",
            fail,
            Code::NotAuthorised,
        ),
        ("j", "@ TXT \"v=spf1 -all\"", fail, Code::NotAuthorised),
        ("k", "@ A 192.0.2.1", fail, Code::NotPublished),
        (
            "l",
            "@ TXT \"v=spf1 a -all\"\n@ TXT \"v=spf1 mx -all\"",
            fail,
            Code::SeveralRecords,
        ),
        (
            "m",
            "@ TXT \"v=spf1 ipv4:192.0.2.1 -all\"",
            fail,
            Code::InvalidRecord,
        ),
        (
            "n",
            "@ TXT \"v=spf1 include:k.example -all\"",
            fail,
            Code::InvalidRecord,
        ),
        (
            "o",
            "@ TXT \"v=spf1 include:o.example -all\"",
            fail,
            Code::TooManyLookups,
        ),
        (
            "p",
            "@ TXT \"v=spf1 a:1.p.example a:2.p.example a:3.p.example -all\"",
            fail,
            Code::InvalidRecord,
        ),
        (
            "q",
            "@ TXT \"v=spf1 include:elsewhere.test -all\"",
            State::Unknown,
            Code::DnsFailed,
        ),
        ("r", "@ TXT \"v=spf1 ptr -all\"", fail, Code::NotAuthorised),
    ];
    let world = World::telling(&stories).expecting(&["192.0.2.1", "2001:db8::1"]);
    world.agrees(CHECK, &stories).await;
    let nowhere = world.verdict(CHECK, "nowhere.a.example").await;
    assert_eq!(nowhere, (State::Fail, Code::NoSuchName));
}

#[tokio::test]
async fn ten_lookups_are_allowed_and_no_more_wherever_they_stand() {
    let many = |count: usize| (0..count).map(|_| "mx ").collect::<String>();
    let records = |count| {
        format!(
            "@ TXT \"v=spf1 ip4:192.0.2.1 {}-all\"\n@ MX 1 m\nm A 192.0.2.7",
            many(count)
        )
    };
    let world = World::of(&[
        Zone::new("a.example", records(10)),
        Zone::new("b.example", records(11)),
        Zone::new("c.example", "@ TXT \"v=spf1 include:a.example -all\""),
    ])
    .expecting(&["192.0.2.1"]);
    assert_eq!(world.verdict(CHECK, "a.example").await, (State::Ok, Code::Ok));
    // The site's own address matches before any lookup; strangers meet them all.
    for name in ["b.example", "c.example"] {
        assert_eq!(
            world.verdict(CHECK, name).await,
            (State::Fail, Code::TooManyLookups)
        );
    }
}

#[tokio::test]
async fn without_expected_addresses_the_mail_host_must_be_let_send() {
    let records = "@ TXT \"v=spf1 a:mail.a.example -all\"\nmail A 192.0.2.1";
    let world = World::with("a.example", records);
    assert_eq!(world.verdict(CHECK, "a.example").await, (State::Ok, Code::Ok));
    let world = World::with(
        "a.example",
        "@ TXT \"v=spf1 ip4:192.0.2.9 -all\"\nmail A 192.0.2.1",
    );
    let step = world.step(CHECK, "a.example").await;
    assert_eq!(
        step.say(Language::En).message,
        "DNS: a.example TXT does not authorise 192.0.2.1"
    );
}

#[tokio::test]
async fn why_a_policy_is_weak_is_said_in_both_languages() {
    let world = World::with("a.example", "@ TXT \"v=spf1 +all\"");
    let step = world.step(CHECK, "a.example").await;
    assert_eq!(step.evidence.reason, Some(Reason::AnybodyMaySend));
    let said = step.say(Language::Pt).message;
    assert!(said.ends_with("autoriza qualquer remetente (+all)"), "{said}");
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    let world = World::with("a.example", "@ TXT \"v=spf1 -all\"");
    world.knows_nothing_without_answers(CHECK, "a.example").await;
}
