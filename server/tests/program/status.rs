//! A domain's status and the list of domains, as a program reads them.

use crate::harness::{Caller, MailServer, Place};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::Ca;

on_both_engines! {
    hosts_and_certificates_are_lists
    the_status_has_the_contracts_keys
    the_command_line_says_the_same
    the_reader_chooses_the_language
    a_replaced_certificate_turns_the_status_green
    the_list_is_narrowed_and_turned_page_by_page
}

fn the_status_has_the_contracts_keys(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    desk.has_checked("a.example");
    let status = desk.token("mini").get("/api/v1/infra/status/a.example").json();
    assert_eq!(
        keys(&status),
        "admin_ready checked_at domain mail_host mail_tls_ready ready site steps"
    );
    for (key, value) in [
        ("domain", json!("a.example")),
        ("mail_host", json!("mail.a.example")),
        ("site", json!("a-example")),
        ("ready", json!(true)),
        ("mail_tls_ready", json!(true)),
        ("admin_ready", json!(false)),
    ] {
        assert_eq!(status[key], value, "{key}");
    }
    let steps = status["steps"].as_array().unwrap();
    let ids: Vec<&str> = steps.iter().map(|step| step["id"].as_str().unwrap()).collect();
    assert!(ids.starts_with(&["carbonio_domain", "dns_mail"]), "{ids:?}");
    assert!(
        ids.ends_with(&[
            "imap_cert_san_993",
            "smtp_cert_san_465",
            "cert_deployed_global",
            "cert_renew_ready"
        ]),
        "{ids:?}"
    );
    for step in steps {
        assert_eq!(
            keys(step),
            "announced checked_at code duration_ms evidence group hint id label message ok priority since state"
        );
    }
    let imap = step(&status, "imap_cert_san_993");
    assert_eq!(
        (
            &imap["state"],
            &imap["ok"],
            &imap["code"],
            &imap["group"],
            &imap["priority"]
        ),
        (
            &json!("ok"),
            &json!(true),
            &json!("ok"),
            &json!("mail_tls"),
            &json!("P1")
        )
    );
    let evidence = &imap["evidence"];
    for key in "endpoint sni cn sans issuer serial not_before not_after sha256 tls_version cipher".split(' ')
    {
        assert!(
            evidence[key].is_string() || evidence[key].is_array(),
            "{key}: {evidence}"
        );
    }
    assert_eq!(
        (&evidence["endpoint"], &evidence["sni"]),
        (&json!(server.endpoint()), &json!("mail.a.example"))
    );
    // What the site does not configure says which key it wants.
    let smtp = step(&status, "smtp_cert_san_465");
    assert_eq!((&smtp["state"], &smtp["ok"]), (&json!("skipped"), &Value::Null));
    assert_eq!(smtp["evidence"]["wants"], "sites.a-example.smtps", "{smtp}");
    let other = desk.token("mini").get("/api/v1/infrastructure/status/a.example");
    assert_eq!(other.json(), status);
}

