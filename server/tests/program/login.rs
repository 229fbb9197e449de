//! Logging in and out, as a program and as a browser do.

use crate::harness::{Answer, Desk, PASSWORD, Place};
use std::thread::{self, ScopedJoinHandle};

on_both_engines! {
    a_program_logs_in_with_json
    a_browser_logs_in_with_a_form
    after_the_login_nobody_is_led_to_another_site
    a_program_logs_out
    a_browser_logs_out
    too_many_tries_from_one_address_have_to_wait
    a_flood_of_logins_is_turned_away_beyond_a_bound
    only_a_trusted_proxy_says_where_a_caller_comes_from
    another_site_cannot_use_a_browsers_session
    behind_a_proxy_the_public_url_says_what_is_our_own_site
}

fn a_program_logs_in_with_json(place: Place) {
    let desk = place.start();
    let nobody = desk.anonymous();
    let answer = nobody.log_in("admin", PASSWORD);
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = answer.json();
    let keys: Vec<&str> = token.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "access_token",
            "expires_in",
            "must_change_password",
            "role",
            "token_type",
            "username"
        ]
    );
    assert_eq!(
        (&token["token_type"], &token["role"], &token["username"]),
        (&"bearer".into(), &"ops_lead".into(), &"admin".into())
    );
    assert_eq!(token["expires_in"], 8 * 3600);
    let me = nobody.bearing(token["access_token"].as_str().unwrap());
    assert_eq!(me.get("/api/v1/auth/me").json()["username"], "admin");

    // Wrong name and wrong password are not told apart.
    let wrong = [
        ("admin", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("ADMIN", PASSWORD),
    ];
    let details =
        wrong.map(|(name, password)| nobody.log_in(name, password).problem(401, "wrong_credentials"));
    assert!(details.iter().all(|detail| *detail == details[0]), "{details:?}");

    let log_in = |body: &str| nobody.post("/api/v1/auth/login", body);
    for body in ["", "username=admin", "{", r#"{"username":"admin","#] {
        log_in(body).problem(400, "not_json");
    }
    for (body, named) in [
        (r#"{"username":"a","password":"b","remember":true}"#, "remember"),
        (r#"{"username":"a"}"#, "password"),
        (r#"{"username":"a","password":7}"#, "is a string"),
        (r#""admin""#, "is a string"),
        ("[]", "is a string"),
    ] {
        let detail = log_in(body).problem(422, "invalid");
        assert!(detail.contains(named), "{body}: {detail}");
    }
    let detail = log_in(r#"{"username":"a","password":["hunter2"]}"#).problem(422, "invalid");
    assert!(!detail.contains("hunter2"), "{detail}");
}

fn a_browser_logs_in_with_a_form(place: Place) {
    let desk = place.start();
    let nobody = desk.anonymous();
    let page = nobody.get("/login");
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains(r#"<form method="post" action="/login""#),
        "{page:?}"
    );

    let entry = [
        ("username", "root"),
        ("password", PASSWORD),
        ("next", "/domains/a.example"),
    ];
    let answer = nobody.form("/login", &entry);
    assert_eq!(answer.goes_to(), "/domains/a.example");
    let cookie = answer.header("set-cookie");
    for part in ["desk=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "nobody would send it back over plain HTTP: {cookie}"
    );

    let browser = desk.cookie("root");
    assert_eq!(browser.get("/").status, 200);
    assert_eq!(browser.get("/api/v1/auth/me").json()["role"], "super_admin");
    assert_eq!(browser.get("/login").goes_to(), "/");

    // Each login has a session of its own, whatever cookie the browser came with.
    let again = browser.form("/login", &entry);
    let (renewed, _) = again.header("set-cookie").split_once(';').unwrap();
    assert_eq!(nobody.with("cookie", renewed).get("/").status, 200);
    assert_eq!(browser.get("/").back_after_login(), "/");

    let wrong = nobody.form(
        "/login",
        &[("username", "root"), ("password", "wrong"), ("next", "/x")],
    );
    assert!(wrong.goes_to().starts_with("/login?error=wrong&"), "{wrong:?}");
    assert_eq!(wrong.back_after_login(), "/x");
    assert_eq!(wrong.header("set-cookie"), "");
}

fn after_the_login_nobody_is_led_to_another_site(place: Place) {
    let desk = place.start();
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
    ] {
        let entry = [("username", "root"), ("password", PASSWORD), ("next", next)];
        assert_eq!(desk.anonymous().form("/login", &entry).goes_to(), "/", "{next:?}");
    }
    let nobody = desk.anonymous();
    assert_eq!(nobody.get("//evil.example/").back_after_login(), "/");
    assert_eq!(nobody.get("/language/en?next=//evil.example").goes_to(), "/");
    // What was asked for is one value of the query, whatever stands in it.
    assert_eq!(
        nobody.get("/x?a=1&error=wrong").back_after_login(),
        "/x?a=1&error=wrong"
    );
    let page = nobody.get("/login?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
}

fn a_program_logs_out(place: Place) {
    let desk = place.start();
    let (one, other) = (desk.token("mini"), desk.token("mini"));
    assert_eq!(one.post("/api/v1/auth/logout", "").status, 204);
    one.get("/api/v1/auth/me").problem(401, "unauthenticated");
    one.post("/api/v1/auth/logout", "")
        .problem(401, "unauthenticated");
    assert_eq!(
        other.get("/api/v1/auth/me").status,
        200,
        "another token of the same user"
    );
}

fn a_browser_logs_out(place: Place) {
    let desk = place.start();
    let (browser, other) = (desk.cookie("mini"), desk.cookie("mini"));
    assert_eq!(browser.form("/logout", &[]).goes_to(), "/login");
    assert_eq!(browser.get("/").back_after_login(), "/");
    browser.get("/api/v1/auth/me").problem(401, "unauthenticated");
    assert_eq!(other.post("/api/v1/auth/logout", "").status, 204);
    other.get("/api/v1/auth/me").problem(401, "unauthenticated");
}

fn too_many_tries_from_one_address_have_to_wait(mut place: Place) {
    place.set("auth.login_rate_limit", 3);
    let desk = place.start();
    let nobody = desk.anonymous();
    // Tries of any outcome count, through either door.
    assert_eq!(nobody.log_in("root", PASSWORD).status, 200);
    assert_eq!(nobody.log_in("root", "wrong").status, 401);
    let wrong = nobody.form("/login", &[("username", "root")]);
    assert!(wrong.goes_to().starts_with("/login?error=wrong&"), "{wrong:?}");
    let answer = nobody.log_in("root", PASSWORD);
    answer.problem(429, "too_many_tries");
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let answer = nobody.form("/login", &[("username", "root"), ("password", PASSWORD)]);
    assert!(
        answer.goes_to().starts_with("/login?error=wait&seconds="),
        "{answer:?}"
    );
    // Nobody here is a trusted proxy, so whoever claims to be somebody else is not believed.
    let liar = nobody.with("x-forwarded-for", "198.51.100.7");
    liar.log_in("root", PASSWORD).problem(429, "too_many_tries");
}

fn a_flood_of_logins_is_turned_away_beyond_a_bound(mut place: Place) {
    place.set("server.trusted_proxies", vec!["127.0.0.1/32"]);
    let desk = place.start();
    let nobody = desk.anonymous();
    let guess = |nth: usize| {
        let caller = nobody.with("x-forwarded-for", &format!("198.51.100.{nth}"));
        caller.log_in(&format!("user{nth}"), "wrong horse battery")
    };
    let answers: Vec<Answer> = thread::scope(|scope| {
        let guess = &guess;
        let guesses: Vec<_> = (0..200).map(|nth| scope.spawn(move || guess(nth))).collect();
        let answers = guesses.into_iter().map(ScopedJoinHandle::join);
        answers.collect::<Result<_, _>>().unwrap()
    });
    let (tried, turned_away): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 401);
    assert!(!tried.is_empty() && !turned_away.is_empty(), "{answers:?}");
    for answer in turned_away {
        answer.problem(429, "too_many_tries");
        assert_eq!(answer.header("retry-after"), "2");
    }
    // Each hash takes 19 MiB; were all made at once, it would be 4 GB.
    let most = desk.most_megabytes();
    assert!(most < 400, "{most} MB");
    assert_eq!(desk.anonymous().log_in("root", PASSWORD).status, 200, "it passes");
}

fn only_a_trusted_proxy_says_where_a_caller_comes_from(mut place: Place) {
    place.set("auth.login_rate_limit", 1);
    place.set("server.trusted_proxies", vec!["127.0.0.1/32", "10.0.0.0/8"]);
    let desk = place.start();
    let try_from = |forwarded: &str| {
        let caller = desk.anonymous().with("x-forwarded-for", forwarded);
        caller.log_in("root", "wrong").status
    };
    assert_eq!(try_from("198.51.100.7"), 401);
    assert_eq!(try_from("198.51.100.7"), 429);
    assert_eq!(try_from("198.51.100.8"), 401);
    // What stands further left was written by the caller.
    assert_eq!(try_from("203.0.113.1, 198.51.100.7"), 429);
    assert_eq!(try_from("198.51.100.9, 198.51.100.7, 10.1.2.3"), 429);
    assert_eq!(try_from("198.51.100.9, 10.1.2.3"), 401);
    // One customer has a whole /64.
    assert_eq!(try_from("2001:db8::1"), 401);
    assert_eq!(try_from("2001:db8::2"), 429);
    assert_eq!(try_from("2001:db8:0:1::1"), 401);
}

fn another_site_cannot_use_a_browsers_session(place: Place) {
    let desk = place.start();
    let browser = desk.cookie("root");
    let foreign = [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("origin", "ftp://127.0.0.1"),
        ("origin", ""),
        ("sec-fetch-site", "cross-site"),
    ];
    for (name, value) in foreign {
        let led = browser.with(name, value);
        for path in ["/api/v1/auth/logout", "/calls/run_all_checks", "/logout"] {
            led.form(path, &[]).problem(403, "foreign_origin");
        }
        let entry = [("username", "noc"), ("password", PASSWORD)];
        let login = desk.anonymous().with(name, value).form("/login", &entry);
        login.problem(403, "foreign_origin");
        assert_eq!(led.get("/api/v1/auth/me").status, 200, "looking changes nothing");
        let from_there = desk.anonymous().with(name, value);
        let answer = from_there.post("/api/v1/auth/logout", "");
        answer.problem(401, "unauthenticated");
        assert_eq!(
            from_there.log_in("noc", PASSWORD).status,
            200,
            "it opens no session"
        );
        // Another site cannot make a browser send a token.
        let program = desk.token("root").with(name, value);
        assert_eq!(program.post("/api/v1/auth/logout", "").status, 204);
    }
    let both = browser.with("origin", desk.origin()).with("origin", "null");
    both.post("/api/v1/auth/logout", "")
        .problem(403, "foreign_origin");
    let own = browser
        .with("origin", desk.origin())
        .with("sec-fetch-site", "same-origin");
    assert_eq!(own.post("/api/v1/auth/logout", "").status, 204);
}

fn behind_a_proxy_the_public_url_says_what_is_our_own_site(mut place: Place) {
    place.set("server.public_url", "https://desk.test.example");
    let desk = place.start();
    let entry = [("username", "root"), ("password", PASSWORD)];
    let from = |desk: &Desk, origin: &str| desk.anonymous().with("origin", origin).form("/login", &entry);
    from(&desk, desk.origin()).problem(403, "foreign_origin");
    let answer = from(&desk, "https://desk.test.example");
    assert_eq!(answer.goes_to(), "/");
    assert!(answer.header("set-cookie").contains("; Secure"), "{answer:?}");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}
