//! `[[hooks]]`: who is told what becomes of tickets, and the secret that signs it.

use super::{
    key::Key,
    report::Report,
    value::{Name, Revealed, Secret, list, web},
};
use desk::{
    hooks::{self, Notice},
    webhooks,
};
use serde::{Deserialize, Serialize};
use url::Url;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Hook {
    pub(crate) name: Name,
    #[serde(deserialize_with = "web::required")]
    pub(crate) url: Url,
    /// Nothing is sent unsigned: a hook without one is refused.
    pub(crate) secret: Option<Secret>,
    /// By default everything.
    #[serde(default = "everything", deserialize_with = "list::each")]
    pub(crate) events: Vec<Notice>,
}

impl Hook {
    pub(super) fn for_desk(&self, secret: &Revealed) -> Option<hooks::Hook> {
        Some(hooks::Hook {
            name: self.name.to_string(),
            url: self.url.clone(),
            secret: webhooks::Secret::new(secret.expose().to_owned())?,
            events: self.events.clone(),
        })
    }
}

pub(super) fn judge(hooks: &[Hook], report: &mut Report<'_>) {
    report.unique("hooks", hooks.iter().map(|hook| &hook.name));
    for (nth, hook) in hooks.iter().enumerate() {
        let key = |name: &str| Key::nth_of("hooks", nth).then(name);
        if hook.secret.is_none() {
            report.fault(key("secret"), "it is missing, and nothing is sent unsigned");
        }
        if hook.url.scheme() == "http" && !is_here(&hook.url) {
            report.warn(
                key("url"),
                "whoever listens on the way can read what is sent: better is https",
            );
        }
        if hook.events.is_empty() {
            report.warn(key("events"), format!("{} is told of nothing", hook.name));
        }
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn everything() -> Vec<Notice> {
    Notice::ALL.to_vec()
}
