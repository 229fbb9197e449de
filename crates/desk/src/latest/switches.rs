//! Which checks are on for which domain, and so which columns the board has.

use engine::{Check, Site, checks};
use model::Domain;
use std::collections::HashMap;

/// Checks are numbered as in the registry.
#[derive(Debug)]
pub(crate) struct Switches {
    columns: Vec<usize>,
    sites: HashMap<String, Site>,
    /// One that is not configured.
    nowhere: Site,
}

impl Switches {
    pub(crate) fn of(sites: &[Site]) -> Self {
        let nowhere = Site::default();
        let somewhere = |check: &Check| sites.iter().chain([&nowhere]).any(|site| check.is_on(site));
        let columns = (0..checks::ALL.len()).filter(|column| somewhere(checks::ALL[*column]));
        Self {
            columns: columns.collect(),
            sites: sites
                .iter()
                .map(|site| (site.name.clone(), site.clone()))
                .collect(),
            nowhere,
        }
    }

    /// The columns, each with whether its check is on for the domain.
    pub(crate) fn of_domain(&self, domain: &Domain) -> impl Iterator<Item = (usize, bool)> {
        let site = self.sites.get(&domain.site).unwrap_or(&self.nowhere);
        let is_on = |column: usize| checks::ALL[column].is_on_for(site, domain);
        self.columns.iter().map(move |column| (*column, is_on(*column)))
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static Check> {
        self.columns.iter().map(|column| checks::ALL[*column])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{
        certs::{Cert, Domains, Files},
        site::Place,
    };
    use model::{DomainName, Group};

    #[test]
    fn a_set_has_columns_and_is_on_only_for_whom_it_concerns() {
        let name = |name| DomainName::parse(name).unwrap();
        let cert = Cert {
            name: "mail".to_owned(),
            caddy: None,
            domains: Domains::These(vec![name("mail.a.example")]),
            target: Files {
                place: Place::default(),
                cert: "/c".into(),
                key: "/k".into(),
            },
            verify: Vec::new(),
        };
        let site = Site {
            name: "vm112".to_owned(),
            sets: vec![Group::CertSync],
            certs: vec![cert],
            ..Site::default()
        };
        let switches = Switches::of(&[site]);
        let groups: Vec<_> = switches.columns().map(|check| check.group).collect();
        assert!(groups.contains(&Group::CertSync) && !groups.contains(&Group::MailDns));
        for (domain, is_on) in [("a.example", true), ("b.example", false)] {
            let domain = Domain {
                site: "vm112".to_owned(),
                ..Domain::plain(name(domain))
            };
            for ((_, on), group) in switches.of_domain(&domain).zip(&groups) {
                assert_eq!(on, is_on || *group != Group::CertSync, "{group:?}");
            }
        }
    }
}
