//! Every text of the pages in both languages: a text that one of them lacks does not compile.

mod en;
mod pt;
// The browser is sent these as text, and never needs them itself.
#[cfg(feature = "ssr")]
mod audit;
#[cfg(feature = "ssr")]
mod itself;
#[cfg(feature = "ssr")]
mod onboarding;
#[cfg(feature = "ssr")]
mod tickets;

#[cfg(feature = "ssr")]
pub use {audit::AuditWords, itself::SelfWords, onboarding::OnboardingWords, tickets::TicketWords};

use model::{Error, Group, Language, State, board::Verdict, trail::Action};

/// The catalogue. A text with a value in it is a function.
#[derive(Debug)]
pub struct Words {
    // The frame.
    pub navigation: &'static str,
    pub skip: &'static str,
    pub board: &'static str,
    pub sign_out: &'static str,
    pub find: &'static str,
    pub find_hint: &'static str,
    pub found_pages: &'static str,
    pub found_domains: &'static str,
    pub found_tickets: &'static str,
    pub found_nothing: &'static str,
    pub no_login: &'static str,
    pub language: &'static str,
    pub theme: &'static str,
    pub tagline: &'static str,

    // The login.
    pub sign_in: &'static str,
    pub sign_in_to: &'static str,
    pub username: &'static str,
    pub password: &'static str,
    pub wrong_login: &'static str,
    pub wait: fn(u32) -> String,

    // The live page.
    pub live: &'static str,
    pub connecting: &'static str,
    pub offline: &'static str,
    pub sweep: &'static str,
    pub run_now: &'static str,
    pub running: &'static str,
    pub started: &'static str,
    pub not_run: &'static str,

    // The figures.
    pub summary: &'static str,
    pub domains_ready: &'static str,
    pub failing: &'static str,
    pub unproved: &'static str,
    pub warned: &'static str,
    pub waiting: &'static str,
    pub next_expiry: &'static str,
    pub expired: &'static str,

    // The filter and the matrix.
    pub filter: &'static str,
    pub apply: &'static str,
    pub by_state: &'static str,
    pub all: &'static str,
    pub site: &'static str,
    pub all_sites: &'static str,
    pub legend: &'static str,
    pub domain: &'static str,
    pub readiness: &'static str,
    pub since: &'static str,
    pub state: fn(Option<State>) -> &'static str,
    /// A fault that is not announced yet.
    pub failing_now: &'static str,
    pub not_announced: &'static str,
    pub p2: &'static str,
    pub fold: &'static str,
    pub unfold: &'static str,
    /// Whether the domain is ready, as its row says it.
    pub verdict: fn(Verdict) -> &'static str,
    /// The rows of one verdict, as the filter names them.
    pub rows_of: fn(Verdict) -> &'static str,
    pub group: fn(Group) -> &'static str,
    pub nothing_matches: &'static str,
    pub left_out: fn(usize) -> String,
    pub show_all: &'static str,
    pub no_domains: &'static str,
    pub add_a_domain: &'static str,
    pub or_try_the_demo: &'static str,
    pub first_sweep: &'static str,

    // One step.
    pub close: &'static str,
    pub what_to_do: &'static str,
    pub reproduce: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub last_day: &'static str,
    pub a_day_ago: &'static str,
    pub now: &'static str,
    pub not_watched: &'static str,
    pub whole_domain: &'static str,
    pub checked: &'static str,

    // The four truths.
    pub four_truths: &'static str,
    pub wanted: &'static str,
    pub issued: &'static str,
    pub deployed: &'static str,
    pub served: &'static str,
    pub names: fn(usize) -> String,
    pub missing: fn(usize) -> String,
    pub missing_name: &'static str,
    pub as_issued: &'static str,
    pub as_deployed: &'static str,
    pub unlike_issued: &'static str,
    pub unlike_deployed: &'static str,
    pub not_seen: &'static str,
    pub more: fn(usize) -> String,

    // The evidence.
    pub evidence: &'static str,
    pub endpoint: &'static str,
    pub asked_for: &'static str,
    pub common_name: &'static str,
    pub issuer: &'static str,
    pub serial: &'static str,
    pub validity: &'static str,
    pub share_left: fn(i64) -> String,
    pub protocol: &'static str,
    pub key: &'static str,
    pub file: &'static str,
    pub host: &'static str,
    pub peer_said: &'static str,
    pub took: &'static str,
    pub question: &'static str,
    pub resolver: &'static str,
    pub page: &'static str,
    pub http_status: &'static str,
    pub location: &'static str,
    pub looked_for: &'static str,
    pub found: &'static str,
    pub expected: &'static str,
    pub lacking: &'static str,
    pub chain: &'static str,
    pub ran: &'static str,
    pub exit_code: &'static str,

    // The domain's page.
    pub mail_host: &'static str,
    pub aliases: &'static str,
    pub tenant: &'static str,
    pub mail_tls: &'static str,
    pub card_imap: &'static str,
    pub card_admin: &'static str,
    pub card_issued: &'static str,
    pub card_deployed: &'static str,
    pub all_steps: &'static str,
    pub history: &'static str,
    pub not_yet: &'static str,
    pub until: &'static str,

