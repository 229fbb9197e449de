//! Saved views: each person's own names for lists of tickets, and the palette that finds everything.

use crate::harness::Place;
use serde_json::{Value, json};

on_both_engines! {
    a_view_is_saved_found_changed_and_removed_by_its_owner_alone
    who_no_longer_sees_people_no_longer_has_the_views_that_name_one
    what_is_wrong_with_a_view_is_said_by_field
    the_palette_finds_pages_domains_and_open_tickets_and_nothing_that_its_reader_may_not_see
}

const VIEWS: &str = "/api/v1/desk/views";

fn a_view_is_saved_found_changed_and_removed_by_its_owner_alone(place: Place) {
    let desk = place.start();
    let (root, mini) = (desk.token("root"), desk.token("mini"));
    let path = format!("{VIEWS}/Minha%20fila");
    let saved = root.call(
        "PUT",
        &path,
        r#"{"status": ["waiting", "open"], "assigned_to": "mini"}"#,
    );
    assert_eq!(saved.status, 200, "{saved:?}");
    let narrowed = json!({
        "status": ["open", "waiting"], "priority": null, "kind": null, "assigned_to": "mini", "q": null
    });
    let expected = json!({"name": "Minha fila", "narrowed": narrowed});
    assert_eq!(saved.json(), expected);
    assert_eq!(root.get(VIEWS).json()["items"], json!([expected]));
    assert_eq!(mini.get(VIEWS).json()["items"], json!([]));
    mini.call("DELETE", &path, "").problem(404, "not_found");

    let form = [
        ("name", "Minha fila"),
        ("kind", "security"),
        ("q", "ssh"),
        ("status", "all"),
    ];
    let answer = root.form("/tickets/views", &form);
    assert_eq!(answer.status, 303);
    assert_eq!(
        answer.header("location"),
        "/tickets?status=all&kind=security&q=ssh"
    );
    let items = root.get(VIEWS).json()["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
    let narrowed = &items[0]["narrowed"];
    assert_eq!(
        (&narrowed["kind"], &narrowed["q"]),
        (&json!("security"), &json!("ssh"))
    );
    assert_eq!(narrowed["status"].as_array().unwrap().len(), 5);
    let page = root.get(answer.header("location")).text;
    assert!(
        page.contains("Remover esta visão"),
        "the page knows which view it shows"
    );

    assert_eq!(root.call("DELETE", &path, "").status, 204);
    root.call("DELETE", &path, "").problem(404, "not_found");
    let trail = root.get("/api/v1/auth/trail").json();
    let entries: Vec<(&Value, &Value)> = trail["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (&entry["action"], &entry["object"]))
        .filter(|(action, _)| action.as_str().unwrap().starts_with("view."))
        .collect();
    let name = json!("Minha fila");
    assert_eq!(
        entries,
        [
            (&json!("view.removed"), &name),
            (&json!("view.saved"), &name),
            (&json!("view.saved"), &name)
        ]
    );
}

fn who_no_longer_sees_people_no_longer_has_the_views_that_name_one(place: Place) {
    let desk = place.start();
    let noc = desk.token("noc");
    let by_person = r#"{"assigned_to": "mini"}"#;
    noc.call("PUT", &format!("{VIEWS}/x"), by_person)
        .problem(403, "forbidden");
    assert_eq!(
        noc.call("PUT", &format!("{VIEWS}/y"), r#"{"kind": "security"}"#)
            .status,
        200
    );
    assert_eq!(noc.get(VIEWS).json()["items"].as_array().unwrap().len(), 1);

    let admin = desk.token("admin");
    assert_eq!(admin.call("PUT", &format!("{VIEWS}/x"), by_person).status, 200);
    place.tamper("update users set role = 'noc', version = version + 1 where username = 'admin'");
    let demoted = desk.anonymous().bearing(&desk.fresh_token("admin"));
    assert_eq!(demoted.get(VIEWS).json()["items"], json!([]));
}

fn what_is_wrong_with_a_view_is_said_by_field(place: Place) {
    let desk = place.start();
    let root = desk.token("root").with("accept-language", "en");
    for (name, body, says) in [
        ("%20", "{}", "name: it is empty"),
        (&*"a".repeat(61), "{}", "name: at most 60 characters"),
        ("x", r#"{"q": 3}"#, "q: "),
        ("x", r#"{"status": ["asleep"]}"#, "status[0]: "),
        ("x", r#"{"owner": "mini"}"#, "owner"),
    ] {
        let detail = root
            .call("PUT", &format!("{VIEWS}/{name}"), body)
            .problem(422, "invalid");
        assert!(detail.contains(says), "{detail}");
    }
    for nth in 0..50 {
        assert_eq!(root.call("PUT", &format!("{VIEWS}/{nth}"), "{}").status, 200);
    }
    root.call("PUT", &format!("{VIEWS}/51"), "{}")
        .problem(409, "conflict");
    assert_eq!(
        root.call("PUT", &format!("{VIEWS}/7"), "{}").status,
        200,
        "one that is there may change"
    );
}

fn the_palette_finds_pages_domains_and_open_tickets_and_nothing_that_its_reader_may_not_see(
    mut place: Place,
) {
    place.add_domain("padaria.example", "here");
    place.add_domain("a-padaria.example", "here");
    let desk = place.start();
    let root = desk.cookie("root");
    let new = r#"{"subject": "Pagamento de maria@cliente.example atrasado", "domain": "padaria.example"}"#;
    assert_eq!(root.post("/api/v1/desk/tickets", new).status, 201);
    let found = |who: &str, text: &str| desk.cookie(who).get(&format!("/parts/find?q={text}")).text;

    let list = found("root", "pada");
    let (first, second) = (list.find(">padaria.example<"), list.find(">a-padaria.example<"));
    assert!(
        first.unwrap() < second.unwrap(),
        "what begins so comes first: {list}"
    );
    assert!(list.contains("href=\"/tickets/1\"") && list.contains("maria@cliente.example"));
    assert!(found("root", "pess").contains("href=\"/people\""));
    assert!(!found("admin", "pess").contains("href=\"/people\""));
    let list = found("noc", "pada");
    assert!(
        list.contains("href=\"/tickets/1\"") && !list.contains("maria"),
        "{list}"
    );
    assert!(
        !found("noc", "pagamento").contains("/tickets/1"),
        "it is no oracle"
    );
    assert!(found("root", "%3Cb%3E").contains("data-found=\"empty\""));
    assert!(
        desk.cookie("root")
            .get("/find?q=pada")
            .text
            .contains(">padaria.example<")
    );
}
