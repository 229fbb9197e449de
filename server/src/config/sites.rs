//! `[sites.NAME]`: a mail server, what stands before it, and the files and units on its host.

use super::{
    hosts::Host,
    key::Key,
    report::Report,
    value::{Argv, Name, Timer, WebPath, list, web},
};
use engine::site::{Renewal, Traefik};
use model::{DomainName, Endpoint, Group};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};
use url::Url;

/// A check whose keys are missing here is `skipped`. Paths are those of the site's host.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Site {
    /// An entry of `[hosts]`; by default this machine.
    pub(crate) host: Option<Name>,
    pub(crate) proxy_host: Option<Name>,
    pub(crate) imaps: Option<Endpoint>,
    pub(crate) imap: Option<Endpoint>,
    pub(crate) smtps: Option<Endpoint>,
    pub(crate) submission: Option<Endpoint>,
    pub(crate) smtp: Option<Endpoint>,
    pub(crate) https: Option<Endpoint>,
    pub(crate) admin: Option<Endpoint>,
    pub(crate) resolver: Option<Endpoint>,
    #[serde(deserialize_with = "list::each")]
    pub(crate) expected_addresses: Vec<IpAddr>,
    /// Where the MX is not the mail host.
    #[serde(deserialize_with = "list::each")]
    pub(crate) mx: Vec<DomainName>,
    #[serde(deserialize_with = "list::each")]
    pub(crate) sets: Vec<Set>,
    #[serde(deserialize_with = "list::each")]
    pub(crate) dkim_selectors: Vec<Name>,
    pub(crate) mta_sts: Option<Endpoint>,
    /// A PEM file or folder on this machine, trusted beside the platform's roots.
    pub(crate) extra_ca: Option<PathBuf>,
    pub(crate) carbonio_command: Option<Argv>,
    pub(crate) haproxy_sni: Option<PathBuf>,
    pub(crate) traefik_dynamic: Option<PathBuf>,
    #[serde(deserialize_with = "web::optional")]
    pub(crate) traefik_api: Option<Url>,
    pub(crate) nginx_admin: Option<PathBuf>,
    pub(crate) admin_redirect_path: Option<WebPath>,
    pub(crate) admin_login_path: Option<WebPath>,
    /// Run on this machine, like the page that it stands in for.
    pub(crate) admin_login_command: Option<Argv>,
    pub(crate) lineage: Option<PathBuf>,
    pub(crate) deployed_cert: Option<PathBuf>,
    pub(crate) deployed_key: Option<PathBuf>,
    pub(crate) renew_script: Option<PathBuf>,
    pub(crate) renew_timer: Option<Timer>,
    pub(crate) renew_cron: Option<PathBuf>,
}

/// Checks beyond the fourteen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Set {
    MailStarttls,
    CertSync,
    TlsPolicy,
    MailDns,
}

impl Set {
    fn group(self) -> Group {
        match self {
            Self::MailStarttls => Group::MailStarttls,
            Self::CertSync => Group::CertSync,
            Self::TlsPolicy => Group::TlsPolicy,
            Self::MailDns => Group::MailDns,
        }
    }
}

impl Site {
    /// As the checks see it.
    pub(super) fn for_engine(&self, name: &Name, hosts: &BTreeMap<Name, Host>) -> engine::Site {
        let via = |name: &Option<Name>| hosts.get(name.as_ref()?).map(|host| host.via.0.clone());
        let timer = self
            .renew_timer
            .as_ref()
            .map(|timer| Renewal::Timer(timer.to_string()));
        let files = self.traefik_dynamic.clone().map(Traefik::Files);
        let api = self.traefik_api.as_ref().map(|url| Traefik::Api(url.to_string()));
        engine::Site {
            name: name.to_string(),
            host: via(&self.host).unwrap_or_default(),
            proxy_host: via(&self.proxy_host),
            imaps: self.imaps.clone(),
            imap: self.imap.clone(),
            smtps: self.smtps.clone(),
            submission: self.submission.clone(),
            smtp: self.smtp.clone(),
            https: self.https.clone(),
            admin: self.admin.clone(),
            resolver: self.resolver.clone(),
            expected_addresses: self.expected_addresses.clone(),
            mx: self.mx.clone(),
            sets: self.sets.iter().map(|set| set.group()).collect(),
            dkim_selectors: self.dkim_selectors.iter().map(ToString::to_string).collect(),
            mta_sts: self.mta_sts.clone(),
            extra_ca: self.extra_ca.clone(),
            carbonio_command: self.carbonio_command.as_ref().map(|argv| argv.0.clone()),
            haproxy_sni: self.haproxy_sni.clone(),
            traefik: files.or(api),
            nginx_admin: self.nginx_admin.clone(),
            admin_redirect_path: self.admin_redirect_path.as_ref().map(ToString::to_string),
            admin_login_path: self.admin_login_path.as_ref().map(ToString::to_string),
            admin_login_command: self.admin_login_command.as_ref().map(|argv| argv.0.clone()),
            lineage: self.lineage.clone(),
            deployed_cert: self.deployed_cert.clone(),
            deployed_key: self.deployed_key.clone(),
            renew_script: self.renew_script.clone(),
            renewal: timer.or_else(|| self.renew_cron.clone().map(Renewal::Cron)),
            certs: Vec::new(),
        }
    }

    pub(super) fn judge(&self, name: &Name, hosts: &BTreeMap<Name, Host>, report: &mut Report<'_>) {
        let key = |key: &str| Key::of("sites", name.as_str()).then(key);
        if let Some(host) = self.host.as_ref().filter(|host| !hosts.contains_key(host)) {
            report.fault(key("host"), format!("there is no [hosts.{host}]{}", among(hosts)));
        }
        if let Some(host) = self.proxy_host.as_ref().filter(|host| !hosts.contains_key(host)) {
            let why = format!("there is no [hosts.{host}], so the checks on the proxy are skipped");
            report.warn(key("proxy_host"), why);
        }
        if self.renew_timer.is_some() && self.renew_cron.is_some() {
            report.fault(
                key("renew_cron"),
                "renew_timer is given too: only one of them renews",
            );
        }
        if self.traefik_dynamic.is_some() && self.traefik_api.is_some() {
            report.fault(
                key("traefik_api"),
                "traefik_dynamic is given too: only one of them is asked",
            );
        }
    }
}

/// Whether a site that is named is there; where none is, there may be one at the most.
pub(super) fn judge_name(
    named: Option<&Name>,
    key: Key,
    sites: &BTreeMap<Name, Site>,
    report: &mut Report<'_>,
) {
    match named {
        Some(site) if !sites.contains_key(site) => {
            report.fault(key, format!("there is no [sites.{site}]{}", among(sites)));
        }
        None if sites.len() > 1 => {
            let why = format!(
                "it is missing, and must not be where there is more than one site{}",
                among(sites)
            );
            report.fault(key, why);
        }
        _ => {}
    }
}

/// `; there are a, b` for the end of a message.
pub(super) fn among<V>(known: &BTreeMap<Name, V>) -> String {
    let names: Vec<&str> = known.keys().map(Name::as_str).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; there are {}", names.join(", "))
    }
}
