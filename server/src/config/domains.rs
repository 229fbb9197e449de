//! `[[domains]]`: the customers' domains that the file seeds; the Desk adds and edits more.

use super::{
    key::Key,
    report::Report,
    sites::{self, Site},
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
    report.unique("domains", domains.iter().map(|domain| &domain.name));
    for (nth, domain) in domains.iter().enumerate() {
        let key = Key::nth_of("domains", nth).then("site");
        sites::judge_name(domain.site.as_ref(), key, sites, report);
    }
}
