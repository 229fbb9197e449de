//! `desk.toml` and the environment, read into types; what is wrong is said with its file, line and key.
//!
//! ```text
//!  file ──> Document ──serde──> Settings <──overlay── Environment (wins)
//!               │ where a key stands │ rules, secrets
//!               └─────> Report <─────┘ one line each: faults stop the start, warnings do not
//! ```
//!
//! Paths are taken as they are written: a relative one begins in the working folder. The messages are
//! English, as the keys are that they name.

mod acme;
mod auth;
mod certs;
mod database;
mod document;
mod domains;
mod environment;
mod fault;
mod hooks;
mod hosts;
mod integrations;
mod key;
mod report;
mod schedule;
mod server;
mod sites;
mod tickets;
mod value;
mod wording;

pub(crate) use environment::{Environment, Process};
pub(crate) use fault::{ConfigError, Fault};
pub(crate) use server::Tls;

use document::Document;
use key::Key;
use report::Report;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};
use value::{Name, Revealed, Secret, list};

/// Everything that can be configured, with the contract's defaults for what is not.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) server: server::Server,
    pub(crate) database: database::Database,
    pub(crate) auth: auth::Auth,
    pub(crate) schedule: schedule::Schedule,
    #[serde(deserialize_with = "list::each")]
    pub(crate) integrations: Vec<integrations::Integration>,
    #[serde(deserialize_with = "list::each")]
    pub(crate) hooks: Vec<hooks::Hook>,
    pub(crate) tickets: tickets::Tickets,
    pub(crate) acme: acme::Acme,
    pub(crate) hosts: BTreeMap<Name, hosts::Host>,
    pub(crate) sites: BTreeMap<Name, sites::Site>,
    #[serde(deserialize_with = "list::each")]
    pub(crate) domains: Vec<domains::Domain>,
    #[serde(deserialize_with = "list::each")]
    pub(crate) certs: Vec<certs::Cert>,
    #[serde(skip)]
    file: Option<PathBuf>,
    #[serde(skip)]
    secrets: Secrets,
    #[serde(skip)]
    warnings: Vec<Fault>,
}

/// The secrets that a start uses, as they were when the settings were loaded.
#[derive(Clone, Debug, Default)]
struct Secrets {
    jwt: Option<Revealed>,
    internal_token: Option<Revealed>,
    bootstrap_password: Option<Revealed>,
    /// In the order of the integrations: the secret and the key for the URL.
    integrations: Vec<[Option<Revealed>; 2]>,
    /// In the order of the hooks.
    hooks: Vec<Option<Revealed>>,
}

impl Settings {
    /// Reads the file that is named, else the one that `DESK_CONFIG` names, else none, and lays the
    /// environment over it.
    pub(crate) fn load(named: Option<&Path>, env: &dyn Environment) -> Result<Self, ConfigError> {
        let file = named
            .map(Path::to_owned)
            .or_else(|| env.variable("DESK_CONFIG").map(PathBuf::from));
        let name = file
            .as_ref()
            .map(|file| file.display().to_string())
            .unwrap_or_default();
        let text = match &file {
            Some(file) => read(file).map_err(|why| ConfigError::of_file(&name, why))?,
            None => String::new(),
        };
        Self::from_text(&name, &text, env).map(|settings| Self { file, ..settings })
    }

    /// `name` is what the messages call the text; empty where there is no file.
    fn from_text(name: &str, text: &str, env: &dyn Environment) -> Result<Self, ConfigError> {
        let document = Document::parse(name, text)?;
        let mut settings: Self = document.read()?;
        let mut report = Report::new(&document);
        environment::overlay(&mut settings, env, &mut report);
        settings.secrets = settings.resolve(env, &mut report);
        settings.judge(&mut report);
        settings.warnings = report.finish()?;
        Ok(settings)
    }

    /// The file that was read.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// What a person should look at, though it stops nothing. One line each.
    pub(crate) fn warnings(&self) -> &[Fault] {
        &self.warnings
    }

    /// The keys of secrets without which something does not work.
    pub(crate) fn missing_secrets(&self) -> Vec<String> {
        let token = self.auth.internal_token.is_none();
        let token = token.then(|| "auth.internal_token".to_owned());
        let silent = self.integrations.iter().filter(|one| one.takes_no_call());
        let silent = silent.map(|one| format!("integrations.{}.secret", one.name));
        token.into_iter().chain(silent).collect()
    }

    pub(crate) fn jwt_secret(&self) -> Option<&Revealed> {
        self.secrets.jwt.as_ref()
    }

    pub(crate) fn bootstrap_password(&self) -> Option<&Revealed> {
        self.secrets.bootstrap_password.as_ref()
    }

    /// What another system asks for an audit with.
    pub(crate) fn internal_token(&self) -> Option<&Revealed> {
        self.secrets.internal_token.as_ref()
    }

