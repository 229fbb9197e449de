//! Webhooks: taken from whoever proves who they are, kept once, and followed by what the contract says.

use crate::harness::{Caller, Desk, MailServer, Place};
use serde_json::{Value, json};
use std::process::Command;
use testkit::Ca;

on_both_engines! {
    a_wrong_missing_or_empty_secret_leaves_no_row
    an_integration_without_a_secret_takes_nothing
    a_key_in_the_url_stands_in_for_a_header
    a_signature_is_enough_and_must_be_right_beside_a_secret
    the_same_event_again_is_told_so_and_does_nothing_twice
    what_has_a_wrong_shape_is_refused_and_kept
    a_storm_of_one_alert_is_one_ticket_with_a_counter
    the_same_alert_in_wazuhs_envelopes_is_the_same
    a_fault_that_was_reported_from_outside_is_closed_by_our_own_checks
    after_a_deployment_one_green_run_closes_the_ticket
    a_domain_whose_onboarding_is_completed_is_watched
    a_noc_reads_wazuhs_events_alone_and_no_payload
    an_event_is_replayed_without_a_second_ticket
    a_webhook_and_its_ticket_come_over_the_stream
    wazuhs_integrator_delivers_with_our_script
}

fn a_wrong_missing_or_empty_secret_leaves_no_row(mut place: Place) {
    let desk = with_integrations(&mut place);
    let anybody = desk.anonymous();
    for path in ["/api/v1/webhooks/onboard", &ingress("vm112"), &ingress("wazuh")] {
        for secret in ["wrong", "", SECRET_PREFIX, &format!("{SECRET}x")] {
            let answer = anybody.with("x-webhook-secret", secret).post(path, STARTED);
            answer.problem(401, "unauthenticated");
        }
        anybody.post(path, STARTED).problem(401, "unauthenticated");
        anybody
            .post(path, &"x".repeat(1 << 19))
            .problem(401, "unauthenticated");
    }
    anybody
        .with("x-webhook-secret", SECRET)
        .post(&ingress("nobody"), STARTED)
        .problem(404, "not_found");
    anybody
        .post(&ingress("nobody"), STARTED)
        .problem(401, "unauthenticated");
    anybody
        .with("x-webhook-secret", SECRET)
        .get(&ingress("vm112"))
        .problem(405, "method_not_allowed");
    // A person's token is no machine's secret.
    desk.token("root")
        .post(&ingress("vm112"), STARTED)
        .problem(401, "unauthenticated");
    assert_eq!(events(&desk, ""), [] as [Value; 0]);
    let sender = sender(&desk);
    sender
        .post(&ingress("vm112"), &"x".repeat((1 << 20) + 1))
        .problem(413, "too_large");
    assert_eq!(events(&desk, ""), [] as [Value; 0]);
}

fn an_integration_without_a_secret_takes_nothing(mut place: Place) {
    place.integrations(json!([{"name": "vm112"}]));
    let desk = place.start();
    for secret in ["", "x"] {
        let sender = desk.anonymous().with("x-webhook-secret", secret);
        sender
            .post(&ingress("vm112"), STARTED)
            .problem(401, "unauthenticated");
        let keyed = format!("{}?key={secret}", ingress("vm112"));
        desk.anonymous()
            .post(&keyed, STARTED)
            .problem(401, "unauthenticated");
    }
    assert_eq!(events(&desk, ""), [] as [Value; 0]);
}

fn a_key_in_the_url_stands_in_for_a_header(mut place: Place) {
    let mut desk = with_integrations(&mut place);
    let alert = alert("1", 5).to_string();
    let path = format!("{}?key={URL_KEY}", ingress("wazuh"));
    assert_eq!(desk.anonymous().post(&path, &alert).status, 202);
    let wrong = format!("{}?key={}", ingress("wazuh"), SECRET.replace(' ', "+"));
    desk.anonymous()
        .post(&wrong, &alert)
        .problem(401, "unauthenticated");
    // vm112 has none, and a wrong secret beside a right key is wrong.
    let path_of_vm112 = format!("{}?key=", ingress("vm112"));
    desk.anonymous()
        .post(&path_of_vm112, STARTED)
        .problem(401, "unauthenticated");
    desk.anonymous()
        .with("x-webhook-secret", "wrong")
        .post(&path, &alert)
        .problem(401, "unauthenticated");
    desk.is_told_to_stop();
    let done = desk.ends();
    for secret in [SECRET, URL_KEY] {
        assert!(
            !done.out.contains(secret) && !done.err.contains(secret),
            "{done:?}"
        );
    }
}

