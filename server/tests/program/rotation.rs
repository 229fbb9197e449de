//! New secrets for integrations: while one is changed both count, and afterwards the new one alone.

use crate::harness::{Caller, Desk, Place};
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

on_both_engines! {
    two_secrets_count_during_the_change_and_one_afterwards
    nobody_else_rotates_and_nobody_reads_a_secret
    a_new_one_that_nobody_has_used_is_replaced
    an_integration_without_a_secret_is_given_one
    the_previous_one_ends_by_itself_a_week_after_the_new_one_was_first_used
    what_desk_toml_says_anew_counts_again
    another_jwt_secret_opens_nothing_and_is_told
    the_command_line_rotates_beside_a_running_desk
}

fn two_secrets_count_during_the_change_and_one_afterwards(mut place: Place) {
    let desk = with_integrations(&mut place);
    let root = desk.token("root").with("accept-language", "en");
    assert_eq!(state(&desk, "vm112", 0)["origin"], "configured");
    let answer = root.post("/api/v1/integrations/vm112/secret/rotate", "");
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let made = answer.json();
    let new = made["value"].as_str().unwrap().to_owned();
    assert!(new.starts_with("whsec_") && new.len() == 50, "{made}");
    assert_eq!(made["previous_counts"], true);
    assert_eq!(
        statuses(&desk, "vm112", &[OLD, &new, "wrong", ""]),
        [202, 202, 401, 401]
    );
    let key = desk::webhooks::Secret::new(new.clone()).unwrap();
    let (now, body) = (
        testkit::clock::now().seconds(),
        r#"{"event": "billing.paid", "data": {}}"#,
    );
    let signed = desk
        .anonymous()
        .with("webhook-id", "msg_1")
        .with("webhook-timestamp", &now.to_string())
        .with("webhook-signature", &key.sign("msg_1", now, body.as_bytes()));
    assert_eq!(signed.post(&ingress("vm112"), body).status, 202);

    let seen = state(&desk, "vm112", 0);
    assert_eq!(
        (&seen["origin"], &seen["rotated_by"]),
        (&json!("rotated"), &json!("root"))
    );
    let times = [
        &seen["rotated_at"],
        &seen["used_at"],
        &seen["previous"]["used_at"],
        &seen["previous"]["ends_at"],
    ];
    assert!(times.iter().all(|at| at.is_string()), "{seen}");
    assert_eq!(
        state(&desk, "wazuh", 0)["origin"],
        "configured",
        "of the others nothing changed"
    );
    // The new one is in use: a third would end the first, which somebody may still send.
    let why = root
        .post("/api/v1/integrations/vm112/secret/rotate", "")
        .problem(409, "conflict");
    assert!(why.contains("end the previous one first"), "{why}");

    desk.kill();
    let desk = place.start();
    assert_eq!(
        statuses(&desk, "vm112", &[OLD, &new]),
        [202, 202],
        "both outlive the program"
    );
    let end = "/api/v1/integrations/vm112/secret/previous";
    assert_eq!(desk.token("root").call("DELETE", end, "").status, 204);
    desk.token("root")
        .call("DELETE", end, "")
        .problem(404, "not_found");
    assert_eq!(statuses(&desk, "vm112", &[OLD, &new]), [401, 202]);

    let trail = desk.token("root").get("/api/v1/auth/trail");
    let actions: Vec<_> = trail.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .take(2)
        .map(told)
        .collect();
    assert_eq!(
        actions,
        [
            "root integration.previous_ended vm112 secret",
            "root integration.rotated vm112 secret"
        ]
    );
}

fn nobody_else_rotates_and_nobody_reads_a_secret(mut place: Place) {
    let desk = with_integrations(&mut place);
    let new = rotated(&desk, "vm112", "secret");
    let trail = desk.token("root").get("/api/v1/auth/trail");
    for user in ["admin", "mini", "noc"] {
        let seen = desk.token(user).get("/api/v1/integrations");
        assert!(
            seen.json()["items"][0]["credentials"].is_null(),
            "{user}: {seen:?}"
        );
        for (method, path) in [
            ("POST", "/api/v1/integrations/vm112/secret/rotate"),
            ("DELETE", "/api/v1/integrations/vm112/secret/previous"),
        ] {
            desk.token(user).call(method, path, "").problem(403, "forbidden");
        }
    }
    let page = desk.cookie("root").get("/status").text;
    let told = [
        &trail.text,
        &page,
        &desk.token("root").get("/api/v1/integrations").text,
    ];
    assert!(
        told.iter()
            .all(|text| !text.contains(&new) && !text.contains(OLD))
    );
    let done = desk.stop();
    assert!(!done.out.contains(&new) && !done.err.contains(&new), "{done:?}");
    let holds = |file: &std::path::PathBuf| {
        let bytes = std::fs::read(file).unwrap_or_default();
        bytes.windows(new.len()).any(|some| some == new.as_bytes())
    };
    assert!(!place.contents().iter().any(holds), "it stands in a file");
}