fn the_command_line_says_the_same(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("another.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    let english = desk.token("root").with("accept-language", "en");
    let words = [
        "check",
        "--domain",
        "a.example",
        "--json",
        "--config",
        "desk.toml",
    ];
    for (caller, language) in [(english, "en_US.UTF-8"), (desk.token("root"), "")] {
        let answer = caller.get("/api/v1/infra/status/a.example?fresh=1").json();
        let printed = place.run_in(language, &words);
        assert_eq!(printed.code, Some(1), "{printed:?}");
        assert_eq!(without_times(printed.json()), without_times(answer));
    }
}

fn the_reader_chooses_the_language(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("another.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    desk.has_checked("a.example");
    let (portuguese, english) = (
        "Wrong Site — SAN não inclui mail.a.example (CN=another.example)",
        "Wrong Site — the SAN does not include mail.a.example (CN=another.example)",
    );
    let root = desk.token("root");
    for (accepts, message) in [
        ("", portuguese),
        ("pt-BR,pt;q=0.9,en;q=0.8", portuguese),
        ("en-GB,en;q=0.9", english),
        ("de, en;q=0.5", english),
        ("ja", portuguese),
    ] {
        let status = root
            .with("accept-language", accepts)
            .get("/api/v1/infra/status/a.example");
        let status = status.json();
        let step = step(&status, "imap_cert_san_993");
        assert_eq!(
            (&step["message"], &step["code"]),
            (&json!(message), &json!("wrong_site")),
            "{accepts}"
        );
        assert_ne!(step["hint"], "");
    }
}

fn a_replaced_certificate_turns_the_status_green(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("another.example", &ca);
    place.watch("a.example", &server, &ca);
    place.set("schedule.checks", "1s");
    let desk = place.start();
    desk.has_checked("a.example");
    let root = desk.token("root");
    let status = || root.get("/api/v1/infra/status/a.example").json();
    assert_eq!(
        (&status()["ready"], state(&status())),
        (&json!(false), &json!("fail"))
    );

    // Nobody asks for a run from here on.
    let mut stream = root.stream("/api/v1/stream");
    server.reloads(&ca.leaf().names(["mail.a.example"]).issue().unwrap());
    let message = stream.next().unwrap();
    assert_eq!(message.event, "check");
    for (key, value) in [
        ("domain", "a.example"),
        ("check", "imap_cert_san_993"),
        ("before", "fail"),
        ("state", "ok"),
        ("code", "ok"),
    ] {
        assert_eq!(message.data[key], value, "{message:?}");
    }
    assert_eq!(
        (&status()["ready"], state(&status())),
        (&json!(true), &json!("ok"))
    );
}

fn the_list_is_narrowed_and_turned_page_by_page(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let (good, bad) = (
        MailServer::of("mail.b.example", &ca),
        MailServer::of("other.example", &ca),
    );
    place.watch("b.example", &good, &ca);
    place.watch("a.example", &bad, &ca);
    // Nothing is configured there, and nobody answers for its names.
    place.set("sites.unwatched.resolver", "127.0.0.1:1");
    for name in ["c.example", "d.example", "e.example"] {
        place.add_domain(name, "unwatched");
    }
    let desk = place.start();
    let root = desk.token("root");
    for name in ["a.example", "b.example", "c.example", "d.example", "e.example"] {
        assert_eq!(
            root.get(&format!("/api/v1/infra/status/{name}?fresh=1")).status,
            200
        );
    }
    let list = |query: &str| names(&root, &format!("/api/v1/desk/domains{query}"));
    assert_eq!(list("").0, "a b c d e");
    assert_eq!(list("?state=fail").0, "a");
    assert_eq!(list("?state=ready").0, "b");
    assert_eq!(list("?state=unknown").0, "c d e");
    assert_eq!(list("?site=unwatched").0, "c d e");
    assert_eq!(list("?site=unwatched&q=D.ex").0, "d");
    assert_eq!(list("?site=nowhere"), (String::new(), Value::Null));
    assert_eq!(list("?q=mail.e").0, "e");

    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let (page, next) = list(&format!("?limit=2{cursor}"));
        seen.push(page);
        let Some(next) = next.as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["a b", "c d", "e"]);
    assert_eq!(list("?limit=5").1, Value::Null, "the last page says so");
    assert_eq!(list("?limit=1&state=unknown&cursor=c.example").0, "d");

    let item = &root.get("/api/v1/desk/domains?q=a.example").json()["items"][0];
    assert_eq!(
        (&item["domain"], &item["ready"]),
        (&json!("a.example"), &json!(false))
    );
    assert_eq!(item["checks"]["imap_cert_san_993"], "fail");
    for (query, named) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("state=green", "state"),
        ("sort=name", "sort"),
    ] {
        let detail = root
            .get(&format!("/api/v1/desk/domains?{query}"))
            .problem(422, "invalid");
        assert!(detail.contains(named), "{query}: {detail}");
    }
}

fn hosts_and_certificates_are_lists(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let servers = ["mail.a.example", "mail.b.example"].map(|name| MailServer::of(name, &ca));
    place.watch("a.example", &servers[0], &ca);
    place.watch("b.example", &servers[1], &ca);
    let desk = place.start();
    desk.has_checked("a.example");
    desk.has_checked("b.example");
    let noc = desk.token("noc");
    let hosts = noc.get("/api/v1/infra/hosts").json();
    assert_eq!(keys(&hosts), "items next_cursor");
    let local = &hosts["items"][0];
    assert_eq!((&local["name"], &local["fault"]), (&json!("local"), &Value::Null));
    assert_eq!(local["sites"], json!(["a-example", "b-example"]));

    let first = noc.get("/api/v1/infra/certificates?limit=1").json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = noc
        .get(&format!("/api/v1/infra/certificates?limit=1&cursor={cursor}"))
        .json();
    assert_eq!(second["next_cursor"], Value::Null);
    let mut domains = [&first, &second].map(|page| page["items"][0]["domains"].clone());
    domains.sort_by_key(ToString::to_string);
    assert_eq!(domains, [json!(["a.example"]), json!(["b.example"])]);
    assert_eq!(first["items"][0]["places"][0]["how"], "served");
    noc.get("/api/v1/infra/certificates?cursor=x")
        .problem(422, "invalid");
    noc.get("/api/v1/infra/hosts?limit=0").problem(422, "invalid");
}

/// The first labels of a page's names, and where it goes on.
fn names(caller: &Caller, path: &str) -> (String, Value) {
    let page = caller.get(path).json();
    assert_eq!(keys(&page), "items next_cursor");
    let items = page["items"].as_array().unwrap().iter();
    let names: Vec<&str> = items.map(|item| item["domain"].as_str().unwrap()).collect();
    (
        names.join(" ").replace(".example", ""),
        page["next_cursor"].clone(),
    )
}

fn state(status: &Value) -> &Value {
    &step(status, "imap_cert_san_993")["state"]
}

fn step<'a>(status: &'a Value, id: &str) -> &'a Value {
    let steps = status["steps"].as_array().unwrap();
    steps.iter().find(|step| step["id"] == id).unwrap()
}

fn keys(object: &Value) -> String {
    let keys: BTreeSet<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.into_iter().collect::<Vec<_>>().join(" ")
}

/// Two runs never share when they were made and how long they took; what is stored has a past besides.
fn without_times(mut status: Value) -> Value {
    status["checked_at"].take();
    for step in status["steps"].as_array_mut().unwrap() {
        let step = step.as_object_mut().unwrap();
        for key in ["checked_at", "duration_ms", "since", "announced"] {
            step.remove(key);
        }
    }
    status
}
