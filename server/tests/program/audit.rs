//! Audits through the real port: who may begin one and read it, what it says, and that none is lost.

use crate::harness::{Answer, Desk, MailServer, Place};
use serde_json::{Value, json};
use testkit::Ca;

on_both_engines! {
    before_the_first_audit_everything_is_empty_and_says_so
    an_audit_gives_every_domain_a_score_and_says_what_it_lacks
    scorecards_are_narrowed_and_read_page_by_page
    who_may_read_and_who_may_begin
    the_internal_token_begins_an_audit_and_opens_nothing_else
    a_token_that_is_not_set_is_nobodys
    a_killed_audit_ends_after_the_next_start
    people_audit_with_a_plain_form
}

fn before_the_first_audit_everything_is_empty_and_says_so(mut place: Place) {
    place.set("schedule.audit", "30 2 1 1 *");
    let desk = place.start();
    let root = desk.token("root");
    let overview = root.get(OVERVIEW).json();
    for key in ["latest", "running", "mean"] {
        assert_eq!(overview[key], Value::Null, "{overview}");
    }
    assert!(
        overview["next_at"]
            .as_str()
            .unwrap()
            .ends_with("-01-01T02:30:00Z"),
        "{overview}"
    );
    assert_eq!(
        root.get(SCORECARDS).json(),
        json!({"cycle_id": null, "items": [], "next_cursor": null})
    );
    let page = desk.cookie("root").with("accept-language", "en").get("/audit");
    assert!(
        page.text.contains("No audit has ended yet") && page.text.contains("1 Jan"),
        "{page:?}"
    );
    let status = desk.cookie("mini").with("accept-language", "en").get("/status");
    assert!(
        status.text.contains("Next audit") && status.text.contains("1 Jan"),
        "{status:?}"
    );
}

