//! Tickets: opened by what the checks prove and by people, changed by whoever may, closed with proof.

use crate::harness::{Answer, Caller, MailServer, Place};
use serde_json::{Value, json};
use testkit::{Ca, Door, servers};
use tokio::runtime::Runtime;

on_both_engines! {
    a_dovecot_that_stops_is_a_ticket_and_one_that_comes_back_resolves_it_with_both_handshakes
    a_wrong_certificate_that_comes_back_within_a_day_reopens_its_ticket
    who_has_taken_a_ticket_over_resolves_it
    an_update_that_would_undo_anothers_is_refused
    a_technician_works_on_their_own_tickets_alone
    a_noc_reads_no_names_and_finds_nothing_by_what_it_does_not_read
    tickets_are_found_by_their_words
    what_is_wrong_with_a_ticket_is_said_by_field
}

fn a_dovecot_that_stops_is_a_ticket_and_one_that_comes_back_resolves_it_with_both_handshakes(
    mut place: Place,
) {
    let ca = Ca::new("Test").unwrap();
    let runtime = Runtime::new().unwrap();
    let issued = ca.leaf().names(["mail.a.example"]).issue().unwrap();
    let mut dovecot = runtime.block_on(servers::dovecot(&issued));
    ca.write_root(place.folder()).unwrap();
    place.set("sites.here.extra_ca", "ca.pem");
    place.set("sites.here.imaps", dovecot.at(Door::Imaps).to_string());
    place.add_domain("a.example", "here");
    let desk = place.start();
    desk.has_checked("a.example");
    let root = desk.token("root");
    assert_eq!(mail_tickets(&root), Vec::<Value>::new());

    dovecot.stop();
    check(&root);
    assert_eq!(mail_tickets(&root), Vec::<Value>::new(), "once may be chance");
    check(&root);
    let opened = only(mail_tickets(&root));
    assert_eq!(
        (&opened["status"], &opened["priority"], &opened["occurrences"]),
        (&json!("open"), &json!("high"), &json!(1))
    );
    assert!(
        opened["subject"].as_str().unwrap().starts_with("a.example: "),
        "{opened}"
    );
    check(&root);
    assert_eq!(only(mail_tickets(&root)), opened, "it is the same fault still");

    runtime.block_on(dovecot.start_again());
    check(&root);
    assert_eq!(only(mail_tickets(&root))["status"], "open");
    check(&root);
    let card = root.get(&path(&opened)).json();
    assert_eq!(card["status"], "resolved");
    let timeline = card["timeline"].as_array().unwrap();
    let kinds: Vec<&str> = timeline
        .iter()
        .map(|entry| entry["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["event", "recovered"]);
    assert_eq!(
        (&timeline[0]["integration"], &timeline[0]["event"]),
        (&json!("desk"), &json!("infra.mail_tls.failed"))
    );
    let (before, after) = (&timeline[1]["before"][0], &timeline[1]["after"][0]);
    assert_eq!(
        (&before["check"], &before["code"]),
        (&json!(IMAP), &json!("unreachable"))
    );
    assert_eq!((&after["check"], &after["code"]), (&json!(IMAP), &json!("ok")));
    assert_eq!(after["evidence"]["sans"], json!(["mail.a.example"]));
    assert_eq!(timeline[1]["who"], Value::Null);
}

fn a_wrong_certificate_that_comes_back_within_a_day_reopens_its_ticket(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    desk.has_checked("a.example");
    let root = desk.token("root");
    let shows = |name: &str| {
        server.reloads(&ca.leaf().names([name]).issue().unwrap());
        check(&root);
        check(&root);
    };
    shows("other.example");
    shows("mail.a.example");
    assert_eq!(only(mail_tickets(&root))["status"], "resolved");
    shows("other.example");
    let reopened = only(mail_tickets(&root));
    assert_eq!(
        (&reopened["status"], &reopened["occurrences"]),
        (&json!("open"), &json!(2))
    );
    let card = root.get(&path(&reopened)).json();
    let first = &card["timeline"][1]["before"][0]["evidence"];
    assert_eq!(
        first["sans"],
        json!(["other.example"]),
        "what was wrong is shown beside what is right"
    );
}

fn who_has_taken_a_ticket_over_resolves_it(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    desk.has_checked("a.example");
    let root = desk.token("root");
    let shows = |name: &str| {
        server.reloads(&ca.leaf().names([name]).issue().unwrap());
        check(&root);
        check(&root);
    };
    shows("other.example");
    let ticket = only(mail_tickets(&root));
    assert_eq!(change(&root, &ticket, json!({"assigned_to": "mini"})).status, 200);
    shows("mail.a.example");
    let card = root.get(&path(&ticket)).json();
    assert_eq!(card["status"], "open");
    let last = card["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["type"], &last["resolved"]),
        (&json!("recovered"), &json!(false))
    );
    let mini = desk.token("mini");
    assert_eq!(change(&mini, &card, json!({"status": "resolved"})).status, 200);
    // Only a fault's live ticket is joined; a resolved one is reopened.
    shows("other.example");
    let again = root.get(&path(&ticket)).json();
    assert_eq!(
        (&again["status"], &again["occurrences"]),
        (&json!("in_progress"), &json!(2))
    );
}

fn an_update_that_would_undo_anothers_is_refused(place: Place) {
    let desk = place.start();
    let (root, admin) = (desk.token("root"), desk.token("admin"));
    let ticket = open(&root, json!({"subject": "Caixa cheia"}));
    assert_eq!(
        (&ticket["kind"], &ticket["priority"], &ticket["version"]),
        (&json!("manual"), &json!("normal"), &json!(1))
    );
    root.call("PATCH", &path(&ticket), r#"{"status": "waiting"}"#)
        .problem(428, "version_missing");
    let first = change(&root, &ticket, json!({"status": "waiting"}));
    assert_eq!((first.status, first.header("etag")), (200, "\"2\""));
    let detail = change(&admin, &ticket, json!({"status": "resolved"})).problem(412, "stale");
    assert!(detail.contains('2'), "{detail}");
    let now = admin.get(&path(&ticket)).json();
    assert_eq!(now["status"], "waiting");
    assert_eq!(change(&admin, &now, json!({"status": "resolved"})).status, 200);
    let any = admin
        .with("if-match", "*")
        .call("PATCH", &path(&ticket), r#"{"status": "closed"}"#);
    assert_eq!(any.json()["status"], "closed");
    let timeline = root.get(&path(&ticket)).json()["timeline"].clone();
    let told: Vec<_> = timeline
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (&entry["who"], &entry["type"]))
        .collect();
    let (root, admin, status) = (&json!("root"), &json!("admin"), &json!("status"));
    assert_eq!(
        told,
        [
            (root, &json!("opened")),
            (root, status),
            (admin, status),
            (admin, status)
        ]
    );
}

fn a_technician_works_on_their_own_tickets_alone(place: Place) {
    let desk = place.start();
    let (root, mini, noc) = (desk.token("root"), desk.token("mini"), desk.token("noc"));
    let ticket = open(&mini, json!({"subject": "Backup", "body": "Falhou de novo"}));
    let comment = |who: &Caller| who.post(&format!("{}/comments", path(&ticket)), r#"{"body": "Vejo já"}"#);
    assert_eq!(mini.get(&path(&ticket)).status, 200);
    comment(&mini).problem(403, "forbidden");
    change(&mini, &ticket, json!({"status": "resolved"})).problem(403, "forbidden");
    assert_eq!(change(&root, &ticket, json!({"assigned_to": "mini"})).status, 200);
    assert_eq!(comment(&mini).status, 201);
    comment(&noc).problem(403, "forbidden");
    noc.post(TICKETS, r#"{"subject": "x"}"#).problem(403, "forbidden");
    // Who may not change tickets cannot be given any.
    let now = root.get(&path(&ticket)).json();
    for name in ["noc", "nobody", "mini\u{0}"] {
        let detail = change(&root, &now, json!({"assigned_to": name})).problem(422, "invalid");
        assert!(detail.starts_with("assigned_to"), "{detail}");
    }
    let freed = change(&root, &now, json!({"assigned_to": null}));
    assert_eq!(freed.json()["assigned_to"], Value::Null);
    comment(&mini).problem(403, "forbidden");
}

fn a_noc_reads_no_names_and_finds_nothing_by_what_it_does_not_read(place: Place) {
    let desk = place.start();
    let (root, noc) = (desk.token("root"), desk.token("noc"));
    let ticket = open(
        &root,
        json!({
            "subject": "mini: maria@cliente.example escreve de 198.51.100.7",
            "body": "A senha dela não entra",
            "domain": "cliente.example",
        }),
    );
    change(&root, &ticket, json!({"assigned_to": "mini"}));
    root.post(&format!("{}/comments", path(&ticket)), r#"{"body": "segredo"}"#);
    let answer = noc.get(&path(&ticket));
    let card = answer.json();
    assert_eq!(card["subject"], "m•••: m•••@c•••.example escreve de 198.51.•.•");
    assert_eq!(
        (&card["assigned_to"], &card["domain"]),
        (&json!("m•••"), &json!("cliente.example"))
    );
    for hidden in ["maria", "mini", "segredo", "senha", "root", "100.7"] {
        assert!(!answer.text.contains(hidden), "{hidden}: {}", answer.text);
    }
    let found = |query: &str| {
        noc.get(&format!("{TICKETS}?q={query}")).json()["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((found("cliente"), found("manual")), (1, 1));
    assert_eq!(
        (found("maria"), found("segredo"), found("mini"), found("198")),
        (0, 0, 0, 0)
    );
    noc.get(&format!("{TICKETS}?assigned_to=mini"))
        .problem(403, "forbidden");
}

fn tickets_are_found_by_their_words(place: Place) {
    let desk = place.start();
    let root = desk.token("root");
    for (subject, priority, domain) in [
        ("Certificação de São Paulo", "low", None),
        ("Relay fora do ar", "urgent", Some("b.example")),
        ("Outra certificação", "high", Some("a.example")),
    ] {
        open(
            &root,
            json!({"subject": subject, "priority": priority, "domain": domain}),
        );
    }
    let found = |query: &str| -> Vec<i64> {
        let page = root.get(&format!("{TICKETS}?{query}")).json();
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["number"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(found(""), [3, 2, 1], "newest first");
    assert_eq!(found("q=certificacao"), [3, 1]);
    assert_eq!(found("q=CERTIF%20paulo"), [1]);
    assert_eq!(found("q=b.example"), [2]);
    assert_eq!(found("q=%22%20OR%20*%20)%20'"), [0; 0]);
    assert_eq!(found("priority=urgent"), [2]);
    assert_eq!(found("domain=a.example"), [3]);
    assert_eq!(found("kind=mail_tls"), [0; 0]);
    assert_eq!(found("status=open,waiting&assigned_to="), [3, 2, 1]);
    assert_eq!(found("status=closed"), [0; 0]);
    let page = root.get(&format!("{TICKETS}?limit=2")).json();
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(found(&format!("limit=2&cursor={next}")), [1]);
    // A comment is found too, and a subject that is gone is not.
    let ticket = root.get(&format!("{TICKETS}?domain=b.example")).json()["items"][0].clone();
    root.post(
        &format!("{}/comments", path(&ticket)),
        r#"{"body": "A fila cresce"}"#,
    );
    change(&root, &ticket, json!({"subject": "Fila"}));
    assert_eq!((found("q=cresce"), found("q=relay")), (vec![2], vec![]));
}

fn what_is_wrong_with_a_ticket_is_said_by_field(place: Place) {
    let desk = place.start();
    let root = desk.token("root");
    for (body, named) in [
        (json!({}), "body"),
        (json!({"subject": " "}), "subject"),
        (json!({"subject": "x".repeat(201)}), "subject"),
        (json!({"subject": "x", "domain": "no domain"}), "domain"),
        (json!({"subject": "x", "body": "x".repeat(20_001)}), "body"),
        (json!({"subject": "x", "priority": "asap"}), "priority"),
        (json!({"subject": "x", "colour": "red"}), "colour"),
    ] {
        let detail = root.post(TICKETS, &body.to_string()).problem(422, "invalid");
        assert!(detail.starts_with(named), "{detail}");
    }
    for query in [
        "status=shut",
        "priority=1",
        "kind=x",
        "limit=0",
        "cursor=x",
        "domain=a b",
    ] {
        let detail = root
            .get(&format!("{TICKETS}?{}", query.replace(' ', "%20")))
            .problem(422, "invalid");
        assert!(detail.starts_with(query.split('=').next().unwrap()), "{detail}");
    }
    root.get(&format!("{TICKETS}/nothing")).problem(404, "not_found");
    root.post(&format!("{TICKETS}/nothing/comments"), r#"{"body": "x"}"#)
        .problem(404, "not_found");
}

fn check(who: &Caller) {
    assert_eq!(who.get("/api/v1/infra/status/a.example?fresh=1").status, 200);
}

fn mail_tickets(who: &Caller) -> Vec<Value> {
    let page = who.get(&format!("{TICKETS}?kind=mail_tls")).json();
    page["items"].as_array().unwrap().clone()
}

fn only(mut items: Vec<Value>) -> Value {
    assert_eq!(items.len(), 1, "{items:?}");
    items.remove(0)
}

fn open(who: &Caller, new: Value) -> Value {
    let answer = who.post(TICKETS, &new.to_string());
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

/// Changes a ticket as it was read.
fn change(who: &Caller, ticket: &Value, changes: Value) -> Answer {
    let tag = format!("\"{}\"", ticket["version"]);
    who.with("if-match", &tag)
        .call("PATCH", &path(ticket), &changes.to_string())
}

fn path(ticket: &Value) -> String {
    format!("{TICKETS}/{}", ticket["id"].as_str().unwrap())
}

const TICKETS: &str = "/api/v1/desk/tickets";
const IMAP: &str = "imap_cert_san_993";
