//! Onboarding: what the wizard says moves a domain along, and only the checks prove that it has arrived.

use crate::harness::{Answer, Caller, Desk, MailServer, Place};
use serde_json::{Value, json};
use testkit::Ca;

on_both_engines! {
    a_domain_goes_from_step_to_step_and_its_story_tells_how
    what_comes_late_again_or_replayed_moves_nothing_backwards
    a_failure_is_a_ticket_until_a_later_step
    nothing_is_proved_before_the_checks_are_green
    a_technician_sees_the_domains_of_their_own_tickets
    a_noc_sees_how_many_and_not_which
    the_list_is_narrowed_and_goes_on_where_it_ended
    the_page_shows_what_the_wizard_says
    tenants_are_counted_with_what_is_open
}

fn a_domain_goes_from_step_to_step_and_its_story_tells_how(mut place: Place) {
    let desk = with_wizard(&mut place);
    let root = desk.token("root");
    assert_eq!(
        stages(&funnel(&root, "")),
        [
            json!(["started", 0, 0]),
            json!(["completed", 0, 0]),
            json!(["proved", 0, 0])
        ]
    );
    tell(&desk, "started", "nova.example", json!({"tenant": "padaria"}));
    tell(&desk, "step", "nova.example", json!({"step": "dns"}));
    tell(&desk, "step", "nova.example", json!({"step": "cert"}));
    tell(&desk, "started", "bolo.example", json!({}));
    tell(&desk, "step", "bolo.example", json!({"step": "dns"}));
    tell(&desk, "started", "torta.example", json!({}));
    let funnel = funnel(&root, "");
    assert_eq!(
        stages(&funnel),
        [
            json!(["started", 3, 1]),
            json!(["dns", 2, 1]),
            json!(["cert", 1, 1]),
            json!(["completed", 0, 0]),
            json!(["proved", 0, 0]),
        ]
    );
    let waits = |domain: &str| item(&funnel, domain)["waits_for"].clone();
    assert_eq!(waits("torta.example"), json!({"type": "wizard", "next": "dns"}));
    assert_eq!(waits("bolo.example"), json!({"type": "wizard", "next": "cert"}));
    assert_eq!(waits("nova.example"), json!({"type": "wizard", "next": null}));
    let nova = item(&funnel, "nova.example");
    assert_eq!(
        (
            &nova["tenant"],
            &nova["stage"],
            &nova["step"],
            &nova["stuck"],
            &nova["watched"]
        ),
        (
            &json!("padaria"),
            &json!("step"),
            &json!("cert"),
            &json!(false),
            &json!(false)
        )
    );

    let story = story(&root, "nova.example").json();
    assert_eq!(story["since"], nova["since"]);
    let told: Vec<_> = story["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|told| json!([told["type"], told["step"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["onboard.started", null]),
            json!(["onboard.step", "dns"]),
            json!(["onboard.step", "cert"])
        ]
    );
    let events = root.get("/api/v1/webhooks/events").json();
    assert!(
        events["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|event| event["state"] == "accepted"),
        "what moves the funnel has an effect: {events}"
    );
    story_of_nobody(&root);
}

fn story_of_nobody(root: &Caller) {
    story(root, "nobody.example").problem(404, "not_found");
    story(root, "no%20domain").problem(422, "invalid");
    root.get("/api/v1/onboard/funnel?stage=nowhere")
        .problem(422, "invalid");
    root.get("/api/v1/onboard/funnel?cursor=here")
        .problem(422, "invalid");
    root.get("/api/v1/onboard/funnel?who=me").problem(422, "invalid");
}