fn an_audit_gives_every_domain_a_score_and_says_what_it_lacks(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let issued = ca.leaf().names(["mail.a.example"]).issue().unwrap();
    let server = MailServer::serving(&issued);
    place.watch("a.example", &server, &ca);
    // The same certificate is not for this one.
    place.watch("b.example", &server, &ca);
    let desk = place.start();
    audited(&desk);
    let root = desk.token("root").with("accept-language", "en");
    let cards = root.get(SCORECARDS).json();
    let [worst, best] = cards["items"].as_array().unwrap().as_slice() else {
        panic!("{cards}")
    };
    assert_eq!(
        (&worst["domain"], &best["domain"]),
        (&json!("b.example"), &json!("a.example"))
    );
    let imap = worst["costs"]
        .as_array()
        .unwrap()
        .iter()
        .find(|cost| cost["check"] == IMAP)
        .unwrap();
    assert_eq!(
        (&imap["label"], &imap["state"]),
        (&json!("IMAP TLS :993"), &json!("fail"))
    );
    assert!(
        best["costs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|cost| cost["check"] != IMAP),
        "{best}"
    );
    for card in [worst, best] {
        let costs = card["costs"].as_array().unwrap().iter();
        let lost: i64 = costs.map(|cost| cost["points"].as_i64().unwrap()).sum();
        assert_eq!(card["score"].as_i64().unwrap() + lost, 100, "{card}");
        assert_eq!(card["before"], Value::Null);
    }
    let overview = root.get(OVERVIEW).json();
    assert_eq!(overview["latest"]["asked_by"], "root");
    assert_eq!(overview["latest"]["domains"], 2);
    assert_eq!(overview["worst"], cards["items"]);
    let of_ranges: i64 = overview["distribution"]
        .as_array()
        .unwrap()
        .iter()
        .map(|range| range["domains"].as_i64().unwrap())
        .sum();
    assert_eq!(of_ranges, 2);

    // Its mail server gets the right one, and the next audit says that it is better.
    let both = ca
        .leaf()
        .names(["mail.a.example", "mail.b.example"])
        .issue()
        .unwrap();
    server.reloads(&both);
    audited(&desk);
    let cards = root.get(SCORECARDS).json();
    let better = cards["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|card| card["domain"] == "b.example")
        .unwrap();
    assert_eq!(better["before"], worst["score"]);
    assert!(better["score"].as_i64() > worst["score"].as_i64(), "{better}");
    let page = desk.cookie("root").with("accept-language", "en").get("/audit");
    assert!(
        page.text.contains("b.example") && page.text.contains("Mean score of 2 audits"),
        "{page:?}"
    );
    let earlier = desk
        .cookie("root")
        .with("accept-language", "en")
        .get("/audit?cycle=1");
    assert!(earlier.text.contains("An earlier audit"), "{earlier:?}");
    let domain = desk
        .cookie("root")
        .with("accept-language", "en")
        .get("/domains/b.example");
    assert!(
        domain.text.contains(&format!("{} of 100", better["score"])),
        "{domain:?}"
    );
    let of_technician = desk
        .cookie("mini")
        .with("accept-language", "en")
        .get("/domains/b.example");
    assert!(!of_technician.text.contains(" of 100"));
}

fn scorecards_are_narrowed_and_read_page_by_page(mut place: Place) {
    for domain in ["a.example", "b.example", "padaria.example"] {
        place.add_domain(domain, "here");
    }
    let desk = place.start();
    let root = desk.token("root");
    let sul = root.call("PATCH", "/api/v1/desk/domains/b.example", r#"{"tenant": "sul"}"#);
    assert_eq!(sul.status, 200, "{sul:?}");
    audited(&desk);
    let read = |query: &str| {
        let answer = root.get(&format!("{SCORECARDS}{query}")).json();
        let items = answer["items"].as_array().unwrap().iter();
        let names: Vec<String> = items
            .map(|card| card["domain"].as_str().unwrap().to_owned())
            .collect();
        (names.join(" "), answer["next_cursor"].clone())
    };
    assert_eq!(read("?q=PADA"), ("padaria.example".to_owned(), Value::Null));
    assert_eq!(read("?tenant=sul"), ("b.example".to_owned(), Value::Null));
    assert_eq!(read("?tenant=norte").0, "");
    assert_eq!(read("?cycle=1").0, "a.example b.example padaria.example");
    let (first, next) = read("?limit=2");
    assert_eq!(first, "a.example b.example");
    let next = next.as_str().unwrap();
    assert_eq!(
        read(&format!("?limit=2&cursor={next}")),
        ("padaria.example".to_owned(), Value::Null)
    );
    for wrong in ["limit=0", "cursor=x", "cycle=x", "state=fail"] {
        root.get(&format!("{SCORECARDS}?{wrong}")).problem(422, "invalid");
    }
    root.get(&format!("{SCORECARDS}?cycle=99"))
        .problem(404, "not_found");
    let page = |query: &str| desk.cookie("root").get(&format!("/audit{query}"));
    assert!(
        page("?tenant=sul").text.contains("b.example")
            && !page("?tenant=sul").text.contains("padaria.example")
    );
    assert_eq!(page("?cycle=99").status, 404);
    assert_eq!(page("?cycle=x&after=y").status, 200);
}

fn who_may_read_and_who_may_begin(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    for (user, reads, begins) in [
        ("root", 200, 202),
        ("admin", 200, 202),
        ("mini", 403, 403),
        ("noc", 200, 403),
    ] {
        let caller = desk.token(user);
        assert_eq!(caller.get(OVERVIEW).status, reads, "{user}");
        assert_eq!(caller.get(SCORECARDS).status, reads, "{user}");
        assert_eq!(caller.post(CYCLE, "").status, begins, "{user}");
        let page = desk.cookie(user).get("/audit");
        assert_eq!(page.status, reads, "{user}");
        let offers = page.text.contains("action=\"/audit/cycle\"");
        assert_eq!(offers, begins == 202, "{user}");
        let is_led = page.text.contains("href=\"/audit\"");
        assert_eq!(is_led, reads == 200, "{user}");
    }
    has_ended(&desk, 1);
    let seen = desk.token("noc").get(OVERVIEW).json()["latest"]["asked_by"].clone();
    assert!(seen == "r•••" || seen == "a•••", "{seen}");
    let trail = desk.token("root").get("/api/v1/auth/trail").json();
    let begun = |entry: &&Value| entry["action"] == "audit.begun" && entry["actor"] == "root";
    let entries: Vec<_> = trail["items"].as_array().unwrap().iter().filter(begun).collect();
    assert!(entries.len() == 1 && entries[0]["object"] == "1", "{trail}");
}

fn the_internal_token_begins_an_audit_and_opens_nothing_else(mut place: Place) {
    place.write("token", TOKEN);
    place.set("auth.internal_token", "file:token");
    place.add_domain("a.example", "here");
    let desk = place.start();
    let machine = desk.anonymous().with(HEADER, TOKEN);
    let begun = machine.post(CYCLE, "");
    assert_eq!((begun.status, begun.json()), (202, json!({"cycle_id": 1})));
    has_ended(&desk, 1);
    let latest = desk.token("root").get(OVERVIEW).json()["latest"].clone();
    assert_eq!(
        (&latest["origin"], &latest["asked_by"]),
        (&json!("machine"), &Value::Null)
    );

    for wrong in [
        "",
        "x",
        "a token between machine",
        "a token between machines!",
        "Bearer",
    ] {
        let answer = desk.anonymous().with(HEADER, wrong).post(CYCLE, "");
        answer.problem(401, "unauthenticated");
    }
    // A wrong one is not made good by who else one is, nor the other way round.
    desk.token("root")
        .with(HEADER, "x")
        .post(CYCLE, "")
        .problem(401, "unauthenticated");
    let as_noc = desk.token("noc").with(HEADER, TOKEN).post(CYCLE, "");
    assert_eq!(as_noc.status, 202);
    desk.anonymous()
        .bearing(TOKEN)
        .post(CYCLE, "")
        .problem(401, "unauthenticated");
    for door in crate::doors::doors() {
        if door.path == CYCLE || door.path.ends_with("/stream") {
            continue;
        }
        let (with, without) = (
            machine.call(door.method, &door.path, ""),
            desk.anonymous().call(door.method, &door.path, ""),
        );
        assert_eq!(with.status, without.status, "{} {}", door.method, door.path);
    }
    assert_eq!(machine.get(CYCLE).status, 405);
    assert_eq!(desk.anonymous().get(CYCLE).status, 401);
}

fn a_token_that_is_not_set_is_nobodys(place: Place) {
    let desk = place.start();
    for shown in ["", "null", "undefined"] {
        let answer = desk.anonymous().with(HEADER, shown).post(CYCLE, "");
        answer.problem(401, "unauthenticated");
    }
}

fn a_killed_audit_ends_after_the_next_start(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    place.add_domain("b.example", "here");
    let desk = place.start();
    desk.has_checked("a.example");
    server.holds();
    assert_eq!(begin(&desk).json(), json!({"cycle_id": 1}));
    server.has_a_client();
    let running = desk.token("root").get(OVERVIEW).json()["running"].clone();
    assert_eq!(
        (&running["cycle_id"], &running["of"]),
        (&json!(1), &json!(2)),
        "{running}"
    );
    assert_eq!(begin(&desk).json(), json!({"cycle_id": 1}), "two at once are one");
    desk.kill();

    server.goes_on();
    let desk = place.start();
    let ended = has_ended(&desk, 1);
    assert_eq!(
        (&ended["domains"], &ended["origin"]),
        (&json!(2), &json!("person"))
    );
    assert_eq!(begin(&desk).json(), json!({"cycle_id": 2}));
}

fn people_audit_with_a_plain_form(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    assert_eq!(desk.cookie("admin").form("/audit/cycle", &[]).goes_to(), "/audit");
    has_ended(&desk, 1);
    let refused = desk.cookie("mini").form("/audit/cycle", &[]);
    assert_eq!(refused.status, 403, "{refused:?}");
    let refused = desk.cookie("noc").form("/audit/cycle", &[]);
    assert!(
        refused.status == 403 && refused.text.contains("class=\"problem\""),
        "{refused:?}"
    );
    let foreign = desk.cookie("admin").with("sec-fetch-site", "cross-site");
    foreign.form("/audit/cycle", &[]).problem(403, "foreign_origin");
    desk.anonymous().form("/audit/cycle", &[]).back_after_login();
}

/// Begins an audit as root and waits for its end.
pub(crate) fn audited(desk: &Desk) {
    let id = begin(desk).json()["cycle_id"].as_i64().unwrap();
    has_ended(desk, id);
}

fn begin(desk: &Desk) -> Answer {
    let answer = desk.token("root").post(CYCLE, "");
    assert_eq!(answer.status, 202, "{answer:?}");
    answer
}

/// The audit, once it has judged.
fn has_ended(desk: &Desk, id: i64) -> Value {
    let root = desk.token("root");
    let mut happened = root.stream("/api/v1/stream?after=0");
    let over = |event: &str, data: &Value| event == "audit" && data["cycle"] == id && data["is_over"] == true;
    happened
        .find(|message| over(&message.event, &message.data))
        .unwrap();
    let trend = root.get(OVERVIEW).json()["trend"].clone();
    let ended = trend
        .as_array()
        .unwrap()
        .iter()
        .find(|cycle| cycle["cycle_id"] == id);
    ended.unwrap().clone()
}

const OVERVIEW: &str = "/api/v1/audit/overview";
const SCORECARDS: &str = "/api/v1/audit/scorecards";
const CYCLE: &str = "/api/v1/audit/cycle";
const HEADER: &str = "x-ops-internal-token";
const TOKEN: &str = "a token between machines";
const IMAP: &str = "imap_cert_san_993";
