//! `dns_mail`: where mail for a domain goes, in every state.

use super::World;
use engine::{checks, reproduce};
use model::{Code, DomainName, Language, State};
use std::process::Command;
use testkit::dns::NameServer;

const CHECK: &str = "dns_mail";
const GOOD: &str = "@ MX 10 mail\nmail A 192.0.2.1\nmail AAAA 2001:db8::1";

#[tokio::test]
async fn an_mx_that_leads_to_the_mail_host_is_ok_and_says_where() {
    let world = World::with("a.example", GOOD).expecting(&["192.0.2.1", "2001:db8::1"]);
    let step = world.step(CHECK, "a.example").await;
    assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
    assert_eq!(
        step.say(Language::En).message,
        "DNS: a.example MX: 10 mail.a.example, 192.0.2.1, 2001:db8::1"
    );
}

#[tokio::test]
async fn what_leads_elsewhere_fails_and_what_leads_there_too_warns() {
    let stories = [
        ("a", GOOD, State::Ok, Code::Ok),
        (
            "b",
            "@ MX 10 MAIL\nmail CNAME host\nhost A 192.0.2.1",
            State::Ok,
            Code::Ok,
        ),
        (
            "c",
            "@ MX 10 mx.filter.example.\nmail A 192.0.2.1",
            State::Ok,
            Code::Ok,
        ),
        ("d", "@ MX 10 mail\nmail AAAA 2001:db8::1", State::Ok, Code::Ok),
        (
            "e",
            "@ MX 20 backup\n@ MX 10 mail\nmail A 192.0.2.1",
            State::Ok,
            Code::Ok,
        ),
        (
            "f",
            "@ MX 5 mx.other.example.\n@ MX 10 mail\nmail A 192.0.2.1",
            State::Warn,
            Code::WrongRecord,
        ),
        (
            "g",
            "@ MX 10 mail\nmail A 192.0.2.1\nmail A 192.0.2.9",
            State::Warn,
            Code::WrongRecord,
        ),
        (
            "h",
            "@ MX 10 mail\nmail A 192.0.2.9",
            State::Fail,
            Code::WrongRecord,
        ),
        (
            "i",
            "@ MX 10 mx.other.example.\nmail A 192.0.2.1",
            State::Fail,
            Code::WrongRecord,
        ),
        // The null MX (RFC 7505): the domain takes no mail.
        ("j", "@ MX 0 .\nmail A 192.0.2.1", State::Fail, Code::WrongRecord),
        (
            "k",
            "@ A 192.0.2.1\nmail A 192.0.2.1",
            State::Fail,
            Code::NoRecord,
        ),
        ("l", "@ MX 10 mail", State::Fail, Code::NoSuchName),
        ("m", "@ MX 10 mail\nmail TXT here", State::Fail, Code::NoRecord),
        // Aliases without end.
        (
            "n",
            "@ MX 10 mail\nmail CNAME loop\nloop CNAME mail",
            State::Fail,
            Code::NoRecord,
        ),
        (
            "o",
            "@ MX 10 mail\nmail CNAME host.elsewhere.test.",
            State::Unknown,
            Code::DnsFailed,
        ),
    ];
    let mut world = World::telling(&stories).expecting(&["192.0.2.1", "2001:db8::1"]);
    world.site.mx = vec![DomainName::parse("mx.filter.example").unwrap()];
    world.agrees(CHECK, &stories).await;
    let nowhere = world.verdict(CHECK, "nowhere.a.example").await;
    assert_eq!(nowhere, (State::Fail, Code::NoSuchName));
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    let world = World::with("a.example", GOOD);
    // The name server refuses what is not its own.
    let foreign = world.verdict(CHECK, "b.example").await;
    assert_eq!(foreign, (State::Unknown, Code::DnsFailed));
    world.knows_nothing_without_answers(CHECK, "a.example").await;
}

#[tokio::test]
async fn an_answer_too_long_for_a_datagram_is_read_over_tcp() {
    let many: Vec<_> = (0..200).map(|n| format!("@ MX {} mx{n}", n + 20)).collect();
    let world = World::with("a.example", &format!("{GOOD}\n{}", many.join("\n")));
    let verdict = world.verdict(CHECK, "a.example").await;
    assert_eq!(verdict.0, State::Ok, "{verdict:?}");
}

#[tokio::test]
async fn a_domain_is_asked_for_once_whoever_asks() {
    let mut world = World::with("a.example", GOOD);
    let between = NameServer::before(&world.knot.endpoint()).await.unwrap();
    world.site.resolver = Some(between.endpoint());
    let chosen = [checks::find(CHECK).unwrap(); 3];
    let twice = [super::domain("a.example"), super::domain("a.example")];
    world.sweep(&twice, &chosen).await;
    let mut asked = between.asked();
    asked.sort_unstable();
    assert_eq!(asked, ["a.example MX", "mail.a.example A", "mail.a.example AAAA"]);
}

#[tokio::test]
async fn the_command_below_a_failure_shows_the_same_answer() {
    let world = World::with("a.example", "@ MX 10 mx.other.example.\nmail A 192.0.2.1");
    let step = world.step(CHECK, "a.example").await;
    let line = reproduce::command(step.code, &step.evidence).unwrap();
    let done = Command::new("sh").args(["-c", &line]).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(said.contains("mx.other.example."), "{line}: {said}");
}
