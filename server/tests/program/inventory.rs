//! The hosts and certificates of all sites, as a program reads them.

use crate::harness::{Desk, MailServer, Place};
use serde_json::{Value, json};
use std::{thread, time::Duration};
use testkit::Ca;

on_both_engines! {
    a_certificate_is_found_at_its_door_and_in_its_lineage
    each_host_says_whether_it_answers
}

fn a_certificate_is_found_at_its_door_and_in_its_lineage(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let issued = ca.leaf().names(["mail.a.example"]).issue().unwrap();
    let server = MailServer::serving(&issued);
    place.watch("a.example", &server, &ca);
    issued.write(place.folder()).unwrap();
    place.set("sites.a-example.lineage", "fullchain.pem");
    let desk = place.start();
    desk.has_checked("a.example");
    let mini = desk.token("mini");
    let list = mini.get("/api/v1/infra/certificates").json();
    let [item] = list["items"].as_array().unwrap().as_slice() else {
        panic!("{list}")
    };
    for (key, value) in [
        ("domains", json!(["a.example"])),
        ("domains_in_all", json!(1)),
        (
            "places",
            json!([
                {"how": "issued", "site": "a-example", "at": "fullchain.pem"},
                {"how": "served", "site": "a-example", "at": server.endpoint()},
            ]),
        ),
        ("sans", json!(["mail.a.example"])),
        ("urgency", json!("fresh")),
    ] {
        assert_eq!(item[key], value, "{key}: {item}");
    }
    for key in [
        "sha256",
        "issuer",
        "serial",
        "not_before",
        "not_after",
        "renew_from",
        "first_seen",
    ] {
        assert!(item[key].is_string(), "{key}: {item}");
    }
    assert_eq!(list["next_cursor"], Value::Null);
    for (query, named) in [
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("state=valid", "state"),
    ] {
        let detail = mini
            .get(&format!("/api/v1/infra/certificates?{query}"))
            .problem(422, "invalid");
        assert!(detail.contains(named), "{detail}");
    }
}

fn each_host_says_whether_it_answers(mut place: Place) {
    place.set("hosts.here.via", "local");
    // A port of this machine where nobody answers.
    place.set("hosts.there.via", "ssh://root@127.0.0.1:1");
    let desk = place.start();
    let items = hosts(&desk);
    let items = items.as_array().unwrap();
    let told: Vec<_> = items
        .iter()
        .map(|host| [&host["name"], &host["via"], &host["reachable"]])
        .collect();
    assert_eq!(
        told,
        [
            [&json!("there"), &json!("ssh://root@127.0.0.1:1"), &json!(false)],
            [&json!("here"), &json!("local"), &json!(true)]
        ]
    );
    assert!(
        items[0]["fault"].as_str().unwrap().contains("refused"),
        "{}",
        items[0]
    );
    assert!(
        items
            .iter()
            .all(|host| host["checked_at"].is_string() && host["since"].is_string())
    );
}

/// Once all were asked.
pub(crate) fn hosts(desk: &Desk) -> Value {
    for _ in 0..300 {
        let hosts = desk.token("mini").get("/api/v1/infra/hosts").json();
        assert_eq!(hosts["next_cursor"], Value::Null);
        if hosts["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|host| !host["reachable"].is_null())
        {
            return hosts["items"].clone();
        }
        #[expect(clippy::disallowed_methods, reason = "nobody tells when the hosts were asked")]
        thread::sleep(Duration::from_millis(100));
    }
    panic!("the hosts are asked when the Desk starts")
}
