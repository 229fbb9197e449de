//! `GET /metrics`: the Desk in numbers, as Prometheus reads them (text format 0.0.4).

use super::{Rejection, Web, events};
use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use desk::{Actor, metrics::Metrics};
use model::{Timestamp, ticket::Status};
use std::{fmt::Write, net::SocketAddr};

/// For this machine, and for whoever shows the internal token. A proxy on this machine is known by what it forwards.
pub(crate) async fn metrics(
    State(web): State<Web>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let who = match headers.get("x-ops-internal-token") {
        Some(shown) => web.desk.bearer_of_internal_token(shown.as_bytes()),
        None if peer.ip().to_canonical().is_loopback() && !headers.contains_key("x-forwarded-for") => {
            Actor::Console
        }
        None => Actor::Nobody,
    };
    match web.desk.metrics(&who).await {
        Ok(metrics) => ([(header::CONTENT_TYPE, FORMAT)], text(&metrics)).into_response(),
        Err(why) => Rejection::Error(why).into_response(),
    }
}

fn text(metrics: &Metrics) -> String {
    let mut page = Page::default();
    let build = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("database", metrics.engine),
    ];
    page.about("ligbox_desk_build_info", "gauge", "What runs.");
    page.line(&build, 1);
    let figures = &metrics.figures;
    page.about(
        "ligbox_desk_domains",
        "gauge",
        "Domains by what their checks say.",
    );
    for (verdict, count) in [
        ("ready", figures.ready),
        ("fail", figures.fail),
        ("unknown", figures.unknown),
        ("pending", figures.pending),
    ] {
        page.line(&[("verdict", verdict)], count);
    }
    page.about(
        "ligbox_desk_domains_warned",
        "gauge",
        "Ready domains that want a look.",
    );
    page.line(&[], figures.warn);
    if let Some(expiry) = &figures.next_expiry {
        let about = "When the first of the served certificates expires, in seconds since 1970.";
        page.about("ligbox_desk_next_expiry_timestamp_seconds", "gauge", about);
        page.line(&[], expiry.at.seconds());
    }
    page.about(
        "ligbox_desk_checks",
        "gauge",
        "Domains by what a check says of them.",
    );
    for (check, state, count) in &metrics.checks {
        page.line(&[("check", check.as_str()), ("state", state.as_str())], count);
    }
    sweeps(&mut page, metrics);
    page.about("ligbox_desk_tickets", "gauge", "Tickets by status.");
    for status in Status::ALL {
        let count = metrics.tickets.iter().find(|(known, _)| known == status);
        page.line(
            &[("status", status.as_str())],
            count.map_or(0, |(_, count)| *count),
        );
    }
    page.about(
        "ligbox_desk_jobs",
        "gauge",
        "Jobs by what they wait for; dead ones wait for a person.",
    );
    for (state, count) in [
        ("waiting", metrics.jobs.waiting),
        ("in_flight", metrics.jobs.in_flight),
        ("dead", metrics.jobs.dead),
    ] {
        page.line(&[("state", state)], count);
    }
    integrations(&mut page, metrics);
    page.about("ligbox_desk_streams", "gauge", "Open streams of events.");
    page.line(&[], events::open());
    page.about(
        "ligbox_desk_host_reachable",
        "gauge",
        "Whether a host answered when it was asked last.",
    );
    for host in metrics.hosts.iter().filter(|host| host.reachable.is_some()) {
        page.line(&[("host", &host.name)], u8::from(host.reachable == Some(true)));
    }
    page.about(
        "ligbox_desk_database_bytes",
        "gauge",
        "What the database takes on disk.",
    );
    page.line(&[], metrics.database_bytes);
    if let Some(bytes) = resident() {
        page.about("process_resident_memory_bytes", "gauge", "Memory of the process.");
        page.line(&[], bytes);
    }
    page.text
}

fn integrations(page: &mut Page, metrics: &Metrics) {
    let about = "When an integration was heard of last, in seconds since 1970; 0: never.";
    page.about(
        "ligbox_desk_integration_last_seen_timestamp_seconds",
        "gauge",
        about,
    );
    for heard in &metrics.integrations {
        let at = heard.last_at.map_or(0, Timestamp::seconds);
        page.line(&[("integration", &heard.integration)], at);
    }
    let about = "Webhooks by what their sender was told, since the start.";
    page.about("ligbox_desk_webhooks_total", "counter", about);
    for heard in &metrics.integrations {
        for (outcome, count) in &heard.webhooks {
            let labels = [
                ("integration", heard.integration.as_str()),
                ("outcome", outcome.as_str()),
            ];
            page.line(&labels, count);
        }
    }
}

fn sweeps(page: &mut Page, metrics: &Metrics) {
    if let Some(last) = metrics.sweeps.last {
        let seconds = last.ended_at.since(last.begun_at) / model::time::SECOND;
        page.about(
            "ligbox_desk_sweep_duration_seconds",
            "gauge",
            "How long the last sweep took.",
        );
        page.line(&[], seconds);
        let about = "When the last sweep ended, in seconds since 1970.";
        page.about("ligbox_desk_sweep_end_timestamp_seconds", "gauge", about);
        page.line(&[], last.ended_at.seconds());
    }
}

#[derive(Default)]
struct Page {
    text: String,
    name: &'static str,
}

impl Page {
    fn about(&mut self, name: &'static str, kind: &str, about: &str) {
        self.name = name;
        let _ = writeln!(self.text, "# HELP {name} {about}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        let _ = writeln!(self.text, "{}{labels} {value}", self.name);
    }
}

fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

/// Bytes; `None` on a system that does not say.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_label() {
        let mut page = Page::default();
        page.about("x", "gauge", "About.");
        page.line(&[("a", "\"} 1\nevil{b=\"\\")], 2);
        assert_eq!(
            page.text,
            "# HELP x About.\n# TYPE x gauge\nx{a=\"\\\"} 1\\nevil{b=\\\"\\\\\"} 2\n"
        );
    }
}