fn what_comes_late_again_or_replayed_moves_nothing_backwards(mut place: Place) {
    let desk = with_wizard(&mut place);
    let root = desk.token("root");
    let at = |minute: u32| format!("2026-11-22T07:{minute:02}:00Z");
    let say = |event: &str, minute: u32, step: &str| {
        let body = json!({"event": format!("onboard.{event}"), "occurred_at": at(minute), "data": {
            "domain": "nova.example", "step": step}});
        post(&desk, &body);
        let story = story(&root, "nova.example").json();
        format!(
            "{} {}",
            story["stage"].as_str().unwrap(),
            story["since"].as_str().unwrap()
        )
    };
    let stands = |stage: &str, minute: u32| format!("{stage} {}", at(minute));
    assert_eq!(say("step", 3, "cert"), stands("step", 3));
    assert_eq!(say("step", 2, "dns"), stands("step", 3));
    assert_eq!(say("started", 1, ""), stands("step", 3));
    assert_eq!(say("completed", 9, ""), stands("completed", 9));
    assert_eq!(say("failed", 5, "dns"), stands("completed", 9));
    assert_eq!(say("step", 4, "mailboxes"), stands("completed", 9));
    assert_eq!(
        stages(&funnel(&root, ""))[1..4],
        [
            json!(["dns", 1, 0]),
            json!(["cert", 1, 0]),
            json!(["mailboxes", 1, 0])
        ]
    );
    // Without a time of its own an event was said when it came in, also when it is read anew.
    tell(&desk, "step", "bolo.example", json!({"step": "dns"}));
    tell(
        &desk,
        "failed",
        "bolo.example",
        json!({"step": "dns", "error": "no MX"}),
    );
    tell(&desk, "step", "bolo.example", json!({"step": "cert"}));
    let before = story(&root, "bolo.example").json();
    assert_eq!(
        (&before["stage"], &before["step"]),
        (&json!("step"), &json!("cert"))
    );
    for event in before["events"].as_array().unwrap() {
        let replay = format!(
            "/api/v1/webhooks/events/{}/replay",
            event["event_id"].as_str().unwrap()
        );
        assert_eq!(root.post(&replay, "").status, 202);
    }
    assert_eq!(story(&root, "bolo.example").json(), before);
    assert_eq!(
        say("started", 20, ""),
        stands("started", 20),
        "after its end it begins anew"
    );
    assert_eq!(say("step", 10, "cert"), stands("started", 20));
}

fn a_failure_is_a_ticket_until_a_later_step(mut place: Place) {
    let desk = with_wizard(&mut place);
    let root = desk.token("root");
    tell(&desk, "started", "nova.example", json!({"tenant": "padaria"}));
    tell(
        &desk,
        "failed",
        "nova.example",
        json!({"step": "dns", "error": "o MX não responde", "tenant": "padaria"}),
    );
    let failed = funnel(&root, "");
    assert_eq!(failed["failed"], 1);
    assert_eq!(
        failed["stages"][1],
        json!({"stage": "step", "step": "dns", "reached": 1, "here": 0, "failed": 1})
    );
    let nova = item(&failed, "nova.example");
    assert_eq!((&nova["stage"], &nova["stuck"]), (&json!("failed"), &json!(true)));
    assert_eq!(
        nova["waits_for"],
        json!({"type": "repair", "why": "o MX não responde", "ticket": 1})
    );
    let ticket = root.get("/api/v1/desk/tickets").json()["items"][0].clone();
    assert_eq!(
        (&ticket["subject"], &ticket["tenant"]),
        (
            &json!("nova.example: o onboarding parou: o MX não responde"),
            &json!("padaria")
        )
    );
    tell(&desk, "step", "nova.example", json!({"step": "dns"}));
    let on = funnel(&root, "");
    assert_eq!(
        (&on["failed"], &item(&on, "nova.example")["stage"]),
        (&json!(0), &json!("step"))
    );
    let story = story(&root, "nova.example").json();
    let failure = &story["events"][1];
    assert_eq!(
        (&failure["why"], &failure["ticket"]),
        (&json!("o MX não responde"), &json!(1))
    );
}

fn nothing_is_proved_before_the_checks_are_green(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    // Another site, so that a new domain belongs to none by itself.
    place.add_domain("b.example", "other");
    let desk = with_wizard(&mut place);
    desk.has_checked("a.example");
    let root = desk.token("root");
    let check = || root.get("/api/v1/infra/status/a.example?fresh=1").json()["ready"].clone();
    let stands = |domain: &str| {
        let story = story(&root, domain).json();
        (story["stage"].clone(), story["waits_for"].clone())
    };
    server.reloads(&ca.leaf().names(["other.example"]).issue().unwrap());
    assert_eq!(check(), false);
    tell(&desk, "completed", "a.example", json!({}));
    // The checks that the end asks for have run.
    assert_eq!(check(), false);
    let (stage, waits) = stands("a.example");
    assert_eq!((&stage, &waits["type"]), (&json!("completed"), &json!("checks")));
    assert_eq!(
        waits["checks"],
        json!([{"check": "imap_cert_san_993", "label": "IMAP TLS :993", "state": "fail"}])
    );
    server.reloads(&ca.leaf().names(["mail.a.example"]).issue().unwrap());
    assert_eq!(check(), true);
    assert_eq!(stands("a.example"), (json!("proved"), json!({"type": "nothing"})));
    tell(&desk, "completed", "far.example", json!({}));
    assert_eq!(
        stands("far.example"),
        (json!("completed"), json!({"type": "watching"}))
    );
    assert_eq!(stages(&funnel(&root, "")).last(), Some(&json!(["proved", 1, 1])));
}