    /// Who may send webhooks, with their secrets.
    pub(crate) fn integrations(&self) -> Vec<desk::webhooks::Integration> {
        let all = self.integrations.iter().zip(&self.secrets.integrations);
        all.map(|(one, [secret, url_key])| one.for_desk(secret.as_ref(), url_key.as_ref()))
            .collect()
    }

    /// Who is told what becomes of tickets, with their secrets.
    pub(crate) fn hooks(&self) -> Vec<desk::hooks::Hook> {
        let all = self.hooks.iter().zip(&self.secrets.hooks);
        all.filter_map(|(hook, secret)| hook.for_desk(secret.as_ref()?))
            .collect()
    }

    pub(crate) fn sites(&self) -> Vec<engine::Site> {
        self.sites
            .iter()
            .map(|(name, site)| {
                let site = site.for_engine(name, &self.hosts);
                let certs = self.certs.iter().filter(|cert| cert.is_of(name, &self.sites));
                let certs = certs.map(|cert| cert.for_engine(&site.host, &self.hosts));
                engine::Site {
                    certs: certs.collect(),
                    ..site
                }
            })
            .collect()
    }

    /// By name, and this machine where sites are on it without a name.
    pub(crate) fn hosts(&self) -> Vec<(String, engine::site::Host)> {
        let hosts = self.hosts.iter();
        let mut hosts: Vec<_> = hosts
            .map(|(name, host)| (name.to_string(), host.via.0.clone()))
            .collect();
        let local = engine::site::Host::Local;
        if !hosts.iter().any(|(_, host)| *host == local) && self.sites().iter().any(|site| site.host == local)
        {
            hosts.push(("local".to_owned(), local));
        }
        hosts
    }

    pub(crate) fn domains(&self) -> Vec<model::Domain> {
        self.domains
            .iter()
            .map(|domain| domain.for_desk(&self.sites))
            .collect()
    }

    /// Asks for every secret, so that a start that would miss one later does not begin.
    fn resolve(&self, env: &dyn Environment, report: &mut Report<'_>) -> Secrets {
        let mut revealed = |secret: Option<&Secret>, key: Key| reveal(secret?, key, env, report);
        let auth = &self.auth;
        let mut secrets = Secrets {
            jwt: revealed(auth.jwt_secret.as_ref(), Key::of("auth", "jwt_secret")),
            internal_token: revealed(auth.internal_token.as_ref(), Key::of("auth", "internal_token")),
            bootstrap_password: revealed(
                auth.bootstrap_password.as_ref(),
                Key::of("auth", "bootstrap_password"),
            ),
            integrations: Vec::new(),
            hooks: Vec::new(),
        };
        let integrations = self.integrations.iter().enumerate().map(|(nth, one)| {
            let key = |key: &str| Key::nth_of("integrations", nth).then(key);
            [
                revealed(one.secret.as_ref(), key("secret")),
                revealed(one.url_key.as_ref(), key("url_key")),
            ]
        });
        secrets.integrations = integrations.collect();
        let hooks = self.hooks.iter().enumerate();
        let hooks =
            hooks.map(|(nth, hook)| revealed(hook.secret.as_ref(), Key::nth_of("hooks", nth).then("secret")));
        secrets.hooks = hooks.collect();
        secrets
    }

    /// The rules that no single value can keep.
    fn judge(&self, report: &mut Report<'_>) {
        self.auth.judge(&self.server, self.jwt_secret(), report);
        integrations::judge(&self.integrations, report);
        hooks::judge(&self.hooks, report);
        for (name, site) in &self.sites {
            site.judge(name, &self.hosts, report);
        }
        domains::judge(&self.domains, &self.sites, report);
        certs::judge(&self.certs, &self.sites, &self.hosts, report);
    }
}

fn reveal(secret: &Secret, key: Key, env: &dyn Environment, report: &mut Report<'_>) -> Option<Revealed> {
    if matches!(secret, Secret::Literal(_)) {
        report.warn(
            key.clone(),
            "the secret itself stands here; better is \"env:NAME\" or \"file:/path\"",
        );
    }
    secret
        .resolve(env)
        .map_err(|why| report.fault(key, why.to_string()))
        .ok()
}

/// A file's text, or why there is none.
fn read(file: &Path) -> Result<String, String> {
    let read_bounded = || {
        let mut bytes = Vec::new();
        fs::File::open(file)?
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read_bounded().map_err(|why: io::Error| match why.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder, not a file".to_owned(),
        io::ErrorKind::PermissionDenied => "this file may not be read: permission denied".to_owned(),
        _ => format!("it cannot be read: {why}"),
    })?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("it is larger than {} MiB", MOST_BYTES >> 20));
    }
    String::from_utf8(bytes).map_err(|why| {
        let good = &why.as_bytes()[..why.utf8_error().valid_up_to()];
        let line = good.split(|byte| *byte == b'\n').count();
        format!("line {line} is not UTF-8")
    })
}

const MOST_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests;