fn a_signature_is_enough_and_must_be_right_beside_a_secret(mut place: Place) {
    let desk = with_integrations(&mut place);
    let now = testkit::clock::now().seconds();
    let key = desk::webhooks::Secret::new(SIGNING.to_owned()).unwrap();
    let signed = |id: &str, at: i64, body: &str| {
        desk.anonymous()
            .with("webhook-id", id)
            .with("webhook-timestamp", &at.to_string())
            .with("webhook-signature", &key.sign(id, at, body.as_bytes()))
    };
    let path = ingress("signed");
    let first = signed("msg_1", now, STARTED).post(&path, STARTED);
    assert_eq!(first.status, 202, "{first:?}");
    let again = signed("msg_1", now, STARTED).post(&path, STARTED);
    assert_eq!((again.status, &again.json()["duplicate"]), (200, &json!(true)));
    signed("msg_2", now - 400, STARTED)
        .post(&path, STARTED)
        .problem(401, "unauthenticated");
    signed("msg_3", now, STARTED)
        .post(&path, "{}")
        .problem(401, "unauthenticated");
    let both = signed("msg_4", now, STARTED).with("x-webhook-secret", "wrong");
    both.post(&path, STARTED).problem(401, "unauthenticated");
    let both = signed("msg_4", now, STARTED).with("x-webhook-secret", SIGNING);
    assert_eq!(both.post(&path, STARTED).status, 202);
    assert_eq!(events(&desk, "").len(), 2);
}

fn the_same_event_again_is_told_so_and_does_nothing_twice(mut place: Place) {
    let desk = with_integrations(&mut place);
    let sender = sender(&desk);
    let failed = failed("f-1", "a.example").to_string();
    let first = sender.post(&ingress("vm112"), &failed);
    assert_eq!((first.status, &first.json()["duplicate"]), (202, &json!(false)));
    for _ in 0..3 {
        let again = sender.post(&ingress("vm112"), &failed);
        assert_eq!(again.status, 200);
        assert_eq!(
            again.json(),
            json!({"event_id": first.json()["event_id"], "duplicate": true})
        );
    }
    // The same id from another sender is another event; without an id the bytes count.
    let bare = r#"{"event": "billing.paid", "data": {"n": 1}}"#;
    let one = sender.post(&ingress("vm112"), bare);
    let two = sender.post("/api/v1/webhooks/onboard", bare);
    assert_eq!(
        (one.status, two.status),
        (202, 200),
        "it is the same integration by another path"
    );
    assert_eq!(
        sender.post(&ingress("vm112"), &bare.replace('1', "2")).status,
        202
    );
    assert_eq!(events(&desk, "").len(), 3);
    assert_eq!(tickets(&desk, "kind=mail_tls")[0]["occurrences"], 1);
    let root = desk.token("root");
    let seen = root.get("/api/v1/integrations");
    assert!(!seen.text.contains(SECRET));
    let (vm112, wazuh) = (&seen.json()["items"][0], &seen.json()["items"][1]);
    assert!(
        vm112["last_seen_at"].is_string() && wazuh["last_seen_at"].is_null(),
        "{seen:?}"
    );
    assert_eq!(root.get("/api/v1/desk/overview").json()["open_tickets"], 1);
    // It is remembered over a restart.
    desk.kill();
    let desk = place.start();
    let again = sender.at(&desk).post(&ingress("vm112"), &failed);
    assert_eq!(again.json()["duplicate"], true);
    let paid = events(&desk, "type=billing.paid");
    assert_eq!((paid.len(), &paid[0]["state"]), (2, &json!("ignored")));
}

