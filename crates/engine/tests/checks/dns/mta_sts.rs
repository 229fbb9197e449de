//! `dns_mta_sts`: the policy that senders deliver by, in every state, from a real web server.

use super::{Story, World};
use engine::reproduce;
use model::{Code, Endpoint, State};
use std::{fmt::Write, fs, os::unix::fs::PermissionsExt, path::Path, process::Command};
use testkit::{
    Ca, Door, Port,
    ca::Issued,
    hostile,
    servers::{MailServer, Zone, nginx_web},
};

const CHECK: &str = "dns_mta_sts";
const RECORD: &str = "_mta-sts TXT \"v=STSv1; id=20260101;\"\n@ MX 10 mail\n@ MX 20 backup\n";
const GOOD: &str = "version: STSv1\\nmode: enforce\\nmx: mail.$host_of\\nmx: *.$host_of\\nmax_age: 604800\\n";

/// nginx with a policy, or something else, for each domain's name.
async fn serving(issued: &Issued, pages: &[(&str, &str)], folder: &Path) -> MailServer {
    let long = folder.join("long.txt");
    fs::write(&long, "x: y\n".repeat(20_000)).unwrap();
    let mut block = "location = /.well-known/mta-sts.txt {\n  default_type text/plain;\n".to_owned();
    for (name, says) in pages {
        let says = says.replace("$host_of", &format!("{name}.example"));
        let _ = writeln!(block, "  if ($host = mta-sts.{name}.example) {{ {says} }}");
    }
    let _ = write!(
        block,
        "  return 404;\n}}\nlocation = /html {{ default_type text/html; {good} }}
         location = /long {{ default_type text/plain; alias {long}; }}",
        good = policy("x"),
        long = long.display(),
    );
    nginx_web(issued, &block, "return 404;").await
}

