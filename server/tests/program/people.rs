//! Users, sessions and the trail: what a `super_admin` does, and what it does to the others.

use crate::harness::{Caller, PASSWORD, Place};
use serde_json::{Value, json};
use std::thread;

on_both_engines! {
    a_first_password_opens_nothing_but_its_own_change
    a_browser_is_led_to_the_change_first
    a_changed_password_ends_every_other_login
    a_super_admin_administers_users
    the_last_super_admin_stays_one
    sessions_are_listed_and_ended
    a_session_moves_its_idle_limit_but_not_its_last_hour
    every_change_stands_in_the_trail
    the_machine_itself_lets_people_in_again
    one_account_is_not_guessed_at_from_many_addresses
    nobody_else_finds_the_page
}

fn a_first_password_opens_nothing_but_its_own_change(place: Place) {
    let desk = place.start_new();
    let answer = desk.anonymous().log_in("admin", PASSWORD).json();
    assert_eq!(answer["must_change_password"], true);
    let admin = desk.anonymous().bearing(answer["access_token"].as_str().unwrap());
    for path in ["/api/v1/desk/domains", "/api/v1/infra/hosts", "/api/v1/stream"] {
        admin.get(path).problem(403, "password_change_required");
    }
    assert_eq!(admin.get("/api/v1/auth/me").json()["username"], "admin");

    let change = |current: &str, new: &str| {
        let body = json!({"current_password": current, "new_password": new});
        admin.post("/api/v1/auth/password", &body.to_string())
    };
    for (current, new, named) in [
        ("wrong", NEW, "current_password"),
        (PASSWORD, "too short", "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
    ] {
        let detail = change(current, new).problem(422, "invalid");
        assert!(detail.starts_with(named), "{detail}");
    }
    assert_eq!(change(PASSWORD, NEW).status, 204);
    assert_eq!(
        admin.get("/api/v1/desk/domains").status,
        200,
        "the token lives on"
    );
    let again = desk.anonymous().log_in("admin", NEW).json();
    assert_eq!(again["must_change_password"], false);
}

fn a_browser_is_led_to_the_change_first(place: Place) {
    let desk = place.start_new();
    let browser = desk.cookie("admin");
    for path in ["/", "/certificates", "/domains/a.example", "/domains/new"] {
        assert_eq!(browser.get(path).goes_to(), "/password", "{path}");
    }
    let page = browser.get("/password");
    assert!(
        page.text.contains(r#"<form method="post" action="/password""#),
        "{page:?}"
    );
    let change = |current: &str, new: &str| {
        browser.form(
            "/password",
            &[("current_password", current), ("new_password", new)],
        )
    };
    let refused = change("wrong", NEW);
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.text.contains("não é a senha atual"), "{refused:?}");
    let done = change(PASSWORD, NEW);
    assert_eq!(done.goes_to(), "/");
    let (cookie, _) = done.header("set-cookie").split_once(';').unwrap();
    assert_eq!(desk.anonymous().with("cookie", cookie).get("/").status, 200);
    assert_eq!(browser.get("/").back_after_login(), "/", "the old session ended");
}

fn a_changed_password_ends_every_other_login(place: Place) {
    let desk = place.start();
    let (program, other, browser) = (desk.token("mini"), desk.token("mini"), desk.cookie("mini"));
    let body = json!({"current_password": PASSWORD, "new_password": NEW}).to_string();
    assert_eq!(program.post("/api/v1/auth/password", &body).status, 204);
    let me = |caller: &Caller| caller.get("/api/v1/auth/me").status;
    assert_eq!((me(&program), me(&other), me(&browser)), (200, 401, 401));
    desk.anonymous()
        .log_in("mini", PASSWORD)
        .problem(401, "wrong_credentials");
}

fn a_super_admin_administers_users(place: Place) {
    let desk = place.start();
    let root = desk.token("root");
    let add = |body: Value| root.post("/api/v1/auth/users", &body.to_string());
    let maria = json!({"username": "maria", "role": "technician", "password": PASSWORD});
    let added = add(maria.clone());
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(
        (&added.json()["username"], &added.json()["must_change_password"]),
        (&json!("maria"), &json!(true))
    );
    add(maria).problem(409, "conflict");
    for (key, value, named) in [
        ("username", json!("Maria Silva"), "username"),
        ("username", json!("../etc"), "username"),
        ("password", json!("too short"), "password"),
        ("role", json!("king"), "role"),
        ("admin", json!(true), "admin"),
    ] {
        let mut body = json!({"username": "joao", "role": "noc", "password": PASSWORD});
        body[key] = value;
        let detail = add(body).problem(422, "invalid");
        assert!(detail.contains(named), "{detail}");
    }
    let list = root.get("/api/v1/auth/users").json();
    let names: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["username"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["admin", "maria", "mini", "noc", "root"]);
    assert!(!list.to_string().contains("argon2"), "{list}");

    let patch = |name: &str, body: Value| {
        root.call("PATCH", &format!("/api/v1/auth/users/{name}"), &body.to_string())
    };
    let me = |caller: &Caller| caller.get("/api/v1/auth/me").status;
    for change in [
        json!({"role": "noc"}),
        json!({"password": "another horse battery"}),
        json!({"active": false}),
    ] {
        place.tamper("update users set must_change_password = false");
        let logins = match change.get("active") {
            Some(_) => [desk.token("admin"), desk.cookie("admin")],
            None => [desk.token("mini"), desk.cookie("mini")],
        };
        let name = if change.get("active").is_some() {
            "admin"
        } else {
            "mini"
        };
        assert_eq!(logins.each_ref().map(me), [200, 200]);
        assert_eq!(patch(name, change.clone()).status, 200, "{change}");
        assert_eq!(logins.each_ref().map(me), [401, 401], "{change}");
        if name == "mini" && change.get("password").is_some() {
            let answer = desk.anonymous().log_in("mini", "another horse battery").json();
            assert_eq!(answer["must_change_password"], true);
        }
    }
    desk.anonymous()
        .log_in("admin", PASSWORD)
        .problem(401, "wrong_credentials");
    patch("nobody", json!({"active": true})).problem(404, "not_found");
    patch("mini", json!({"name": "x"})).problem(422, "invalid");
    let noc = desk.token("noc");
    noc.post("/api/v1/auth/users", "{}").problem(403, "forbidden");
    for list in ["users", "sessions", "trail"] {
        noc.get(&format!("/api/v1/auth/{list}")).problem(403, "forbidden");
    }
}

/// Two of them demote each other at the same moment, again and again.
fn the_last_super_admin_stays_one(place: Place) {
    let desk = place.start();
    let root = desk.token("root");
    let patch = |caller: &Caller, name: &str, body: &Value| {
        caller.call("PATCH", &format!("/api/v1/auth/users/{name}"), &body.to_string())
    };
    for body in [json!({"role": "noc"}), json!({"active": false})] {
        patch(&root, "root", &body).problem(409, "conflict");
    }
    for _ in 0..8 {
        place.tamper("update users set role = 'super_admin' where username in ('root', 'admin')");
        let callers = [(desk.token("root"), "admin"), (desk.token("admin"), "root")];
        let statuses = thread::scope(|scope| {
            let demotions = callers.map(|(caller, name)| {
                scope.spawn(move || patch(&caller, name, &json!({"role": "ops_lead"})).status)
            });
            demotions.map(|demotion| demotion.join().unwrap())
        });
        let done = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(done, 1, "{statuses:?}");
    }
}

fn sessions_are_listed_and_ended(place: Place) {
    let desk = place.start();
    let root = desk.token("root");
    let browser = desk.cookie("mini");
    let _admin = desk.cookie("admin");
    let sessions = || {
        root.get("/api/v1/auth/sessions").json()["items"]
            .as_array()
            .unwrap()
            .clone()
    };
    let of_mini = || {
        sessions()
            .into_iter()
            .find(|session| session["username"] == "mini")
    };
    assert_eq!(sessions().len(), 2);
    let session = of_mini().unwrap();
    assert_eq!(session["address"], "127.0.0.1");
    let id = session["id"].as_str().unwrap();
    let as_cookie = desk.anonymous().with("cookie", &format!("desk={id}"));
    assert_eq!(as_cookie.get("/api/v1/auth/me").status, 401, "an id is no key");
    let path = format!("/api/v1/auth/sessions/{id}");
    desk.token("admin")
        .call("DELETE", &path, "")
        .problem(403, "forbidden");
    assert_eq!(root.call("DELETE", &path, "").status, 204);
    assert_eq!(browser.get("/api/v1/auth/me").status, 401);
    assert_eq!(of_mini(), None);
    root.call("DELETE", &path, "").problem(404, "not_found");
}

fn a_session_moves_its_idle_limit_but_not_its_last_hour(place: Place) {
    let desk = place.start();
    let (root, browser) = (desk.token("root"), desk.cookie("mini"));
    // A thousand years ago.
    let long_ago = |key: &str| {
        place.tamper(&format!(
            r#"update sessions set data = replace(data, '"{key}":"2', '"{key}":"1')"#
        ));
    };
    let seen_at = || {
        let sessions = root.get("/api/v1/auth/sessions").json();
        sessions["items"][0]["seen_at"].as_str().unwrap().to_owned()
    };
    long_ago("seen_at");
    assert!(seen_at().starts_with('1'));
    assert_eq!(browser.get("/api/v1/auth/me").status, 200);
    assert!(seen_at().starts_with('2'), "it was seen just now");
    long_ago("opened_at");
    assert_eq!(browser.get("/api/v1/auth/me").status, 401);
}

fn every_change_stands_in_the_trail(mut place: Place) {
    place.add_domain("a.example", "here");
    let desk = place.start();
    let root = desk.token("root");
    let patch = |path: &str, body: Value| root.call("PATCH", path, &body.to_string());
    assert_eq!(
        patch(
            "/api/v1/desk/domains/a.example",
            json!({"mail_host": "mx.a.example"})
        )
        .status,
        200
    );
    assert_eq!(
        patch("/api/v1/auth/users/mini", json!({"role": "noc"})).status,
        200
    );
    assert_eq!(
        root.call("DELETE", "/api/v1/desk/domains/a.example", "").status,
        204
    );

    let page = root.get("/api/v1/auth/trail?limit=2").json();
    let said: Vec<String> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            assert_eq!(
                (&entry["actor"], &entry["address"]),
                (&json!("root"), &json!("127.0.0.1"))
            );
            format!(
                "{} {}",
                entry["action"].as_str().unwrap(),
                entry["object"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(said, ["domain.removed a.example", "user.edited mini"]);
    let user = &page["items"][1];
    assert_eq!(
        (&user["before"], &user["after"]),
        (&json!({"role": "technician"}), &json!({"role": "noc"}))
    );
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = root.get(&format!("/api/v1/auth/trail?cursor={cursor}")).json();
    let edit = &rest["items"][0];
    assert_eq!(
        (&edit["action"], &edit["before"], &edit["after"]),
        (
            &json!("domain.edited"),
            &json!({"mail_host": "mail.a.example"}),
            &json!({"mail_host": "mx.a.example"})
        )
    );
    assert_eq!(rest["next_cursor"], Value::Null);

    let verify = |words: &[&str]| {
        let mut all = vec!["audit", "verify", "--config", "desk.toml"];
        all.extend(words);
        place.run_in("en", &all)
    };
    let proved = verify(&[]);
    assert_eq!(proved.code, Some(0), "{proved:?}");
    assert!(proved.out.starts_with("3 entries"), "{proved:?}");
    let hash = page["items"][0]["hash"].as_str().unwrap().to_owned();
    assert_eq!(verify(&["--known", &hash]).code, Some(0));
    place.tamper("delete from trail where id = 3");
    assert_eq!(verify(&[]).code, Some(0), "a cut end holds together");
    let cut = verify(&["--known", &hash]);
    assert_eq!(cut.code, Some(1), "{cut:?}");
    place.tamper("update trail set actor = 'mini' where id = 1");
    let broken = verify(&[]);
    assert_eq!(broken.code, Some(1));
    assert!(broken.out.contains("BROKEN at entry 1"), "{broken:?}");
}

fn the_machine_itself_lets_people_in_again(place: Place) {
    let desk = place.start();
    let user = |words: &[&str], input: &str| {
        let mut all = vec!["user"];
        all.extend(words);
        all.extend(["--config", "desk.toml"]);
        place.run_reading(input, &all)
    };
    place.tamper("update users set active = false where username = 'root'");
    desk.anonymous()
        .log_in("root", PASSWORD)
        .problem(401, "wrong_credentials");
    let done = user(&["password", "root"], &format!("{NEW}\n"));
    assert_eq!(done.code, Some(0), "{done:?}");
    let answer = desk.anonymous().log_in("root", NEW).json();
    assert_eq!(answer["must_change_password"], true);

    let done = user(&["add", "maria", "--role", "technician"], NEW);
    assert_eq!(
        (done.code, done.out.as_str()),
        (Some(0), "maria (technician)\n"),
        "{done:?}"
    );
    assert_eq!(desk.anonymous().log_in("maria", NEW).status, 200);
    assert_eq!(user(&["add", "maria", "--role", "noc"], NEW).code, Some(2));
    assert_eq!(user(&["add", "joao", "--role", "king"], NEW).code, Some(2));
    let short = user(&["add", "joao", "--role", "noc"], "short\n");
    assert_eq!(short.code, Some(2));
    assert!(
        !short.err.contains("short"),
        "a password is never repeated: {short:?}"
    );
    let list = user(&["list"], "");
    for name in ["admin", "maria", "mini", "noc", "root"] {
        assert!(list.out.contains(name), "{list:?}");
    }
}

fn one_account_is_not_guessed_at_from_many_addresses(mut place: Place) {
    place.set("server.trusted_proxies", vec!["127.0.0.1"]);
    place.set("auth.login_rate_limit", 2);
    let desk = place.start();
    let from = |n: u32| {
        let address = format!("192.0.2.{n}");
        desk.anonymous().with("x-forwarded-for", &address)
    };
    for n in 0..20 {
        from(n)
            .log_in("root", "a wrong password")
            .problem(401, "wrong_credentials");
    }
    let kept_out = from(100).log_in("root", PASSWORD);
    kept_out.problem(429, "too_many_tries");
    assert!(kept_out.header("retry-after").parse::<u32>().unwrap() <= 60);
    assert_eq!(
        from(101).log_in("admin", PASSWORD).status,
        200,
        "others are let in"
    );
    // A restart forgets nothing.
    drop(desk.stop());
    let desk = place.start();
    let again = desk.anonymous().with("x-forwarded-for", "192.0.2.102");
    again.log_in("root", PASSWORD).problem(429, "too_many_tries");
}

fn nobody_else_finds_the_page(place: Place) {
    let desk = place.start();
    let page = desk.cookie("root").get("/people");
    assert_eq!(page.status, 200);
    for said in ["mini", "technician", "/people/users/mini"] {
        assert!(page.text.contains(said), "{said}: {page:?}");
    }
    for user in ["admin", "mini", "noc"] {
        let browser = desk.cookie(user);
        assert_eq!(browser.get("/people").status, 404, "{user}");
        assert!(!browser.get("/").text.contains("/people"), "{user}");
        let form = browser.form("/people/users/mini", &[("role", "noc")]);
        assert_eq!(form.status, 404, "{user}");
    }
    let root = desk.cookie("root");
    assert_eq!(
        root.form("/people/users/mini", &[("role", "noc")]).goes_to(),
        "/people"
    );
    let refused = root.form("/people/users/root", &[("active", "false")]);
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("último super_admin"), "{refused:?}");
}

const NEW: &str = "a new horse battery";
