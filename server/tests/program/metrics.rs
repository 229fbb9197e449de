//! `/metrics`: numbers for this machine and for whoever shows the internal token, and no domain's name among them.

use crate::harness::Place;
use serde_json::json;

on_both_engines! {
    this_machine_reads_the_desk_in_numbers
    from_elsewhere_only_the_internal_token_opens_the_metrics
}

fn this_machine_reads_the_desk_in_numbers(mut place: Place) {
    place.integrations(json!([{"name": "vm112", "secret": SECRET}]));
    place.add_domain("a.example", "here");
    let desk = place.start();
    desk.has_checked("a.example");
    let body = r#"{"event": "infra.mail_tls.failed", "data": {"domain": "b.example"}}"#;
    let sender = desk.anonymous().with("x-webhook-secret", SECRET);
    assert_eq!(sender.post("/api/v1/webhooks/ingress/vm112", body).status, 202);
    let again =
        [body, "{}", "no json"].map(|body| sender.post("/api/v1/webhooks/ingress/vm112", body).status);
    assert_eq!(again, [200, 422, 400]);
    let wrong = desk.anonymous().with("x-webhook-secret", "wrong");
    assert_eq!(wrong.post("/api/v1/webhooks/ingress/vm112", body).status, 401);
    let _stream = desk.token("root").stream("/api/v1/stream");
    let answer = desk.anonymous().get("/metrics");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let value = |name: &str| -> f64 {
        let mut lines = answer.text.lines();
        let value = lines.find_map(|line| line.strip_prefix(name));
        value
            .unwrap_or_else(|| panic!("{name}: {}", answer.text))
            .trim()
            .parse()
            .unwrap()
    };
    let all = ["ready", "fail", "unknown", "pending"]
        .map(|verdict| value(&format!("ligbox_desk_domains{{verdict=\"{verdict}\"}}")));
    assert!((all.iter().sum::<f64>() - 1.0).abs() < 0.5, "{all:?}");
    assert!(value("ligbox_desk_tickets{status=\"open\"}") >= 1.0);
    assert!(value("ligbox_desk_tickets{status=\"closed\"}") < 1.0);
    assert!(value("ligbox_desk_integration_last_seen_timestamp_seconds{integration=\"vm112\"}") > 1e9);
    assert!(value("ligbox_desk_jobs{state=\"dead\"}") < 1.0);
    let told = |outcome: &str| {
        let labels = format!("{{integration=\"vm112\",outcome=\"{outcome}\"}}");
        value(&format!("ligbox_desk_webhooks_total{labels}"))
    };
    let all = ["accepted", "duplicate", "rejected", "refused", "unavailable"].map(told);
    assert_eq!(all.map(|count| format!("{count}")), ["1", "1", "2", "1", "0"]);
    let checked = ["ok", "warn", "fail", "unknown", "skipped"].map(|state| {
        value(&format!(
            "ligbox_desk_checks{{check=\"imap_cert_san_993\",state=\"{state}\"}}"
        ))
    });
    assert!((checked.iter().sum::<f64>() - 1.0).abs() < 0.5, "{checked:?}");
    assert!(value("ligbox_desk_streams ") > 0.5);
    assert!(value("ligbox_desk_database_bytes") > 1e4);
    assert!(value("process_resident_memory_bytes") > 1e6);
    assert!(
        !answer.text.contains("example"),
        "a domain is named: {}",
        answer.text
    );
    // Each name is explained once, before its numbers.
    for line in answer.text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        assert_eq!(
            answer.text.matches(&format!("# TYPE {name} ")).count(),
            1,
            "{name}"
        );
    }
}

fn from_elsewhere_only_the_internal_token_opens_the_metrics(mut place: Place) {
    place.write("internal_token", SECRET);
    place.set("auth.internal_token", "file:internal_token");
    let desk = place.start();
    let forwarded = desk.anonymous().with("x-forwarded-for", "198.51.100.7");
    forwarded.get("/metrics").problem(401, "unauthenticated");
    desk.token("root")
        .with("x-forwarded-for", "198.51.100.7")
        .get("/metrics")
        .problem(401, "unauthenticated");
    for wrong in ["", "wrong", &SECRET.to_uppercase()] {
        let answer = desk
            .anonymous()
            .with("x-ops-internal-token", wrong)
            .get("/metrics");
        answer.problem(401, "unauthenticated");
    }
    assert_eq!(
        forwarded
            .with("x-ops-internal-token", SECRET)
            .get("/metrics")
            .status,
        200
    );
}

const SECRET: &str = "a secret between machines, long enough";
