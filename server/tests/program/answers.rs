//! What every answer carries, and how the Desk says no.

use crate::harness::Place;
use std::collections::HashSet;

on_both_engines! {
    health_is_public_and_says_the_version
    every_answer_guards_the_browser
    a_page_runs_no_script_but_its_own
    errors_are_problems_with_a_code
}

fn health_is_public_and_says_the_version(place: Place) {
    let desk = place.start();
    let nobody = desk.anonymous();
    for path in ["/health", "/api/health", "/health/live"] {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 200);
        let expected = serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") });
        assert_eq!(answer.json(), expected, "{path}");
    }
    assert_eq!(nobody.get("/health/ready").json()["database"], "ok");
}

fn every_answer_guards_the_browser(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    let (nobody, program, browser) = (desk.anonymous(), desk.token("root"), desk.cookie("root"));
    let answers = [
        // pages
        nobody.get("/login"),
        nobody.get("/"),
        browser.get("/"),
        browser.get("/domains/a.example"),
        browser.get("/no/such/page"),
        browser.get("/parts/figures"),
        nobody.form("/login", &[]),
        // the API
        nobody.get("/health"),
        program.get("/api/v1/desk/domains"),
        program.post("/api/v1/auth/logout", ""),
        // errors
        nobody.get("/api/v1/auth/me"),
        nobody.log_in("root", "wrong"),
        nobody.log_in("root", &"x".repeat(1024 * 1024)),
        desk.token("root").get("/api/v1/no/such/path"),
        desk.token("root").call("DELETE", "/api/v1/auth/me", ""),
        browser.with("origin", "null").form("/logout", &[]),
        browser.form("/calls/no_such_call", &[]),
        // assets
        nobody.get("/a/today/static/main.css"),
        nobody.get("/a/today/no/such/file"),
    ];
    for answer in &answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{answer:?}");
        }
        assert!(
            answer.header("permissions-policy").contains("camera=()"),
            "{answer:?}"
        );
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{policy:?}: {answer:?}");
        }
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "nothing here is encrypted: {answer:?}"
        );
    }
    let (personal, _assets) = answers.split_at(answers.len() - 2);
    for answer in personal {
        assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
    }
}

fn a_page_runs_no_script_but_its_own(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    let (nobody, root) = (desk.anonymous(), desk.cookie("root"));
    let mut nonces = HashSet::new();
    for (caller, path) in [
        (&nobody, "/login"),
        (&root, "/"),
        (&root, "/domains/a.example"),
        (&root, "/domains/unknown.example"),
        (&root, "/no/such/page"),
    ] {
        let answer = caller.get(path);
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        let (_, rest) = policy.split_once("script-src 'self' 'nonce-").unwrap();
        let (nonce, _) = rest.split_once('\'').unwrap();
        assert!(
            nonce.len() >= 16 && nonces.insert(nonce.to_owned()),
            "{path}: {policy}"
        );
        for script in answer.text.split("<script").skip(1) {
            let (tag, _) = script.split_once('>').unwrap();
            assert!(
                tag.contains(&format!("nonce=\"{nonce}\"")),
                "{path}: <script{tag}>"
            );
        }
    }
}

fn errors_are_problems_with_a_code(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    let root = desk.token("root");
    for path in [
        "/api/v1/infra/status/",
        "/api/v1/infrastructure/status/",
        "/api/v1/desk/domains/",
    ] {
        root.get(&format!("{path}unknown.example"))
            .problem(404, "not_found");
        for no_domain in [
            "localhost",
            "a_b.example",
            "127.0.0.1",
            "a%00.example",
            "%2e%2e%2fetc",
            "a;b.example",
        ] {
            let detail = root.get(&format!("{path}{no_domain}")).problem(422, "invalid");
            assert!(
                detail.starts_with("domain: not a domain name"),
                "{no_domain}: {detail}"
            );
        }
        assert_eq!(
            root.get(&format!("{path}A.Example.")).status,
            200,
            "one domain however it is typed"
        );
    }
    for path in ["/api/v1/no/such/path", "/api/v1", "/api/v2/auth/me", "/api"] {
        root.get(path).problem(404, "not_found");
    }
    for (method, path) in [
        ("DELETE", "/api/v1/auth/me"),
        ("GET", "/api/v1/auth/login"),
        ("POST", "/api/v1/stream"),
        ("PUT", "/parts/figures"),
        ("GET", "/calls/run_checks"),
    ] {
        root.call(method, path, "").problem(405, "method_not_allowed");
    }
    let status = "/api/v1/infra/status/a.example";
    for (path, named) in [
        (format!("{status}?fresh=maybe"), "fresh"),
        (format!("{status}?frehs=1"), "frehs"),
        ("/api/v1/stream?since=1".to_owned(), "since"),
        ("/api/v1/stream?after=yesterday".to_owned(), "after"),
    ] {
        let detail = root.get(&path).problem(422, "invalid");
        assert!(detail.contains(named), "{path}: {detail}");
    }

    let nobody = desk.anonymous();
    let password = "x".repeat(1024 * 1024);
    nobody
        .with("expect", "100-continue")
        .log_in("root", &password)
        .problem(413, "too_large");
    let answer = nobody.log_in("root", &password[..1_000_000]);
    answer.problem(401, "wrong_credentials");
}
