//! Nobody gets through any door of the Desk but those that are meant to be open.

use crate::harness::{Caller, Desk, PASSWORD, Place};
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto, dangerous::insecure_decode_claims, encode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_engines! {
    every_door_is_closed_to_nobody
    every_door_opens_with_a_token
    only_a_token_of_ours_opens_a_door
    a_change_of_the_user_ends_tokens_and_sessions
    who_may_look_may_not_always_touch
    each_role_opens_the_doors_that_the_table_grants
    programs_read_about_every_door_of_theirs
}

fn every_door_is_closed_to_nobody(mut place: Place) {
    knows_our_secret(&mut place);
    place.add_domain("a.example", "here");
    let desk = place.start();
    is_closed_to(&desk.anonymous());
    for (_, token) in forged(&desk) {
        is_closed_to(&desk.anonymous().bearing(&token));
    }
    // Whether a path exists, takes the method or is well written is nobody's to know either.
    for (method, path) in [
        ("GET", "/api/v1/no/such/path"),
        ("GET", "/api/v2/auth/me"),
        ("DELETE", "/api/v1/auth/me"),
        ("GET", "/api/v1/infra/status/no%20domain"),
        ("GET", "/api/v1/infra/status/a.example?no=key"),
        ("GET", "/parts/row/no%20domain"),
        ("GET", "/calls/run_checks"),
    ] {
        let answer = desk.anonymous().call(method, path, "");
        assert_eq!(answer.status, 401, "{method} {path}: {answer:?}");
    }
}

fn is_closed_to(nobody: &Caller) {
    for Door { method, path } in doors() {
        let answer = nobody.call(method, &path, "");
        let is_open = OPEN
            .iter()
            .any(|open| path == *open || (open.ends_with('/') && path.starts_with(open)));
        let is_for_programs = ["/api/", "/calls/", "/parts/"]
            .iter()
            .any(|prefix| path.starts_with(prefix));
        if is_open {
            assert!(
                answer.status != 401 && !answer.header("location").contains("next="),
                "{method} {path}: {answer:?}"
            );
        } else if is_for_programs {
            answer.problem(401, "unauthenticated");
        } else {
            assert_eq!(answer.back_after_login(), path, "{method} {path}");
        }
    }
}

fn every_door_opens_with_a_token(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    desk.has_checked("a.example");
    for Door { method, path } in doors() {
        if path.ends_with("/stream") {
            drop(desk.token("root").stream(&path));
            continue;
        }
        if is_for_machines(&path) {
            continue;
        }
        // One each, because a door may be the way out.
        let answer = desk.token("root").call(method, &path, "");
        let is_asset = path.starts_with("/a/");
        // There is no session, no ticket, no event and no job of that name.
        let named = [
            "/api/v1/auth/sessions/",
            "/api/v1/desk/tickets/",
            "/api/v1/webhooks/events/",
            "/api/v1/desk/views/",
            "/api/v1/jobs/",
            "/api/v1/integrations/",
            "/integrations/",
            "/tickets/",
            "/events/",
            "/parts/ticket/",
            "/api/v1/onboard/domains/",
        ];
        let is_gone = named.iter().any(|prefix| path.starts_with(prefix)) && answer.status == 404;
        assert!(
            is_asset || is_gone || ![401, 403, 404, 405, 500].contains(&answer.status),
            "{method} {path}: {answer:?}"
        );
    }
}

fn only_a_token_of_ours_opens_a_door(mut place: Place) {
    knows_our_secret(&mut place);
    let desk = place.start();
    let at = |path: &str, token: &str| desk.anonymous().bearing(token).get(path).status;

    let again = signed(Algorithm::HS256, &claims_of(&desk.fresh_token("root")), SECRET);
    assert_eq!(
        at("/api/v1/auth/me", &again),
        200,
        "what is forged below is wrong in one thing alone"
    );
    for (wrong, token) in forged(&desk) {
        assert_eq!(at("/api/v1/auth/me", &token), 401, "{wrong}");
        assert_eq!(at("/api/v1/stream", &token), 401, "{wrong}");
        assert_eq!(at("/", &token), 303, "{wrong}");
    }
    let both = desk.cookie("root").bearing("garbage");
    assert_eq!(
        both.get("/api/v1/auth/me").status,
        401,
        "a wrong token is not made good by a cookie"
    );
}

