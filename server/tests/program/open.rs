//! An emergency: nobody has to log in, and everybody is told so.

use crate::harness::{MailServer, Place};
use std::{thread, time::Duration};
use testkit::Ca;

on_both_engines! {
    everybody_may_do_everything_and_is_told_so
    no_other_site_gets_in
    a_stream_goes_on
}

fn everybody_may_do_everything_and_is_told_so(mut place: Place) {
    place.set("auth.enabled", false);
    place.add_domain("a.example", "here");
    let mut desk = place.start();
    desk.says("auth.enabled is false: whoever reaches 127.0.0.1:");
    let anybody = desk.anonymous();
    for path in [
        "/",
        "/domains/a.example",
        "/domains/new",
        "/certificates",
        "/people",
        "/status",
        "/password",
        "/x",
    ] {
        let page = anybody.with("accept-language", "en").get(path);
        assert!(
            page.text.contains("Logging in is switched off"),
            "{path}: {page:?}"
        );
        assert!(
            anybody.get(path).text.contains("O login está desligado"),
            "{path}"
        );
    }
    assert_eq!(anybody.get("/login").goes_to(), "/");
    let me = anybody.get("/api/v1/auth/me").json();
    assert_eq!(
        (&me["username"], &me["role"]),
        (&"(nobody)".into(), &"super_admin".into())
    );
    // A token or a cookie from before makes nobody less.
    assert_eq!(anybody.bearing("garbage").get("/api/v1/auth/me").json(), me);

    let removed = anybody.call("DELETE", "/api/v1/desk/domains/a.example", "");
    assert_eq!(removed.status, 204, "{removed:?}");
    let deed = anybody.get("/api/v1/auth/trail").json()["items"][0].clone();
    assert_eq!(
        (&deed["actor"], &deed["address"]),
        (&"(nobody)".into(), &"127.0.0.1".into()),
        "{deed}"
    );

    // With a login, nothing says that there is none.
    drop(desk);
    place.set("auth.enabled", true);
    let page = place.start().anonymous().get("/login");
    assert!(!page.text.contains("desligado"), "{page:?}");
}

fn no_other_site_gets_in(mut place: Place) {
    place.set("auth.enabled", false);
    place.set("server.public_url", "https://desk.test.example");
    place.add_domain("a.example", "here");
    let desk = place.start();
    let anybody = desk.anonymous();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "https://desk.test.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let led = anybody.with(name, value);
        led.form("/domains/a.example/remove", &[])
            .problem(403, "foreign_origin");
        led.call("DELETE", "/api/v1/desk/domains/a.example", "")
            .problem(403, "foreign_origin");
    }
    // A stranger's name that leads here is of the same origin as the stranger's page.
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1:80",
        "localhost.evil.example:80",
    ] {
        let rebound = anybody
            .with("host", host)
            .with("origin", &format!("http://{host}"));
        for path in ["/", "/api/v1/desk/domains", "/parts/figures", "/login"] {
            rebound.get(path).problem(403, "foreign_origin");
        }
        rebound
            .form("/domains/a.example/remove", &[])
            .problem(403, "foreign_origin");
    }
    for host in ["localhost", "localhost:8080", "127.0.0.1", "[::1]:8080"] {
        let own = anybody
            .with("host", host)
            .with("origin", &format!("http://{host}"));
        assert_eq!(own.get("/api/v1/desk/domains/a.example").status, 200, "{host}");
        assert_ne!(own.form("/calls/run_all_checks", &[]).status, 403, "{host}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "longer than it takes to be asked again who one is"
)]
fn a_stream_goes_on(mut place: Place) {
    place.set("auth.enabled", false);
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("other.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    let last = desk.has_checked("a.example");
    let anybody = desk.anonymous();
    let mut stream = anybody.stream(&format!("/api/v1/stream?after={last}"));
    thread::sleep(Duration::from_secs(2));
    server.reloads(&ca.leaf().names(["mail.a.example"]).issue().unwrap());
    assert_eq!(anybody.get("/api/v1/infra/status/a.example?fresh=1").status, 200);
    assert_eq!(stream.next().unwrap().id, last + 1);
}