fn what_has_a_wrong_shape_is_refused_and_kept(mut place: Place) {
    let desk = with_integrations(&mut place);
    let sender = sender(&desk);
    for body in ["", "nothing", "{", "\u{0}"] {
        sender.post(&ingress("vm112"), body).problem(400, "not_json");
    }
    assert_eq!(events(&desk, ""), [] as [Value; 0]);
    for (body, named) in [
        ("{}", "event"),
        (r#""text""#, "body"),
        (
            r#"{"event": "infra.mail_tls.failed", "data": {"domain": "no domain"}}"#,
            "data.domain",
        ),
    ] {
        let detail = sender.post(&ingress("vm112"), body).problem(422, "invalid");
        assert!(detail.starts_with(named), "{detail}");
        let kept = &events(&desk, "")[0];
        assert_eq!(
            (&kept["state"], &kept["ticket"]),
            (&json!("rejected"), &Value::Null)
        );
        let card = desk.token("root").get(&event(kept)).json();
        assert!(card["why"].as_str().unwrap().starts_with(named), "{card}");
        assert_eq!(card["payload"], serde_json::from_str::<Value>(body).unwrap());
    }
}

fn a_storm_of_one_alert_is_one_ticket_with_a_counter(mut place: Place) {
    let desk = with_integrations(&mut place);
    let sender = sender(&desk);
    std::thread::scope(|scope| {
        for part in 0..4 {
            let sender = &sender;
            scope.spawn(move || {
                for nth in 0..25 {
                    let id = format!("{part}.{nth}");
                    let answer = sender.post(&ingress("wazuh"), &alert(&id, 10).to_string());
                    assert_eq!(answer.status, 202, "{answer:?}");
                }
            });
        }
    });
    let ticket = only(tickets(&desk, ""));
    assert_eq!(
        (&ticket["occurrences"], &ticket["kind"], &ticket["priority"]),
        (&json!(100), &json!("security"), &json!("normal"))
    );
    assert_eq!(ticket["subject"], "web01: sshd: brute force");
    // A worse one of the same rule makes it more urgent; another agent is another fault; a low level is none.
    assert_eq!(
        sender.post(&ingress("wazuh"), &alert("w", 14).to_string()).status,
        202
    );
    let mut other = alert("o", 12);
    other["agent"]["name"] = json!("web02");
    assert_eq!(sender.post(&ingress("wazuh"), &other.to_string()).status, 202);
    assert_eq!(
        sender.post(&ingress("wazuh"), &alert("l", 9).to_string()).status,
        202
    );
    let all = tickets(&desk, "");
    assert_eq!(
        all.iter()
            .map(|ticket| (&ticket["priority"], &ticket["occurrences"]))
            .collect::<Vec<_>>(),
        [(&json!("high"), &json!(1)), (&json!("urgent"), &json!(101))]
    );
    let card = desk
        .token("root")
        .get(&format!(
            "/api/v1/desk/tickets/{}",
            ticket["id"].as_str().unwrap()
        ))
        .json();
    let timeline = card["timeline"].as_array().unwrap();
    let listed = timeline.iter().filter(|entry| entry["type"] == "event").count();
    let earlier = timeline
        .iter()
        .find(|entry| entry["type"] == "earlier_events")
        .unwrap();
    assert_eq!((listed, &earlier["count"]), (100, &json!(1)));
}

fn the_same_alert_in_wazuhs_envelopes_is_the_same(mut place: Place) {
    let desk = with_integrations(&mut place);
    let sender = sender(&desk);
    let alert = alert("1763794800.123", 12);
    let shuffle =
        json!({"severity": 3, "title": "x", "rule_id": "5712", "id": alert["id"], "all_fields": alert});
    let slack = json!({"attachments": [{
        "title": "sshd: brute force", "ts": alert["id"],
        "fields": [{"title": "Agent", "value": "(007) - web01"}, {"title": "Rule ID", "value": "5712 _(Level 12)_"}],
    }]});
    let first = sender.post(&ingress("wazuh"), &alert.to_string()).json();
    for envelope in [shuffle, slack] {
        let again = sender.post(&ingress("wazuh"), &envelope.to_string()).json();
        assert_eq!(again, json!({"event_id": first["event_id"], "duplicate": true}));
    }
    assert_eq!(only(tickets(&desk, ""))["priority"], "high");
    let critical = json!({"@timestamp": "2026-11-22T07:00:00Z", "wazuh": {"agent": {"name": "web01"}},
        "rule": {"id": "5712", "level": "critical"}});
    assert_eq!(sender.post(&ingress("wazuh"), &critical.to_string()).status, 202);
    let ticket = only(tickets(&desk, ""));
    assert_eq!(
        (&ticket["priority"], &ticket["occurrences"]),
        (&json!("urgent"), &json!(2))
    );
}

fn a_fault_that_was_reported_from_outside_is_closed_by_our_own_checks(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = with_integrations(&mut place);
    desk.has_checked("a.example");
    let sender = sender(&desk);
    assert_eq!(
        sender
            .post(&ingress("vm112"), &failed("f-1", "a.example").to_string())
            .status,
        202
    );
    let ticket = only(tickets(&desk, "domain=a.example"));
    assert_eq!(
        (&ticket["kind"], &ticket["status"]),
        (&json!("mail_tls"), &json!("open"))
    );
    let root = desk.token("root");
    let check = || assert_eq!(root.get("/api/v1/infra/status/a.example?fresh=1").status, 200);
    check();
    assert_eq!(only(tickets(&desk, "domain=a.example"))["status"], "open");
    check();
    let card = root
        .get(&format!(
            "/api/v1/desk/tickets/{}",
            ticket["id"].as_str().unwrap()
        ))
        .json();
    assert_eq!(card["status"], "resolved");
    let last = card["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["type"], &last["reported_from_outside"]),
        (&json!("recovered"), &json!("vm112"))
    );
    assert_eq!(last["before"], json!([]), "our checks never saw it red");
    assert_eq!(last["after"][0]["evidence"]["sans"], json!(["mail.a.example"]));
    // A domain that nobody watches has its ticket all the same.
    assert_eq!(
        sender
            .post(&ingress("vm112"), &failed("f-2", "far.example").to_string())
            .status,
        202
    );
    assert_eq!(only(tickets(&desk, "domain=far.example"))["status"], "open");
}

fn after_a_deployment_one_green_run_closes_the_ticket(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = with_integrations(&mut place);
    desk.has_checked("a.example");
    let root = desk.token("root");
    server.reloads(&ca.leaf().names(["other.example"]).issue().unwrap());
    for _ in 0..2 {
        assert_eq!(root.get("/api/v1/infra/status/a.example?fresh=1").status, 200);
    }
    let ticket = only(tickets(&desk, "domain=a.example&kind=mail_tls"));
    server.reloads(&ca.leaf().names(["mail.a.example"]).issue().unwrap());
    let mut stream = root.stream("/api/v1/stream");
    let deployed = json!({"event": "infra.cert.deployed", "data": {
        "domains": ["mail.a.example"], "expiry": "2027-02-20T00:00:00Z", "serial": "04aa"}});
    assert_eq!(
        sender(&desk)
            .post(&ingress("vm112"), &deployed.to_string())
            .status,
        202
    );
    // The domains are checked at once; nobody asks for it.
    let resolved = stream.find(|message| message.event == "ticket" && message.data["status"] == "resolved");
    assert_eq!(resolved.unwrap().data["number"], ticket["number"]);
}

fn a_domain_whose_onboarding_is_completed_is_watched(mut place: Place) {
    place.add_domain("a.example", "vm112");
    place.add_domain("b.example", "other");
    let desk = with_integrations(&mut place);
    let sender = sender(&desk);
    let step = |event: &str, domain: &str| {
        let body = json!({"event": event, "domain": domain, "step": "dns", "tenant": "padaria"});
        sender.post("/api/v1/webhooks/onboard", &body.to_string())
    };
    assert_eq!(step("onboard.started", "nova.example").status, 202);
    assert_eq!(step("onboard.step", "nova.example").status, 202);
    let root = desk.token("root");
    assert_eq!(root.get("/api/v1/desk/domains/nova.example").status, 404);
    assert_eq!(step("onboard.completed", "nova.example").status, 202);
    let card = root.get("/api/v1/desk/domains/nova.example").json();
    assert_eq!(
        (&card["site"], &card["mail_host"]),
        (&json!("vm112"), &json!("mail.nova.example"))
    );
    desk.has_checked("nova.example");
    assert_eq!(step("onboard.failed", "torta.example").status, 202);
    let ticket = only(tickets(&desk, "domain=torta.example"));
    assert_eq!(
        (&ticket["kind"], &ticket["subject"]),
        (
            &json!("onboarding"),
            &json!("torta.example: o onboarding parou: dns")
        )
    );
}

fn a_noc_reads_wazuhs_events_alone_and_no_payload(mut place: Place) {
    let desk = with_integrations(&mut place);
    let sender = sender(&desk);
    sender.post(&ingress("vm112"), &failed("f-1", "a.example").to_string());
    sender.post(&ingress("wazuh"), &alert("1", 12).to_string());
    let noc = desk.token("noc");
    let seen = noc.get("/api/v1/webhooks/events").json();
    let items = seen["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["type"]), (1, &json!("wazuh.alert")));
    assert_eq!(noc.get(&event(&items[0])).json()["payload"], Value::Null);
    let all = events(&desk, "");
    noc.get(&event(&all[1])).problem(404, "not_found");
    noc.post(&format!("{}/replay", event(&items[0])), "")
        .problem(403, "forbidden");
    assert_eq!(
        noc.get("/api/v1/webhooks/events?type=infra.mail_tls.failed")
            .json()["items"],
        json!([])
    );
    let told = noc.stream("/api/v1/stream?after=0").take(3);
    let told: Vec<_> = told.map(|message| message.event).collect();
    assert_eq!(told, ["ticket", "event", "ticket"]);
}

fn an_event_is_replayed_without_a_second_ticket(mut place: Place) {
    let desk = with_integrations(&mut place);
    sender(&desk).post(&ingress("vm112"), &failed("f-1", "a.example").to_string());
    let admin = desk.token("admin");
    let first = events(&desk, "").remove(0);
    assert_eq!(first["ticket"], 1);
    let replay = format!("{}/replay", event(&first));
    for _ in 0..2 {
        assert_eq!(admin.post(&replay, "").status, 202);
    }
    desk.token("mini").post(&replay, "").problem(403, "forbidden");
    assert_eq!(events(&desk, ""), [first]);
    let ticket = only(tickets(&desk, ""));
    assert_eq!(ticket["occurrences"], 1);
    admin
        .post("/api/v1/webhooks/events/99/replay", "")
        .problem(404, "not_found");
    // A ticket that is gone for good stays gone: what is replayed has had its ticket.
    let trail = desk.token("root").get("/api/v1/auth/trail").json();
    assert_eq!(
        (&trail["items"][0]["action"], &trail["items"][0]["actor"]),
        (&json!("event.replayed"), &json!("admin"))
    );
}

fn a_webhook_and_its_ticket_come_over_the_stream(mut place: Place) {
    let desk = with_integrations(&mut place);
    let mut stream = desk.token("mini").stream("/api/v1/stream");
    let answer = sender(&desk).post(&ingress("vm112"), &failed("f-1", "a.example").to_string());
    let webhook = stream.next().unwrap();
    assert_eq!(webhook.event, "event");
    assert_eq!(
        (
            &webhook.data["event_id"],
            &webhook.data["domain"],
            &webhook.data["type"]
        ),
        (
            &answer.json()["event_id"],
            &json!("a.example"),
            &json!("infra.mail_tls.failed")
        )
    );
    let ticket = stream.next().unwrap();
    assert_eq!(ticket.event, "ticket");
    let opened = only(tickets(&desk, ""));
    for key in ["id", "number", "version"] {
        assert_eq!(ticket.data[key], opened[key], "{key}");
    }
}

/// As Wazuh's integratord runs it: the alert's file, the key, the address.
fn wazuhs_integrator_delivers_with_our_script(mut place: Place) {
    let desk = with_integrations(&mut place);
    place.write("alert.json", &alert("1763794800.5", 12).to_string());
    place.write("secret", &format!("{SECRET}\n"));
    let file = |name: &str| place.folder().join(name).display().to_string();
    let url = format!("{}{}", desk.origin(), ingress("wazuh"));
    let run = |alert: &str, key: &str, url: &str| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/wazuh/custom-ligbox");
        let done = Command::new("python3")
            .args([script, alert, key, url])
            .output()
            .unwrap();
        (
            done.status.code().unwrap(),
            String::from_utf8(done.stderr).unwrap(),
        )
    };
    assert_eq!(run(&file("alert.json"), SECRET, &url), (0, String::new()));
    assert_eq!(
        run(&file("alert.json"), &format!("file:{}", file("secret")), &url),
        (0, String::new())
    );
    let ticket = only(tickets(&desk, ""));
    assert_eq!(
        (&ticket["kind"], &ticket["occurrences"]),
        (&json!("security"), &json!(1)),
        "it came twice"
    );
    let (code, said) = run(&file("alert.json"), "a wrong secret", &url);
    assert_eq!(code, 1);
    assert!(
        said.contains("refused: 401") && !said.contains("a wrong secret"),
        "{said}"
    );
    assert_eq!(run(&file("nothing.json"), SECRET, &url).0, 6);
    assert_eq!(run(&file("alert.json"), SECRET, "ftp://x").0, 2);
}

fn with_integrations(place: &mut Place) -> Desk {
    place.integrations(json!([
        {"name": "vm112", "secret": SECRET},
        {"name": "wazuh", "secret": SECRET, "url_key": URL_KEY, "format": "wazuh"},
        {"name": "signed", "secret": SIGNING},
    ]));
    place.start()
}

fn sender(desk: &Desk) -> Caller {
    desk.anonymous().with("x-webhook-secret", SECRET)
}

fn ingress(integration: &str) -> String {
    format!("/api/v1/webhooks/ingress/{integration}")
}

fn failed(id: &str, domain: &str) -> Value {
    json!({"event": "infra.mail_tls.failed", "id": id, "data": {
        "domain": domain, "mail_host": format!("mail.{domain}"), "cn": "other.example", "sans": ["other.example"]}})
}

fn alert(id: &str, level: u8) -> Value {
    json!({
        "timestamp": "2026-11-22T07:00:00.123+0000", "id": id, "location": "/var/log/auth.log",
        "rule": {"level": level, "description": "sshd: brute force", "id": "5712"},
        "agent": {"id": "007", "name": "web01"}, "manager": {"name": "wazuh"},
    })
}

fn events(desk: &Desk, query: &str) -> Vec<Value> {
    let page = desk
        .token("root")
        .get(&format!("/api/v1/webhooks/events?{query}"))
        .json();
    page["items"].as_array().unwrap().clone()
}

fn event(event: &Value) -> String {
    format!("/api/v1/webhooks/events/{}", event["event_id"].as_str().unwrap())
}

fn tickets(desk: &Desk, query: &str) -> Vec<Value> {
    let page = desk
        .token("root")
        .get(&format!("/api/v1/desk/tickets?{query}"))
        .json();
    page["items"].as_array().unwrap().clone()
}

fn only(mut items: Vec<Value>) -> Value {
    assert_eq!(items.len(), 1, "{items:?}");
    items.remove(0)
}

const SECRET_PREFIX: &str = "a secret between";
const SECRET: &str = "a secret between machines";
const URL_KEY: &str = "a-key-for-the-url";
const SIGNING: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const STARTED: &str = r#"{"event": "onboard.started", "data": {"domain": "nova.example"}}"#;
