//! `[[domains]]`: the customers' domains that the file seeds; the Desk adds and edits more.

use super::{
    key::Key,
    report::Report,
    sites::{Site, among},
    value::{Name, list},
};
use model::DomainName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Domain {
    pub(crate) name: DomainName,
    /// By default the only site there is.
    pub(crate) site: Option<Name>,
    pub(crate) tenant: Option<Name>,
    /// By default `mail.{name}`.
    pub(crate) mail_host: Option<DomainName>,
    #[serde(default, deserialize_with = "list::each")]
    pub(crate) aliases: Vec<DomainName>,
}

impl Domain {
    /// As the rest of the Desk knows it. `sites` are those it may belong to.
    pub(super) fn for_desk(&self, sites: &BTreeMap<Name, Site>) -> model::Domain {
        let site = self.site.as_ref().or_else(|| sites.keys().next());
        model::Domain {
            name: self.name.clone(),
            site: site.map(ToString::to_string).unwrap_or_default(),
            tenant: self.tenant.as_ref().map(ToString::to_string),
            mail_host: self.mail_host.clone().unwrap_or_else(|| self.name.mail_host()),
            aliases: self.aliases.clone(),
        }
    }
}

pub(super) fn judge(domains: &[Domain], sites: &BTreeMap<Name, Site>, report: &mut Report<'_>) {
    let mut first_of = BTreeMap::new();
    for (nth, domain) in domains.iter().enumerate() {
        let key = |key: &str| Key::nth_of("domains", nth).then(key);
        let first = *first_of.entry(&domain.name).or_insert(nth);
        if first != nth {
            let line = report
                .line(&Key::nth_of("domains", first).then("name"))
                .unwrap_or_default();
            report.fault(
                key("name"),
                format!("{} stands already in line {line}", domain.name),
            );
        }
        match &domain.site {
            Some(site) if !sites.contains_key(site) => {
                report.fault(key("site"), format!("there is no [sites.{site}]{}", among(sites)));
            }
            None if sites.len() > 1 => {
                let why = format!(
                    "it is missing, and must not be where there is more than one site{}",
                    among(sites)
                );
                report.fault(key("site"), why);
            }
            _ => {}
        }
    }
}