fn a_change_of_the_user_ends_tokens_and_sessions(place: Place) {
    let desk = place.start();
    let all = |user: &str| [desk.token(user), desk.cookie(user)];
    let (demoted, dismissed, bystanders) = (all("admin"), all("mini"), all("root"));
    place.tamper("update users set role = 'noc', version = version + 1 where username = 'admin'");
    place.tamper("update users set active = false where username = 'mini'");

    let status = |caller: &Caller| caller.get("/api/v1/auth/me").status;
    assert_eq!(demoted.each_ref().map(status), [401, 401]);
    assert_eq!(dismissed.each_ref().map(status), [401, 401]);
    assert_eq!(bystanders.each_ref().map(status), [200, 200]);
    assert_eq!(me(&desk, "admin")["role"], "noc");
    let answer = desk.anonymous().log_in("mini", PASSWORD);
    answer.problem(401, "wrong_credentials");
}

fn who_may_look_may_not_always_touch(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    let path = "/api/v1/infra/status/a.example";
    for noc in [desk.token("noc"), desk.cookie("noc")] {
        assert_eq!(noc.get(path).status, 200);
        noc.get(&format!("{path}?fresh=1")).problem(403, "forbidden");
        let answer = noc.form("/calls/run_checks", &[("domain", "a.example")]);
        assert_eq!(answer.status, 403, "{answer:?}");
        assert_eq!(noc.form("/calls/run_all_checks", &[]).status, 403);
    }
    for user in ["root", "admin", "mini"] {
        assert_eq!(
            desk.token(user).get(&format!("{path}?fresh=1")).status,
            200,
            "{user}"
        );
    }
    let permissions = |user| me(&desk, user)["permissions"].clone();
    assert_eq!(
        permissions("mini"),
        json!([
            "see_checks",
            "run_checks",
            "see_tickets",
            "write_tickets",
            "change_tickets",
            "see_onboarding",
            "see_events"
        ])
    );
    assert_eq!(
        permissions("noc"),
        json!([
            "see_checks",
            "see_tickets",
            "see_onboarding",
            "read_audit",
            "see_events"
        ])
    );
}

/// The contract's table, cell by cell, at every door there is.
fn each_role_opens_the_doors_that_the_table_grants(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    let root = desk.token("root");
    for user in ["noc", "mini", "admin", "root"] {
        // Whoever may has removed it.
        root.post(
            "/api/v1/desk/domains",
            r#"{"domain": "a.example", "site": "here"}"#,
        );
        desk.has_checked("a.example");
        for Door { method, path } in doors() {
            if is_for_machines(&path) && method == "POST" {
                let answer = desk.token(user).call(method, &path, "");
                answer.problem(401, "unauthenticated");
                continue;
            }
            let who = who_may(method, &path);
            // A door may be the way out, and the stream does not end.
            let caller = desk.token(user);
            if path.ends_with("/stream") {
                assert!(who.contains(&user));
                drop(caller.stream(&path));
                continue;
            }
            let is_form = method == "POST" && !path.starts_with("/api/");
            let answer = if is_form {
                caller.form(&path, &[])
            } else {
                caller.call(method, &path, "")
            };
            let is_hidden = path.starts_with("/people") && answer.status == 404;
            let is_refused = answer.status == 403 || is_hidden;
            assert_eq!(
                !is_refused,
                who.contains(&user),
                "{user}: {method} {path}: {answer:?}"
            );
            assert!(
                ![401, 500].contains(&answer.status),
                "{user}: {method} {path}: {answer:?}"
            );
        }
    }
}

/// They open to shared secrets, and to nobody's token.
fn is_for_machines(path: &str) -> bool {
    path == "/api/v1/webhooks/onboard" || path.starts_with("/api/v1/webhooks/ingress/")
}

/// A door that is not named here fails the story.
fn who_may(method: &str, path: &str) -> &'static [&'static str] {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    let (everybody, managers) = (&["root", "admin", "mini", "noc"][..], &["root", "admin"][..]);
    if begins(&["/audit", "/parts/audit", "/api/v1/audit/"]) {
        return if method == "GET" {
            &["root", "admin", "noc"]
        } else {
            managers
        };
    }
    if begins(&["/api/v1/desk/views", "/tickets/views", "/find"]) {
        everybody
    } else if begins(&[
        "/people",
        "/api/v1/auth/users",
        "/api/v1/auth/sessions",
        "/api/v1/auth/trail",
        "/api/v1/integrations/",
        "/integrations/",
    ]) {
        &["root"]
    } else if path == "/domains/new"
        || path.ends_with("/replay")
        || (begins(&["/domains/"]) && path.ends_with("/edit"))
        || path.ends_with("/remove")
        || begins(&["/jobs/"])
        || (begins(&["/api/v1/desk/domains", "/api/v1/jobs/"]) && method != "GET")
    {
        managers
    } else if begins(&["/calls/run_all_checks"])
        || (begins(&["/api/v1/desk/tickets", "/tickets/"]) && method != "GET")
        || begins(&["/api/v1/onboard/domains/"])
    {
        &["root", "admin", "mini"]
    } else if method == "GET"
        && begins(&[
            "/api/v1/webhooks/events",
            "/api/v1/integrations",
            "/api/v1/onboard/funnel",
            "/api/v1/tenants",
            "/api/v1/jobs",
            "/tickets",
            "/events",
            "/api/v1/desk/",
            "/api/v1/infra",
            "/api/v1/stream",
            "/parts/",
            "/domains/",
        ])
        || ["/", "/certificates", "/onboarding", "/status", "/password"].contains(&path)
        || begins(&["/api/v1/auth/me", "/api/v1/auth/logout", "/api/v1/auth/password"])
        || OPEN
            .iter()
            .any(|open| path == *open || (open.ends_with('/') && path.starts_with(open)))
    {
        everybody
    } else {
        panic!("who may open {method} {path}?")
    }
}