    // Adding, editing and removing a domain.
    pub add_domain: &'static str,
    pub add_domain_lead: &'static str,
    pub domain_hint: &'static str,
    pub mail_host_hint: &'static str,
    pub aliases_hint: &'static str,
    pub site_hint: &'static str,
    pub tenant_hint: &'static str,
    pub choose: &'static str,
    pub save: &'static str,
    pub edit: &'static str,
    pub remove: &'static str,
    pub remove_domain: &'static str,
    pub remove_means: &'static str,
    pub ask_to_add: &'static str,

    // Certificates, history and the Desk itself.
    pub certificates: &'static str,
    pub no_certificates: &'static str,
    pub valid: &'static str,
    pub renewal_window: &'static str,
    pub renewal_late: &'static str,
    pub domains_and_names: fn(usize, usize) -> String,
    pub ninety_days: &'static str,
    pub ninety_days_ago: &'static str,
    pub today: &'static str,
    pub status: &'static str,
    pub hosts: &'static str,
    pub no_hosts: &'static str,
    pub this_machine: &'static str,
    pub reachable: &'static str,
    pub unreachable: &'static str,
    pub secrets: &'static str,
    pub no_secret_missing: &'static str,
    pub secret_missing: &'static str,
    pub database: &'static str,
    pub answers: &'static str,
    pub does_not_answer: &'static str,
    pub watched: &'static str,
    pub version: &'static str,
    pub last_sweep: &'static str,
    pub next_sweep: &'static str,
    pub sweeping_now: &'static str,
    pub period: &'static str,

    // What went wrong on our side of the page.

    // The API's description.
    pub api_lead: &'static str,
    pub api_types: &'static str,
    pub api_body: &'static str,
    pub api_required: &'static str,
    pub api_token: &'static str,
    pub api_session: &'static str,
    pub api_try: &'static str,
    pub api: &'static str,

    // People.
    pub people: &'static str,
    pub users: &'static str,
    pub add_user: &'static str,
    pub add_user_lead: &'static str,
    pub username_hint: &'static str,
    pub role: &'static str,
    pub inactive: &'static str,
    pub must_change: &'static str,
    pub deactivate: &'static str,
    pub activate: &'static str,
    pub set_password: &'static str,
    pub set_password_means: &'static str,
    pub sessions: &'static str,
    pub signed_in: &'static str,
    pub last_seen: &'static str,
    pub address: &'static str,
    pub browser: &'static str,
    pub end_session: &'static str,
    pub no_sessions: &'static str,
    pub trail: &'static str,
    pub trail_lead: &'static str,
    pub no_trail: &'static str,
    pub older: &'static str,
    pub change_password: &'static str,
    pub change_password_first: &'static str,
    pub change_password_lead: &'static str,
    pub current_password: &'static str,
    pub new_password: &'static str,
    pub new_password_hint: &'static str,
    pub deed: fn(Action) -> &'static str,

    pub not_found: &'static str,
    pub not_found_help: &'static str,
    pub trouble: &'static str,
    /// The heading where a role may not look.
    pub denied: &'static str,
    pub back_to_board: &'static str,
    pub fault: fn(&Error) -> String,

    // Time.
    pub months: [&'static str; 12],
    /// How long ago, from milliseconds.
    pub ago: fn(i64) -> String,
}

impl Words {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Pt => &pt::WORDS,
            Language::En => &en::WORDS,
        }
    }
}

/// A span in its largest whole unit: `12 s`, `4 min`, `3 h`, `6 d`. The units are alike in both languages.
pub fn span(millis: i64) -> String {
    use model::time::{DAY, HOUR, MINUTE, SECOND};
    let millis = millis.max(0);
    match millis {
        ..MINUTE => format!("{} s", millis / SECOND),
        MINUTE..HOUR => format!("{} min", millis / MINUTE),
        HOUR..DAY => format!("{} h", millis / HOUR),
        DAY.. => format!("{} d", millis / DAY),
    }
}

/// `23 nov 2026, 07:00`, alike in both languages.
pub fn date(day: usize, month: &str, year: usize, clock: &str) -> String {
    format!("{day} {month} {year}, {clock}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_the_unit_that_a_person_would_use() {
        assert_eq!(span(12_400), "12 s");
        assert_eq!(span(240_000), "4 min");
        assert_eq!(span(3 * model::time::HOUR + 59_000), "3 h");
        assert_eq!(span(6 * model::time::DAY), "6 d");
        assert_eq!(span(-1), "0 s", "a clock that is ahead of ours");
    }

    #[test]
    fn both_languages_say_how_long_ago() {
        assert_eq!((Words::of(Language::Pt).ago)(240_000), "há 4 min");
        assert_eq!((Words::of(Language::En).ago)(240_000), "4 min ago");
    }
}