fn a_new_one_that_nobody_has_used_is_replaced(mut place: Place) {
    let desk = with_integrations(&mut place);
    let (lost, new) = (
        rotated(&desk, "vm112", "secret"),
        rotated(&desk, "vm112", "secret"),
    );
    assert_eq!(statuses(&desk, "vm112", &[OLD, &lost, &new]), [202, 401, 202]);
    for (path, status) in [
        ("/api/v1/integrations/nobody/secret/rotate", 404),
        ("/api/v1/integrations/vm112/password/rotate", 404),
        ("/api/v1/integrations/vm112/url_key/previous", 405),
    ] {
        assert_eq!(desk.token("root").post(path, "").status, status, "{path}");
    }
}

fn an_integration_without_a_secret_is_given_one(mut place: Place) {
    place.integrations(json!([{"name": "vm112"}]));
    let desk = place.start();
    let page = || {
        desk.cookie("root")
            .with("accept-language", "en")
            .get("/status")
            .text
    };
    assert!(page().contains("integrations.vm112.secret"));
    let key = rotated(&desk, "vm112", "url_key");
    let by_url = |key: &str| {
        let path = format!("{}?key={key}", ingress("vm112"));
        desk.anonymous().post(&path, &event()).status
    };
    assert_eq!([by_url(&key), by_url(""), by_url("wrong")], [202, 401, 401]);
    let seen = desk.token("root").get("/api/v1/integrations").json();
    assert_eq!(seen["items"][0]["takes_calls"], true);
    assert!(
        !page().contains("integrations.vm112.secret"),
        "it is no longer missing"
    );
    let secret = rotated(&desk, "vm112", "secret");
    assert_eq!(statuses(&desk, "vm112", &[&secret, ""]), [202, 401]);
}

fn the_previous_one_ends_by_itself_a_week_after_the_new_one_was_first_used(mut place: Place) {
    let desk = with_integrations(&mut place);
    let new = rotated(&desk, "vm112", "secret");
    assert_eq!(statuses(&desk, "vm112", &[&new]), [202]);
    // Written down before the program ends.
    desk.stop();
    place.tamper("update credentials set first_used_at = first_used_at - 86400000 * 7");
    let desk = place.start();
    assert_eq!(statuses(&desk, "vm112", &[OLD, &new]), [401, 202]);
    soon(|| {
        let trail = desk.token("root").get("/api/v1/auth/trail").json();
        told(&trail["items"][0]) == "console integration.previous_ended vm112 secret"
    });
    assert!(state(&desk, "vm112", 0)["previous"].is_null());
}

fn what_desk_toml_says_anew_counts_again(mut place: Place) {
    let desk = with_integrations(&mut place);
    let new = rotated(&desk, "vm112", "secret");
    desk.stop();
    place.integrations(json!([{"name": "vm112", "secret": "said anew"}, {"name": "wazuh", "secret": OLD}]));
    let desk = place.start();
    assert_eq!(
        statuses(&desk, "vm112", &["said anew", OLD, &new]),
        [202, 401, 401]
    );
    soon(|| {
        let trail = desk.token("root").get("/api/v1/auth/trail").json();
        told(&trail["items"][0]) == "console integration.configured vm112 secret"
    });
    assert_eq!(state(&desk, "vm112", 0)["origin"], "configured");
}