fn programs_read_about_every_door_of_theirs(place: Place) {
    let desk = place.start();
    let answer = desk.anonymous().get("/api/openapi.json");
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let told: BTreeSet<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(|method| (filled(path), method.to_uppercase()))
        })
        .collect();
    let is_for_programs = |path: &str| {
        ["/api/", "/health"].iter().any(|prefix| path.starts_with(prefix))
            && !["/api/openapi.json", "/api/docs"].contains(&path)
    };
    let doors: BTreeSet<_> = doors()
        .into_iter()
        .filter(|door| is_for_programs(&door.path))
        .map(|door| (door.path, door.method.to_owned()))
        .collect();
    assert_eq!(told, doors);

    let page = desk.anonymous().with("accept-language", "en").get("/api/docs");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"));
    for (path, methods) in document["paths"].as_object().unwrap() {
        assert!(page.text.contains(&format!("<code>{path}</code>")), "{path}");
        for told in methods.as_object().unwrap().values() {
            let name = told["operationId"].as_str().unwrap();
            assert!(page.text.contains(&format!("<details id=\"{name}\">")), "{name}");
        }
    }
}

fn me(desk: &Desk, user: &str) -> Value {
    desk.token(user).get("/api/v1/auth/me").json()
}

fn knows_our_secret(place: &mut Place) {
    place.write("jwt_secret", SECRET);
    place.set("auth.jwt_secret", "file:jwt_secret");
}

fn claims_of(token: &str) -> Value {
    insecure_decode_claims(token).unwrap()
}

fn signed(algorithm: Algorithm, claims: &Value, secret: &str) -> String {
    encode(
        &Header::new(algorithm),
        claims,
        &EncodingKey::from_secret(secret.as_bytes()),
    )
    .unwrap()
}

/// Tokens that look like one of root's, each wrong in one thing.
fn forged(desk: &Desk) -> Vec<(&'static str, String)> {
    let ours = desk.fresh_token("root");
    let (_, rest) = ours.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let claims = claims_of(&ours);
    let with = |key: &str, value: Value| {
        let mut claims = claims.clone();
        claims[key] = value;
        claims
    };
    let confused = |header: &str| {
        let message = format!("{header}.{payload}");
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    };
    vec![
        ("garbage", "garbage".to_owned()),
        ("empty", String::new()),
        ("endless", "a".repeat(5_000)),
        (
            "expired",
            signed(Algorithm::HS256, &with("exp", 1.into()), SECRET),
        ),
        (
            "another secret",
            signed(Algorithm::HS256, &claims, &SECRET.to_uppercase()),
        ),
        (
            "another user's",
            signed(Algorithm::HS256, &with("sub", "nobody".into()), SECRET),
        ),
        (
            "another version",
            signed(Algorithm::HS256, &with("ver", 99.into()), SECRET),
        ),
        ("HS384", signed(Algorithm::HS384, &claims, SECRET)),
        ("HS512", signed(Algorithm::HS512, &claims, SECRET)),
        ("alg: none, unsigned", format!("{NONE}.{payload}.")),
        ("alg: none, signed", format!("{NONE}.{payload}.{signature}")),
        ("RS256, signed with the secret", confused(RS256)),
        ("alg: none, signed with the secret", confused(NONE)),
        (
            "unsigned",
            format!("{}.{payload}.", ours.split('.').next().unwrap()),
        ),
    ]
}

/// One method of one path.
pub(crate) struct Door {
    pub(crate) method: &'static str,
    pub(crate) path: String,
}

