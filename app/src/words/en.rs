//! The texts in English.

use super::{Words, span};
use model::{Error, Group, State, board::Verdict};

pub(super) const WORDS: Words = Words {
    navigation: "Main",
    skip: "Skip to content",
    board: "Board",
    sign_out: "Sign out",
    language: "Language",
    theme: "Light or dark theme",
    tagline: "The TLS that mail clients really see",

    sign_in: "Sign in",
    sign_in_to: "Sign in to Ligbox Desk",
    username: "Username",
    password: "Password",
    wrong_login: "Username and password do not match. Check both and try again; whoever has lost the password asks a super_admin for a new one.",
    wait: |seconds| {
        format!(
            "Too many tries. Wait {} and try again.",
            span(i64::from(seconds) * 1_000)
        )
    },

    live: "live",
    connecting: "connecting",
    offline: "no connection",
    sweep: "swept",
    run_now: "Check now",
    running: "Checking…",
    started: "Check started",
    not_run: "The check could not be run",

    summary: "Summary",
    domains_ready: "domains ready",
    failing: "with a P1 failure",
    unproved: "unproved",
    warned: "with a warning",
    waiting: "waiting",
    next_expiry: "next expiry",
    expired: "expired",

    filter: "Filter domains",
    apply: "Filter",
    by_state: "By state",
    all: "All",
    site: "Site",
    all_sites: "All sites",
    legend: "Legend",
    domain: "Domain",
    readiness: "State",
    since: "Since",
    state: |state| match state {
        Some(State::Ok) => "ok",
        Some(State::Warn) => "warning",
        Some(State::Fail) => "failure",
        Some(State::Unknown) => "unproved",
        Some(State::Skipped) => "does not apply",
        None => "waiting",
    },
    verdict: |verdict| match verdict {
        Verdict::Fail => "not ready",
        Verdict::Unknown => "unproved",
        Verdict::Warn | Verdict::Ready => "ready",
        Verdict::Pending => "waiting",
    },
    rows_of: |verdict| match verdict {
        Verdict::Fail => "Failure",
        Verdict::Unknown => "Unproved",
        Verdict::Warn => "Warning",
        Verdict::Pending => "Waiting",
        Verdict::Ready => "Ready",
    },
    group: |group| match group {
        Group::Infra => "Infra",
        Group::Admin => "Admin",
        Group::MailTls => "Mail TLS",
        Group::MailStarttls => "STARTTLS",
        Group::CertSync => "Caddy → Mox",
        Group::TlsPolicy => "TLS policy",
        Group::MailDns => "Mail DNS",
    },
    nothing_matches: "No domain matches this filter.",
    show_all: "Show all",
    no_domains: "There are no domains yet. Each will appear here as a row, with a cell for every check.",
    add_a_domain: "Add one to desk.toml and restart the Desk:",
    or_try_the_demo: "Or see the board with a local lab of ten domains:",
    first_sweep: "The first sweep is running: the cells fill in by themselves.",

    close: "Close",
    what_to_do: "What to do",
    reproduce: "Reproduce",
    copy: "Copy",
    copied: "Copied",
    last_day: "Last 24 h",
    a_day_ago: "24 h ago",
    now: "now",
    not_watched: "not on record",
    whole_domain: "See the whole domain",
    checked: "checked",

    four_truths: "Four truths",
    wanted: "Wanted",
    issued: "Issued",
    deployed: "Deployed",
    served: "Served",
    names: |n| {
        if n == 1 {
            "1 name".to_owned()
        } else {
            format!("{n} names")
        }
    },
    missing: |n| format!("{n} missing"),
    missing_name: "missing name",
    as_issued: "= issued",
    as_deployed: "= deployed",
    unlike_issued: "≠ issued",
    unlike_deployed: "≠ deployed",
    not_seen: "not seen",
    more: |n| format!("+{n}"),

    evidence: "Evidence",
    endpoint: "Address",
    asked_for: "Name asked for",
    common_name: "CN",
    issuer: "Issuer",
    serial: "Serial",
    validity: "Validity",
    share_left: |share| format!("{share}% left"),
    protocol: "TLS",
    key: "Key",
    file: "File",
    host: "Host",
    peer_said: "Answer",
    took: "Took",

    mail_host: "Mail server",
    aliases: "Other names",
    tenant: "Customer",
    mail_tls: "Mail TLS",
    all_steps: "All checks",
    history: "Last 24 h",
    not_yet: "Not checked yet",
    until: "until",

    not_found: "This page does not exist",
    not_found_help: "The address is wrong, or the domain is no longer watched.",
    trouble: "Something went wrong",
    back_to_board: "Back to the board",
    fault: |error| match error {
        Error::Anonymous => "Sign in first.".to_owned(),
        Error::Denied => "Your role does not allow this. Ask a super_admin.".to_owned(),
        Error::Invalid { field, why } => format!("Check {field}: {why}."),
        Error::NotFound { what } => format!("{what} does not exist."),
        Error::Conflict { why } => format!("{why}. Reload and try again."),
        Error::TooMany { retry_after } => format!("Too many tries: wait {retry_after} s."),
        Error::Internal { incident } => {
            format!("Internal error. The Desk's log has the cause under incident {incident}.")
        }
    },

    months: [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
    ago: |millis| format!("{} ago", span(millis)),
};
