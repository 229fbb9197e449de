//! What a noc never sees: the Desk is filled with marked addresses and names, and every door is walked through.

use crate::{
    audit::audited,
    doors::{Door, doors},
    harness::{Desk, PASSWORD, Place},
    inventory::hosts,
};
use serde_json::json;
use std::{fmt::Write, net::Ipv4Addr};
use testkit::dns::NameServer;
use tokio::runtime::Runtime;

on_both_engines! {
    a_noc_finds_no_mark_behind_any_door
}

/// Parts of what is put into the evidence, the configuration and the people; none of it is a domain's name.
const MARKS: [&str; 5] = ["66.55", "77.88", "markedlocal", "markedcorp", "markedperson"];
/// A loopback address that nobody listens at.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 77, 66, 55);
const RECORD: &str = "v=spf1 ip4:198.51.77.88 -all markedlocal@markedcorp.example";

fn a_noc_finds_no_mark_behind_any_door(mut place: Place) {
    let runtime = Runtime::new().unwrap();
    let names = runtime.block_on(NameServer::telling(ADDRESS, RECORD)).unwrap();
    place.add_domain("a.example", "here");
    place.set("sites.here.resolver", names.endpoint().to_string());
    place.set("sites.here.sets", vec!["mail_dns", "mail_starttls", "tls_policy"]);
    for door in ["imaps", "smtps", "https", "admin", "smtp", "submission"] {
        place.set(&format!("sites.here.{door}"), format!("{ADDRESS}:1"));
    }
    place.integrations(json!([
        {"name": "wazuh", "secret": SECRET, "format": "wazuh"},
        {"name": "vm112", "secret": SECRET},
    ]));
    place.set("hosts.there.via", format!("ssh://markedlocal@{ADDRESS}:1"));
    let desk = place.start();
    let root = desk.token("root");
    let person = json!({"username": "markedperson", "role": "technician", "password": PASSWORD});
    assert_eq!(root.post("/api/v1/auth/users", &person.to_string()).status, 201);
    desk.has_checked("a.example");
    hosts(&desk);
    let ticket = marked_ticket(&desk);
    marked_onboarding(&desk);
    audited(&desk);
    place.tamper("update audit_cycles set asked_by = 'markedperson'");

    let everything = |user: &str| walk(&desk, user, &ticket);
    let seen = everything("root");
    for mark in MARKS {
        assert!(
            seen.iter().any(|(_, text)| text.contains(mark)),
            "{mark} is nowhere to be found, which proves nothing"
        );
    }
    for (door, text) in everything("noc") {
        for mark in MARKS {
            assert!(!text.contains(mark), "{mark} behind {door}: {text}");
        }
    }
}

/// Every answer of every door, by token and by cookie, its headers too, and what streams.
fn walk(desk: &Desk, user: &str, ticket: &str) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for caller in [desk.token(user), desk.cookie(user)] {
        for Door { method, path } in doors() {
            // The ways out end the walk, and removals its subject.
            let ends = ["/logout", "/password", "/remove"]
                .iter()
                .any(|end| path.ends_with(end));
            if ends || method == "DELETE" || path.ends_with("/stream") {
                continue;
            }
            let answer = caller.call(method, &path, "");
            seen.push((format!("{method} {path}"), format!("{answer:?}")));
        }
        let of_ticket = format!("/api/v1/desk/tickets/{ticket}");
        for path in MORE.iter().copied().chain([of_ticket.as_str()]) {
            let answer = caller.get(path);
            seen.push((path.to_owned(), format!("{answer:?}")));
        }
        let last = desk.token("root").get("/api/v1/desk/domains/a.example").json()["last_event"].clone();
        let last = last.as_i64().unwrap();
        let mut streamed = String::new();
        for message in caller.stream("/api/v1/stream?after=0") {
            writeln!(streamed, "{message:?}").unwrap();
            if message.id >= last {
                break;
            }
        }
        seen.push(("the stream".to_owned(), streamed));
    }
    seen
}

/// A ticket whose every text is marked, and an alert of Wazuh's, which a noc may see; returns the ticket's id.
fn marked_ticket(desk: &Desk) -> String {
    let root = desk.token("root");
    let marked = "markedperson: markedlocal@markedcorp.example, 198.51.77.88";
    let new = json!({"subject": marked, "body": marked, "domain": "a.example"});
    let ticket = root.post("/api/v1/desk/tickets", &new.to_string()).json();
    let id = ticket["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/desk/tickets/{id}");
    let comment = json!({ "body": marked }).to_string();
    assert_eq!(root.post(&format!("{path}/comments"), &comment).status, 201);
    let change = json!({"assigned_to": "markedperson", "subject": format!("{marked}!")}).to_string();
    let changed = root.with("if-match", "*").call("PATCH", &path, &change);
    assert_eq!(changed.status, 200, "{changed:?}");
    let alert = json!({
        "id": "1", "rule": {"id": "5712", "level": 12, "description": marked}, "agent": {"name": "web01"},
        "full_log": marked,
    });
    let sender = desk.anonymous().with("x-webhook-secret", SECRET);
    assert_eq!(
        sender
            .post("/api/v1/webhooks/ingress/wazuh", &alert.to_string())
            .status,
        202
    );
    id
}

/// An onboarding whose every word is marked, and which has stopped.
fn marked_onboarding(desk: &Desk) {
    let sender = desk.anonymous().with("x-webhook-secret", SECRET);
    for (event, domain) in [("step", "a.example"), ("failed", "stopped.example")] {
        let marked = format!("markedperson: {event} of markedlocal@markedcorp.example");
        let data = json!({"domain": domain, "step": marked, "error": marked});
        let body = json!({"event": format!("onboard.{event}"), "data": data}).to_string();
        assert_eq!(sender.post("/api/v1/webhooks/onboard", &body).status, 202);
    }
}

const SECRET: &str = "a secret between machines";

/// What the doors' own paths do not reach.
const MORE: [&str; 19] = [
    "/audit?cycle=1",
    "/tickets?status=all",
    "/tickets/2",
    "/parts/ticket/2",
    "/events?event=1",
    "/api/v1/webhooks/events/1",
    "/api/v1/desk/tickets?q=a.example",
    "/domains/a.example",
    "/?open=a.example/webmail_https",
    "/?open=a.example/dns_spf",
    "/parts/detail/a.example/dns_spf",
    "/parts/detail/a.example/dns_mail",
    "/api/v1/infra/history/a.example?check=dns_spf",
    "/domains/nobody.example",
    "/onboarding?domain=a.example",
    "/onboarding?stage=failed&domain=stopped.example",
    "/parts/onboarding?q=stopped",
    "/api/v1/onboard/domains/stopped.example",
    "/api/v1/onboard/funnel?stage=failed",
];
