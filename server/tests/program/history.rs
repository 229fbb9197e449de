//! A domain's history, as a program reads it.

use crate::harness::{MailServer, Place};
use serde_json::{Value, json};
use testkit::Ca;

on_both_engines! {
    each_change_is_in_the_history_newest_first
    a_wrong_question_is_refused_by_name
}

fn each_change_is_in_the_history_newest_first(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    desk.has_checked("a.example");
    let root = desk.token("root");
    let fresh = || assert_eq!(root.get("/api/v1/infra/status/a.example?fresh=1").status, 200);
    for name in ["other.example", "mail.a.example"] {
        server.reloads(&ca.leaf().names([name]).issue().unwrap());
        fresh();
        fresh();
    }
    desk.kill();

    let desk = place.start();
    let noc = desk.token("noc");
    let page = noc
        .with("accept-language", "en")
        .get(&format!("{HISTORY}?check={IMAP}"))
        .json();
    let items = page["items"].as_array().unwrap();
    let told: Vec<_> = items
        .iter()
        .map(|item| (&item["before"], &item["after"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("fail"), &json!("ok")),
            (&json!("ok"), &json!("fail")),
            (&Value::Null, &json!("ok"))
        ]
    );
    let fault = &items[1];
    assert_eq!(
        (&fault["code"], &fault["check"]),
        (&json!("wrong_site"), &json!(IMAP))
    );
    assert_eq!(
        fault["message"],
        "Wrong Site — the SAN does not include mail.a.example (CN=other.example)"
    );
    assert_eq!(page["next_cursor"], Value::Null);
    let portuguese = noc.get(&format!("{HISTORY}?check={IMAP}")).json();
    assert!(
        portuguese["items"][1]["message"]
            .as_str()
            .unwrap()
            .contains("SAN não inclui")
    );

    // Page by page it is the same.
    let mut pages = Vec::new();
    let mut next = String::new();
    loop {
        let page = noc.get(&format!("{HISTORY}?check={IMAP}&limit=2{next}")).json();
        pages.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(Value::from(pages), portuguese["items"]);
    let since = fault["at"].as_str().unwrap();
    let recent = noc.get(&format!("{HISTORY}?check={IMAP}&since={since}")).json();
    assert!(recent["items"].as_array().unwrap().len() >= 2, "{recent}");
    let none = noc.get(&format!("{HISTORY}?since=2999-01-01T00:00:00Z")).json();
    assert_eq!(none, json!({"items": [], "next_cursor": null}));
}

fn a_wrong_question_is_refused_by_name(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    let root = desk.token("root");
    for (query, named) in [
        ("since=yesterday", "since"),
        ("since=", "since"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=x", "cursor"),
        ("colour=red", "colour"),
    ] {
        let detail = root.get(&format!("{HISTORY}?{query}")).problem(422, "invalid");
        assert!(detail.contains(named), "{query}: {detail}");
    }
    root.get(&format!("{HISTORY}?check=no_check"))
        .problem(404, "not_found");
    root.get("/api/v1/infra/history/b.example")
        .problem(404, "not_found");
    root.get("/api/v1/infra/history/no%20domain")
        .problem(422, "invalid");
    desk.anonymous().get(HISTORY).problem(401, "unauthenticated");
}

const HISTORY: &str = "/api/v1/infra/history/a.example";
const IMAP: &str = "imap_cert_san_993";