fn a_technician_sees_the_domains_of_their_own_tickets(mut place: Place) {
    let desk = with_wizard(&mut place);
    let (root, mini) = (desk.token("root"), desk.token("mini"));
    tell(
        &desk,
        "failed",
        "nova.example",
        json!({"step": "dns", "error": "maria@nova.example"}),
    );
    tell(&desk, "started", "bolo.example", json!({}));
    let none = funnel(&mini, "");
    assert_eq!((&none["items"], &none["failed"]), (&json!([]), &json!(0)));
    story(&mini, "nova.example").problem(404, "not_found");
    assert_eq!(mini.get("/onboarding?domain=nova.example").status, 404);

    let id = root.get("/api/v1/desk/tickets").json()["items"][0]["id"].clone();
    let path = format!("/api/v1/desk/tickets/{}", id.as_str().unwrap());
    let given = root
        .with("if-match", "*")
        .call("PATCH", &path, r#"{"assigned_to": "mini"}"#);
    assert_eq!(given.status, 200);
    let theirs = funnel(&mini, "");
    assert_eq!(
        (theirs["items"].as_array().unwrap().len(), &theirs["failed"]),
        (1, &json!(1))
    );
    assert_eq!(
        stages(&theirs)[0],
        json!(["started", 1, 0]),
        "those of others are not counted"
    );
    let told = story(&mini, "nova.example").json();
    assert_eq!(
        told["waits_for"]["why"], "maria@nova.example",
        "the words of the ticket that they work on"
    );
    story(&mini, "bolo.example").problem(404, "not_found");
}

fn a_noc_sees_how_many_and_not_which(mut place: Place) {
    let desk = with_wizard(&mut place);
    let root = desk.token("root");
    tell(&desk, "started", "nova.example", json!({}));
    tell(
        &desk,
        "step",
        "nova.example",
        json!({"step": "caixa de maria@nova.example por mini"}),
    );
    assert_eq!(item(&funnel(&root, ""), "nova.example")["stage"], "step");
    for noc in [desk.token("noc"), desk.cookie("noc")] {
        let counts = funnel(&noc, "");
        assert_eq!(
            (&counts["items"], &counts["next_cursor"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(counts["stages"][1]["step"], "caixa de m•••@n•••.example por m•••");
        for path in [
            "/api/v1/onboard/domains/nova.example",
            "/api/v1/onboard/domains/nobody.example",
        ] {
            noc.get(path).problem(403, "forbidden");
        }
        for path in [
            "/onboarding",
            "/onboarding?domain=nova.example",
            "/parts/onboarding?q=nova",
        ] {
            let page = noc.get(path);
            assert_eq!(page.status, 200, "{page:?}");
            assert!(page.text.contains("não quais"), "{path}");
            let shown = page.text.split("id=\"onboarding\"").nth(1).unwrap();
            assert!(
                !shown.contains("nova.example") && !shown.contains("maria"),
                "{path}: {shown}"
            );
        }
    }
}

fn the_list_is_narrowed_and_goes_on_where_it_ended(mut place: Place) {
    let desk = with_wizard(&mut place);
    let root = desk.token("root");
    for (minute, domain) in ["a.example", "b.example", "c.example", "d.example"]
        .into_iter()
        .enumerate()
    {
        let body = json!({"event": "onboard.step", "occurred_at": format!("2026-11-22T07:0{minute}:00Z"),
            "data": {"domain": domain, "step": "dns", "tenant": "padaria"}});
        post(&desk, &body);
    }
    tell(&desk, "failed", "d.example", json!({}));
    tell(&desk, "step", "e.example", json!({"step": "cert"}));
    let names = |query: &str| -> Vec<String> {
        let page = funnel(&root, query);
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|item| item["domain"].as_str().unwrap()[..1].to_owned())
            .collect()
    };
    assert_eq!(names(""), ["d", "a", "b", "c", "e"], "stuck ones first");
    assert_eq!(names("?stage=failed"), ["d"]);
    assert_eq!(names("?step=dns"), ["d", "a", "b", "c"]);
    assert_eq!(names("?step=cert&q=example"), ["e"]);
    assert_eq!(names("?q=PADARIA&stage=step"), ["a", "b", "c"]);
    let mut walked = Vec::new();
    let mut cursor = String::new();
    loop {
        let query = format!("?limit=2{cursor}");
        walked.extend(names(&query));
        match funnel(&root, &query)["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(walked, ["d", "a", "b", "c", "e"]);
}

fn the_page_shows_what_the_wizard_says(mut place: Place) {
    let desk = with_wizard(&mut place);
    let admin = desk.cookie("admin");
    let empty = admin.get("/onboarding");
    assert!(
        empty.text.contains("Nenhum domínio em onboarding ainda") && empty.text.contains("onboard.started")
    );
    tell(&desk, "started", "nova.example", json!({"tenant": "padaria"}));
    tell(
        &desk,
        "failed",
        "nova.example",
        json!({"step": "<b>dns</b>", "error": "<script>alert(1)</script>"}),
    );
    let page = admin.get("/onboarding?domain=nova.example");
    assert_eq!(page.status, 200);
    for part in [
        "parou em &lt;b&gt;dns&lt;/b&gt;",
        "href=\"/tickets/1\"",
        "id=\"story\"",
        "padaria",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("<script>alert(1)"));
    let english = admin.with("accept-language", "en").get("/onboarding");
    assert!(english.text.contains("Waits for"), "{english:?}");
}

fn tenants_are_counted_with_what_is_open(mut place: Place) {
    place.add_domain("a.example", "vm112");
    let desk = with_wizard(&mut place);
    let root = desk.token("root");
    for domain in ["b.example", "c.example"] {
        let new = json!({"domain": domain, "site": "vm112", "tenant": "padaria"});
        assert_eq!(root.post("/api/v1/desk/domains", &new.to_string()).status, 201);
    }
    let new = json!({"domain": "d.example", "site": "vm112", "tenant": "bolos"});
    assert_eq!(root.post("/api/v1/desk/domains", &new.to_string()).status, 201);
    for domain in ["b.example", "c.example"] {
        let status = root.get(&format!("/api/v1/infra/status/{domain}?fresh=1")).json();
        assert_eq!(status["ready"], true);
    }
    let ticket = json!({"subject": "x", "domain": "b.example"});
    assert_eq!(root.post("/api/v1/desk/tickets", &ticket.to_string()).status, 201);
    tell(&desk, "failed", "nova.example", json!({"tenant": "tortas"}));
    for user in ["root", "admin", "mini", "noc"] {
        let tenants = desk.token(user).get("/api/v1/tenants").json();
        let of = |nth: usize, key: &str| tenants["items"][nth][key].clone();
        let names: Vec<_> = (0..3).map(|nth| of(nth, "name")).collect();
        assert_eq!(names, ["bolos", "padaria", "tortas"], "{user}");
        assert_eq!(
            (of(1, "domains"), of(1, "ready"), of(1, "open_tickets")),
            (json!(2), json!(2), json!(1))
        );
        assert_eq!((of(2, "domains"), of(2, "open_tickets")), (json!(0), json!(1)));
    }
    let page = root.get("/api/v1/tenants?limit=2").json();
    assert_eq!(page["next_cursor"], "padaria");
    let rest = root.get("/api/v1/tenants?limit=2&cursor=padaria").json();
    assert_eq!(
        (&rest["items"][0]["name"], &rest["next_cursor"]),
        (&json!("tortas"), &Value::Null)
    );
}

fn with_wizard(place: &mut Place) -> Desk {
    place.integrations(json!([{"name": "vm112", "secret": SECRET}]));
    place.start()
}

/// What the wizard says, as it comes in.
fn tell(desk: &Desk, event: &str, domain: &str, mut data: Value) {
    data["domain"] = json!(domain);
    post(desk, &json!({"event": format!("onboard.{event}"), "data": data}));
}

fn post(desk: &Desk, body: &Value) {
    let sender = desk.anonymous().with("x-webhook-secret", SECRET);
    let answer = sender.post("/api/v1/webhooks/onboard", &body.to_string());
    assert_eq!(answer.status, 202, "{answer:?}");
}

fn funnel(who: &Caller, query: &str) -> Value {
    let answer = who.get(&format!("/api/v1/onboard/funnel{query}"));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn story(who: &Caller, domain: &str) -> Answer {
    who.get(&format!("/api/v1/onboard/domains/{domain}"))
}

/// Each stage's name, how many have reached it, and how many stand there.
fn stages(funnel: &Value) -> Vec<Value> {
    let stages = funnel["stages"].as_array().unwrap().iter();
    let name = |stage: &Value| {
        if stage["step"].is_null() {
            stage["stage"].clone()
        } else {
            stage["step"].clone()
        }
    };
    stages
        .map(|stage| json!([name(stage), stage["reached"], stage["here"]]))
        .collect()
}

fn item<'a>(funnel: &'a Value, domain: &str) -> &'a Value {
    let mut items = funnel["items"].as_array().unwrap().iter();
    items.find(|item| item["domain"] == domain).unwrap()
}

const SECRET: &str = "a secret between machines";