/// All that the program's own source lists: a new door is tried without being named here.
pub(crate) fn doors() -> Vec<Door> {
    let (v1, others) = split_off_v1(ROUTER);
    let routes = |source: &str, prefix: &str| -> Vec<Door> {
        let mut doors = Vec::new();
        for call in calls(source, ".route(") {
            let path = call.split('"').nth(1).unwrap();
            let methods = ["get", "post", "put", "patch", "delete"];
            let before = doors.len();
            doors.extend(
                methods
                    .iter()
                    .filter(|method| call.contains(&format!("{method}(")))
                    .map(|method| Door {
                        method: match *method {
                            "get" => "GET",
                            "post" => "POST",
                            "put" => "PUT",
                            "patch" => "PATCH",
                            _ => "DELETE",
                        },
                        path: format!("{prefix}{}", filled(path)),
                    }),
            );
            assert!(doors.len() > before, "which methods does this take? {call}");
        }
        doors
    };
    for source in [&v1, &others, PAGES, FORMS, PEOPLE, TICKETS, AUDIT, ITSELF] {
        assert!(
            !source.contains("_service(")
                && calls(source, ".nest(").all(|call| [r#""/v1", v1"#, r#""/api", api"#].contains(&call))
                && calls(source, ".merge(").all(|call| [
                    "recognised",
                    "pages::router()",
                    "forms::router()",
                    "people::router()",
                    "ticket_forms::router()",
                    "audit_forms::router()",
                    "itself::router()"
                ]
                .contains(&call)),
            "doors of a kind that this story does not know"
        );
    }
    let pages = calls(APP, "path!(").map(|call| Door {
        method: "GET",
        path: filled(call.split('"').nth(1).unwrap()),
    });
    let mut doors = routes(&v1, "/api/v1");
    doors.extend(routes(&others, ""));
    doors.extend(routes(PAGES, ""));
    doors.extend(routes(FORMS, ""));
    doors.extend(routes(PEOPLE, ""));
    doors.extend(routes(TICKETS, ""));
    doors.extend(routes(AUDIT, ""));
    doors.extend(routes(ITSELF, ""));
    doors.extend(pages);
    // What removes the thing that other doors lead to comes last.
    doors.sort_by_key(|door| door.method == "DELETE" || door.path.ends_with("/remove"));
    assert!(doors.len() > 20, "the source is read wrongly: {}", doors.len());
    doors
}

/// The statement `let v1 = …;`, and the rest.
fn split_off_v1(source: &str) -> (String, String) {
    let (before, rest) = source.split_once("let v1 = ").unwrap();
    let (v1, after) = rest.split_once(';').unwrap();
    (v1.to_owned(), format!("{before}{after}"))
}

/// What stands between the parentheses of each call.
fn calls<'s>(source: &'s str, name: &'s str) -> impl Iterator<Item = &'s str> {
    source.match_indices(name).map(move |(at, _)| {
        let inside = &source[at + name.len()..];
        let mut depth = 1;
        let end = inside.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        inside[..end.unwrap()].trim()
    })
}

/// A path with something in the place of each parameter.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{domain}" | ":domain" => "a.example",
        "{check}" => "imap_cert_san_993",
        "{tag}" => "en",
        "{version}" => "today",
        "{*path}" => "static/main.css",
        "{*call}" => "run_all_checks",
        "{username}" => "mini",
        "{id}" if path.starts_with("/events/") => "1",
        "{id}" => "0123456789abcdef",
        "{name}" => "mine",
        "{number}" | ":number" => "1",
        "{integration}" => "vm112",
        "{credential}" => "secret",
        part => {
            assert!(!part.starts_with(['{', ':']), "what stands for {part} in {path}?");
            part
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What is open to everybody, and why: health for a proxy, metrics (to this machine: their own story), what there is to
/// ask for, the way in and its looks, the way out.
const OPEN: [&str; 11] = [
    "/health",
    "/health/",
    "/api/health",
    "/api/openapi.json",
    "/api/docs",
    "/metrics",
    "/api/v1/auth/login",
    "/login",
    "/a/",
    "/language/",
    "/logout",
];

const ROUTER: &str = include_str!("../../src/http/router.rs");
const PAGES: &str = include_str!("../../src/http/pages.rs");
const FORMS: &str = include_str!("../../src/http/forms.rs");
const ITSELF: &str = include_str!("../../src/http/itself.rs");
const AUDIT: &str = include_str!("../../src/http/audit.rs");
const TICKETS: &str = include_str!("../../src/http/tickets.rs");
const PEOPLE: &str = include_str!("../../src/http/people.rs");
const APP: &str = include_str!("../../../app/src/routes.rs");

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// `{"alg":"none","typ":"JWT"}`
const NONE: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
/// `{"alg":"RS256","typ":"JWT"}`
const RS256: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";
