//! Domains added, edited and removed by a program, while others watch.

use crate::harness::{Answer, Caller, Desk, MailServer, Message, Place};
use serde_json::{Value, json};
use std::thread;
use testkit::Ca;

on_both_engines! {
    a_domain_is_added_and_its_row_fills_in
    a_domain_is_edited_and_removed_and_stays_so_after_a_restart
    what_was_asked_before_an_edit_does_not_count_after_it
    a_wrong_domain_is_refused_by_field
    who_may_not_edit_is_refused_before_the_body_is_read
    a_fault_is_failing_first_and_announced_when_it_lasts
}

fn a_domain_is_added_and_its_row_fills_in(mut place: Place) {
    // Where the domain's own MX would lead.
    place.set("sites.a-example.mx", vec!["mail.b.example"]);
    let (desk, _server) = watching(&mut place);
    let mut stream = desk.token("noc").stream("/api/v1/stream");
    let lead = desk.token("admin");
    let added = lead.post(
        DOMAINS,
        r#"{"name":"B.example","mail_host":"mail.b.example","aliases":["x.b.example"]}"#,
    );
    assert_eq!(
        (added.status, added.header("location")),
        (201, "/api/v1/desk/domains/b.example")
    );
    assert_eq!(
        added.json(),
        json!({"domain": "b.example", "site": "a-example", "tenant": null,
               "mail_host": "mail.b.example", "aliases": ["x.b.example"]})
    );
    let first = stream.next().unwrap();
    assert_eq!(
        (first.event.as_str(), &first.data["domain"], &first.data["change"]),
        ("domain", &json!("b.example"), &json!("added"))
    );
    let checked = stream
        .find(|message| message.data["check"] == "imap_cert_san_993")
        .unwrap();
    assert_eq!(
        (&checked.data["domain"], &checked.data["state"]),
        (&json!("b.example"), &json!("ok"))
    );
    let item = &lead.get("/api/v1/desk/domains?q=b.example").json()["items"][0];
    assert_eq!((&item["state"], &item["failing"]), (&json!("ready"), &json!([])));

    let detail = lead
        .post(DOMAINS, r#"{"domain":"b.example"}"#)
        .problem(409, "conflict");
    assert!(detail.contains("b.example"), "{detail}");
}

fn a_domain_is_edited_and_removed_and_stays_so_after_a_restart(mut place: Place) {
    place.add_domain("gone.example", "a-example");
    let (desk, _server) = watching(&mut place);
    let lead = desk.token("admin");
    let edited = patch(
        &lead,
        "a.example",
        &json!({"tenant": "padaria", "mail_host": "mail.other.example"}),
    );
    assert_eq!(
        (edited.status, &edited.json()["mail_host"]),
        (200, &json!("mail.other.example"))
    );
    let mut stream = lead.stream("/api/v1/stream?after=0");
    let removed = lead.call("DELETE", &format!("{DOMAINS}/gone.example"), "");
    assert_eq!((removed.status, removed.text.as_str()), (204, ""));
    let is_gone = |message: &Message| message.event == "domain" && message.data["change"] == "removed";
    assert_eq!(stream.find(is_gone).unwrap().data["domain"], "gone.example");
    for path in ["desk/domains", "infra/status"] {
        lead.get(&format!("/api/v1/{path}/gone.example"))
            .problem(404, "not_found");
    }
    lead.call("DELETE", &format!("{DOMAINS}/gone.example"), "")
        .problem(404, "not_found");
    assert_eq!(desk.stop().code, Some(0));

    // The file still names both, as they were.
    let desk = place.start();
    let lead = desk.token("admin");
    let items = lead.get(DOMAINS).json()["items"].clone();
    let [item] = items.as_array().unwrap().as_slice() else {
        panic!("{items}")
    };
    assert_eq!(
        (&item["tenant"], &item["mail_host"]),
        (&json!("padaria"), &json!("mail.other.example"))
    );
    let back = patch(&lead, "a.example", &json!({"tenant": null, "mail_host": null}));
    assert_eq!(
        (&back.json()["tenant"], &back.json()["mail_host"]),
        (&Value::Null, &json!("mail.a.example"))
    );
    assert_eq!(lead.post(DOMAINS, r#"{"domain":"gone.example"}"#).status, 201);
}

fn what_was_asked_before_an_edit_does_not_count_after_it(mut place: Place) {
    let (desk, server) = watching(&mut place);
    let root = desk.token("root");
    server.holds();
    let before = thread::spawn({
        let root = root.clone();
        move || root.get("/api/v1/infra/status/a.example?fresh=1")
    });
    server.has_a_client();
    let edited = patch(&root, "a.example", &json!({"mail_host": "mail.other.example"}));
    assert_eq!(edited.status, 200);
    server.goes_on();
    assert_eq!(before.join().unwrap().status, 200);
    // Stopping waits for the check that the edit began.
    assert_eq!(desk.stop().code, Some(0));
    server.holds();
    let desk = place.start();
    let status = desk.token("root").get("/api/v1/infra/status/a.example").json();
    let steps = status["steps"].as_array().unwrap();
    let imap = steps.iter().find(|step| step["id"] == IMAP).unwrap();
    assert_eq!(
        (&imap["evidence"]["sni"], &imap["state"]),
        (&json!("mail.other.example"), &json!("fail"))
    );
    server.goes_on();
}

fn a_wrong_domain_is_refused_by_field(mut place: Place) {
    let (desk, _server) = watching(&mut place);
    let root = desk.token("root");
    for (body, field) in [
        (r#"{"domain":"no domain"}"#, "domain"),
        (r#"{"domain":"$(reboot).example"}"#, "domain"),
        ("{}", "domain"),
        (r#"{"domain":"b.example","site":"elsewhere"}"#, "site"),
        (
            r#"{"domain":"b.example","mail_host":"-oProxyCommand"}"#,
            "mail_host",
        ),
        (r#"{"domain":"b.example","aliases":["x"]}"#, "aliases"),
        (r#"{"domain":"b.example","aliases":"x.example"}"#, "aliases"),
        (r#"{"domain":"b.example","tenant":7}"#, "tenant"),
        (r#"{"domain":"b.example","colour":"red"}"#, "colour"),
        ("[]", "body"),
    ] {
        let detail = root.post(DOMAINS, body).problem(422, "invalid");
        assert!(detail.contains(field), "{body}: {detail}");
    }
    for body in ["", "domain=b.example", r#"{"domain":"b.example"} x"#] {
        root.post(DOMAINS, body).problem(400, "not_json");
    }
    let renamed = patch(&root, "a.example", &json!({"domain": "b.example"}));
    assert!(renamed.problem(422, "invalid").contains("domain"));
    patch(&root, "b.example", &json!({})).problem(404, "not_found");
    assert_eq!(root.get(DOMAINS).json()["items"].as_array().unwrap().len(), 1);
}

fn who_may_not_edit_is_refused_before_the_body_is_read(mut place: Place) {
    let (desk, _server) = watching(&mut place);
    for user in ["mini", "noc"] {
        let caller = desk.token(user);
        for body in ["{}", "not JSON", r#"{"domain":"b.example"}"#] {
            caller.post(DOMAINS, body).problem(403, "forbidden");
        }
        patch(&caller, "a.example", &json!({})).problem(403, "forbidden");
        caller
            .call("DELETE", &format!("{DOMAINS}/a.example"), "")
            .problem(403, "forbidden");
    }
    assert_eq!(
        desk.token("noc").get(DOMAINS).json()["items"][0]["domain"],
        "a.example"
    );
}

fn a_fault_is_failing_first_and_announced_when_it_lasts(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    let last = desk.has_checked("a.example");
    let root = desk.token("root").with("last-event-id", &last.to_string());
    let (wrong, right) = ("other.example", "mail.a.example");
    server.reloads(&ca.leaf().names([wrong]).issue().unwrap());
    assert_eq!(look(&root), ("fail".into(), false.into(), json!([IMAP])));
    // What was counted is on disk.
    desk.kill();
    server.holds();
    let desk = place.start();
    let root = root.at(&desk);
    server.goes_on();
    // The first sweep of the new start may have been the second run.
    while look(&root) != ("fail".into(), true.into(), json!([])) {}
    server.reloads(&ca.leaf().names([right]).issue().unwrap());
    assert_eq!(
        look(&root),
        ("ok".into(), true.into(), json!([])),
        "once may be chance"
    );
    assert_eq!(look(&root), ("ok".into(), false.into(), json!([])));

    let mut said = Vec::new();
    for message in root
        .stream("/api/v1/stream")
        .filter(|message| message.data["check"] == IMAP)
    {
        said.push((message.event, message.data["state"].as_str().unwrap().to_owned()));
        if said.len() == 4 {
            break;
        }
    }
    let said: Vec<_> = said
        .iter()
        .map(|(event, state)| (event.as_str(), state.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("check", "fail"),
            ("announced", "fail"),
            ("check", "ok"),
            ("announced", "ok")
        ]
    );
}

/// Has the domain checked, and returns what its status says of `:993` and which checks its row calls failing.
fn look(root: &Caller) -> (Value, Value, Value) {
    let status = root.get("/api/v1/infra/status/a.example?fresh=1").json();
    let steps = status["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["id"] == IMAP).unwrap();
    let row = root.get(DOMAINS).json()["items"][0].clone();
    (
        step["state"].clone(),
        step["announced"].clone(),
        row["failing"].clone(),
    )
}

/// A Desk that watches one domain, whose mail server is as it should be.
fn watching(place: &mut Place) -> (Desk, MailServer) {
    let ca = Ca::new("Test").unwrap();
    let names = ["mail.a.example", "mail.b.example"];
    let server = MailServer::serving(&ca.leaf().names(names).issue().unwrap());
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    desk.has_checked("a.example");
    (desk, server)
}

fn patch(caller: &Caller, domain: &str, changes: &Value) -> Answer {
    caller.call("PATCH", &format!("{DOMAINS}/{domain}"), &changes.to_string())
}

const DOMAINS: &str = "/api/v1/desk/domains";
const IMAP: &str = "imap_cert_san_993";
