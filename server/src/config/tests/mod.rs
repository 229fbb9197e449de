//! Configurations as people write them, and what the Desk says to each.

mod names;
mod secrets;
mod variables;
mod wrong;

use super::*;

/// The variables of a test, and no others.
struct Variables<'v>(&'v [(&'v str, &'v str)]);

impl Environment for Variables<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(known, _)| *known == name)?;
        Some((*value).to_owned()).filter(|value| !value.is_empty())
    }
}

fn load(text: &str) -> Result<Settings, ConfigError> {
    load_with(text, &[])
}

fn load_with(text: &str, variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    Settings::from_text("desk.toml", text, &Variables(variables))
}

/// What is said to a text that is refused.
fn refusal(text: &str) -> String {
    load(text).expect_err(text).to_string()
}

fn warnings(settings: &Settings) -> String {
    let lines: Vec<String> = settings.warnings().iter().map(ToString::to_string).collect();
    lines.join("\n")
}

const EXAMPLE: &str = include_str!("../../../../deploy/desk.example.toml");

/// The example with every setting on that is off in it.
fn whole_example() -> String {
    let on = |line: &str| match line.strip_prefix('#') {
        Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase() || c == '[') => {
            format!("{setting}\n")
        }
        _ => format!("{line}\n"),
    };
    EXAMPLE.lines().map(on).collect()
}

const SECRETS: [(&str, &str); 6] = [
    ("JWT_SECRET", "0123456789abcdef0123456789abcdef"),
    ("OPS_INTERNAL_TOKEN", "internal-sesame"),
    ("DESK_BOOTSTRAP_PASSWORD", "first-sesame"),
    ("WEBHOOK_SECRET_VM112", "whsec_c2VzYW1l"),
    ("WEBHOOK_URL_KEY_VM112", "url-sesame"),
    ("HOOK_SECRET_SIEM", "hook-sesame"),
];

#[test]
fn without_a_file_and_a_variable_the_desk_starts_on_loopback_with_sqlite() {
    let settings = Settings::load(None, &Variables(&[])).unwrap();
    assert_eq!(settings.file(), None);
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database.url.expose(), "sqlite://data/desk.db");
    assert_eq!(settings.schedule.checks.as_secs(), 300);
    assert_eq!(
        (settings.auth.jwt_expire_hours, settings.auth.login_rate_limit),
        (8, 5)
    );
    assert!(settings.auth.enabled && settings.jwt_secret().is_none());
    assert!(settings.sites().is_empty() && settings.domains().is_empty() && settings.warnings().is_empty());
}

#[test]
fn the_example_can_be_copied_and_says_nothing_but_the_defaults() {
    let copied = load(EXAMPLE).unwrap();
    let defaults = load("").unwrap();
    assert_eq!(
        toml::to_string(&copied).unwrap(),
        toml::to_string(&defaults).unwrap()
    );
}

#[test]
fn the_whole_example_is_read() {
    let settings = load_with(&whole_example(), &SECRETS).unwrap();
    assert_eq!(warnings(&settings), "");
    assert_eq!(settings.jwt_secret().unwrap().expose(), SECRETS[0].1);
    assert_eq!(settings.bootstrap_password().unwrap().expose(), SECRETS[2].1);

    let sites = settings.sites();
    let site = &sites[0];
    assert_eq!((sites.len(), site.name.as_str()), (1, "vm112"));
    assert_eq!(site.imaps.as_ref().unwrap().to_string(), "127.0.0.1:993");
    let timer = "certbot-renew-mail-vm112-multi.timer".to_owned();
    assert_eq!(site.renewal, Some(engine::site::Renewal::Timer(timer)));

    let domain = &settings.domains()[0];
    assert_eq!(
        (domain.name.as_str(), domain.site.as_str()),
        ("example.com", "vm112")
    );
    assert_eq!(domain.wanted_names().count(), 2);

    let cert = site.cert_for(&domain.mail_host).unwrap();
    let caddy = cert.caddy.as_ref().unwrap();
    assert_eq!(caddy.place.container.as_deref(), Some("caddy"));
    assert_eq!(cert.tls_doors().count(), 2);
}

#[test]
fn every_key_stands_in_the_example() {
    let tables = [
        "server",
        "server.tls",
        "database",
        "auth",
        "schedule",
        "tickets",
        "acme",
        "hosts.x",
        "sites.x",
    ];
    let lists = ["integrations", "hooks", "domains", "certs"];
    let headers = tables.map(|table| format!("[{table}]\n"));
    let headers = headers
        .into_iter()
        .chain(lists.map(|list| format!("[[{list}]]\nname = \"x.example\"\n")));
    for header in headers.chain([String::new()]) {
        let said = refusal(&format!("{header}no_key_is_called_so = 1\n"));
        let (_, known) = said.split_once("there are ").unwrap();
        for key in known.lines().next().unwrap().split(", ") {
            let written = [
                format!("{key} = "),
                format!("[{key}]"),
                format!("[{key}."),
                format!("[[{key}]]"),
            ];
            assert!(
                written.iter().any(|written| EXAMPLE.contains(written)),
                "{header}{key}"
            );
        }
    }
}

#[test]
fn what_is_shown_can_be_read_again() {
    let settings = load_with(&whole_example(), &SECRETS).unwrap();
    let shown = toml::to_string(&settings).unwrap();
    let again = load_with(&shown, &SECRETS).unwrap();
    assert_eq!(toml::to_string(&again).unwrap(), shown);
}