fn policy(text: &str) -> String {
    format!("return 200 '{text}';")
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table: one entry a story")]
async fn a_policy_is_judged_by_what_senders_make_of_it() {
    let (ok, warn, fail) = (State::Ok, State::Warn, State::Fail);
    let good = policy(GOOD);
    let with = |from: &str, to: &str| policy(&GOOD.replace(from, to));
    let two = format!("{RECORD}_mta-sts TXT \"v=STSv1; id=2;\"");
    let told: [(Story<'_>, String); 17] = [
        (("a", RECORD, ok, Code::Ok), good.clone()),
        (("b", "@ MX 10 mail", warn, Code::NotPublished), good.clone()),
        (("c", RECORD, warn, Code::PolicyWeak), with("enforce", "testing")),
        (("d", RECORD, warn, Code::PolicyWeak), with("enforce", "none")),
        (
            (
                "e",
                "_mta-sts TXT \"v=STSv1; id=no-id\"\n@ MX 10 mail",
                fail,
                Code::InvalidRecord,
            ),
            good.clone(),
        ),
        (("f", &two, fail, Code::SeveralRecords), good.clone()),
        (
            ("g", RECORD, fail, Code::PolicyMismatch),
            with("mx: *.$host_of\\n", ""),
        ),
        (
            ("h", RECORD, warn, Code::PolicyMismatch),
            with("enforce\\nmx: mail.$host_of\\nmx: *.", "testing\\nmx: mail."),
        ),
        (
            ("i", RECORD, fail, Code::PolicyInvalid),
            with("max_age", "maxage"),
        ),
        (
            ("j", RECORD, fail, Code::PolicyUnavailable),
            "return 404;".to_owned(),
        ),
        (
            ("k", RECORD, fail, Code::PolicyUnavailable),
            "return 302 https://mta-sts.a.example/.well-known/mta-sts.txt;".to_owned(),
        ),
        (
            ("l", RECORD, fail, Code::PolicyUnavailable),
            "rewrite ^ /html last;".to_owned(),
        ),
        (
            (
                "m",
                "_mta-sts TXT \"v=STSv1; id=1\"\n@ A 192.0.2.1",
                fail,
                Code::NoRecord,
            ),
            good.clone(),
        ),
        (
            ("n", RECORD, fail, Code::PolicyUnavailable),
            "rewrite ^ /long last;".to_owned(),
        ),
        (
            (
                "o",
                "_mta-sts CNAME elsewhere.test.\n@ MX 10 mail",
                State::Unknown,
                Code::DnsFailed,
            ),
            good.clone(),
        ),
        (
            (
                "p",
                "@ MX 10 mail\n_mta-sts CNAME _mta-sts.a.example.\nmail A 192.0.2.1",
                ok,
                Code::Ok,
            ),
            good.clone(),
        ),
        (("w", RECORD, fail, Code::WrongSite), good.clone()),
    ];
    let ca = Ca::new("Test").unwrap();
    let names = told
        .iter()
        .map(|((name, ..), _)| *name)
        .filter(|name| *name != "w");
    let issued = ca
        .leaf()
        .names(names.map(|name| format!("mta-sts.{name}.example")))
        .issue()
        .unwrap();
    let pages: Vec<_> = told
        .iter()
        .map(|((name, ..), says)| (*name, says.as_str()))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    // nginx reads as a user of its own.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let server = serving(&issued, &pages, folder.path()).await;
    let stories: Vec<Story<'_>> = told.iter().map(|(story, _)| *story).collect();
    let mut world = World::telling(&stories);
    world.site.extra_ca = Some(ca.write_root(folder.path()).unwrap());
    world.site.mta_sts = Some(server.at(Door::Https));
    for (name, records, state, code) in &stories {
        let step = world.step(CHECK, &format!("{name}.example")).await;
        assert_eq!(
            (step.state, step.code),
            (*state, *code),
            "{name}: {records}\n{:?}",
            step.evidence
        );
    }

    let step = world.step(CHECK, "g.example").await;
    assert_eq!(step.evidence.expected, ["backup.g.example"]);
    let line = reproduce::command(step.code, &step.evidence).unwrap();
    let done = Command::new("sh")
        .args(["-c", &format!("{line} -k")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(said.contains("mx: mail.g.example"), "{line}: {said}");
}

#[tokio::test]
async fn without_an_endpoint_the_policys_own_address_is_asked_for() {
    let world = World::of(&[
        Zone::new("a.example", RECORD),
        // Nobody listens on port 443 of this one.
        Zone::new("b.example", format!("{RECORD}mta-sts A 127.0.0.9")),
    ]);
    let step = world.step(CHECK, "a.example").await;
    assert_eq!((step.state, step.code), (State::Fail, Code::NoSuchName));
    assert_eq!(step.evidence.question.as_deref(), Some("mta-sts.a.example A"));
    let step = world.step(CHECK, "b.example").await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::Unreachable));
    assert_eq!(step.evidence.endpoint.as_deref(), Some("127.0.0.9:443"));
}

#[tokio::test]
async fn a_server_that_cannot_be_heard_is_unknown_and_one_that_speaks_something_else_fails() {
    let mut world = World::with("a.example", RECORD);
    let closed = Port::new().unwrap();
    let (silent, garbage) = (
        hostile::silent().await.unwrap(),
        hostile::garbage().await.unwrap(),
    );
    let cases: [(Endpoint, State, Code); 3] = [
        (closed.endpoint(), State::Unknown, Code::Unreachable),
        (silent.endpoint(), State::Unknown, Code::Timeout),
        (garbage.endpoint(), State::Fail, Code::HandshakeFailed),
    ];
    for (endpoint, state, code) in cases {
        world.site.mta_sts = Some(endpoint);
        assert_eq!(world.verdict(CHECK, "a.example").await, (state, code));
    }
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    let world = World::with("a.example", RECORD);
    world.knows_nothing_without_answers(CHECK, "a.example").await;
}