fn another_jwt_secret_opens_nothing_and_is_told(mut place: Place) {
    let desk = with_integrations(&mut place);
    let new = rotated(&desk, "vm112", "secret");
    desk.stop();
    place.set(
        "auth.jwt_secret",
        "another secret for the tokens, also long enough",
    );
    let desk = place.start();
    assert_eq!(statuses(&desk, "vm112", &[OLD, &new]), [202, 401]);
    assert_eq!(state(&desk, "vm112", 0)["origin"], "unreadable");
    let page = desk.cookie("root").with("accept-language", "en").get("/status");
    assert!(page.text.contains("does not open with the JWT secret of now"));
    let done = desk.stop();
    assert!(
        done.err
            .contains("vm112: its secret was made by a Desk with another JWT secret and does not open"),
        "{done:?}"
    );
    place.unset("auth", "jwt_secret");
    let desk = place.start();
    assert_eq!(
        statuses(&desk, "vm112", &[OLD, &new]),
        [202, 202],
        "nothing was thrown away"
    );
}

fn the_command_line_rotates_beside_a_running_desk(mut place: Place) {
    let desk = with_integrations(&mut place);
    let desk_integration = |words: &[&str]| {
        let words = [&["integration"], words, &["--config", "desk.toml"]].concat();
        place.run_in("en", &words)
    };
    let done = desk_integration(&["rotate", "vm112"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let new = done.out.trim_end();
    assert!(
        new.starts_with("whsec_") && done.err.contains("it is not shown again"),
        "{done:?}"
    );
    soon(|| statuses(&desk, "vm112", &[new]) == [202]);
    assert_eq!(statuses(&desk, "vm112", &[OLD]), [202]);
    soon(|| {
        desk_integration(&["list"])
            .out
            .contains(", the one before counts until ")
    });
    let list = desk_integration(&["list"]).out;
    assert!(
        !list.contains(new) && list.contains("wazuh                secret   desk.toml"),
        "{list}"
    );

    let done = desk_integration(&["rotate", "vm112"]);
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(done.err.contains("the change before is not over"), "{done:?}");
    assert_eq!(desk_integration(&["end-previous", "vm112"]).code, Some(0));
    soon(|| statuses(&desk, "vm112", &[OLD]) == [401]);
    let done = desk_integration(&["rotate", "nobody"]);
    assert!(
        done.code == Some(2) && done.err.contains("the integration nobody"),
        "{done:?}"
    );

    place.set(
        "auth.jwt_secret",
        "another secret for the tokens, also long enough",
    );
    let words = ["integration", "rotate", "wazuh", "--config", "desk.toml"];
    let done = place.run_in("en", &words);
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(
        done.err.contains("is not that of the Desk that serves"),
        "{done:?}"
    );
}

fn with_integrations(place: &mut Place) -> Desk {
    place.integrations(json!([{"name": "vm112", "secret": OLD}, {"name": "wazuh", "secret": OLD}]));
    place.start()
}

fn rotated(desk: &Desk, integration: &str, credential: &str) -> String {
    let path = format!("/api/v1/integrations/{integration}/{credential}/rotate");
    let made = desk.token("root").post(&path, "");
    assert_eq!(made.status, 200, "{made:?}");
    made.json()["value"].as_str().unwrap().to_owned()
}

fn statuses<const N: usize>(desk: &Desk, integration: &str, secrets: &[&str; N]) -> [u16; N] {
    secrets.map(|secret| {
        let sender: Caller = desk.anonymous().with("x-webhook-secret", secret);
        sender.post(&ingress(integration), &event()).status
    })
}

/// Always another one.
fn event() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    json!({"event": "billing.paid", "id": format!("r-{id}"), "data": {}}).to_string()
}

/// As the `super_admin` sees it: its secret (0) or its key for the URL (1).
fn state(desk: &Desk, integration: &str, nth: usize) -> Value {
    let all = desk.token("root").get("/api/v1/integrations").json();
    let mut items = all["items"].as_array().unwrap().iter();
    items.find(|one| one["name"] == integration).unwrap()["credentials"][nth].clone()
}

fn told(entry: &Value) -> String {
    let text = |key: &str| entry[key].as_str().unwrap().to_owned();
    let credential = entry["after"]["credential"].as_str().unwrap_or_default();
    format!(
        "{} {} {} {credential}",
        text("actor"),
        text("action"),
        text("object")
    )
}

/// What another program has changed is noticed within five seconds.
fn soon(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never became so");
        #[expect(
            clippy::disallowed_methods,
            reason = "nobody tells when another program was heard of"
        )]
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn ingress(integration: &str) -> String {
    format!("/api/v1/webhooks/ingress/{integration}")
}

const OLD: &str = "a secret of the configuration";
