//! So what: the table of the contract, from what a webhook says to what is done about it.

use super::{
    Integration,
    report::{Level, Said},
};
use crate::{
    Desk,
    checks::Group,
    intake::{Deployed, Follows, Onboarded},
};
use model::{
    Domain, DomainName,
    onboarding::Heard,
    ticket::{Fault, Kind, Priority, Raised},
};
use std::collections::BTreeMap;

impl Desk {
    /// The domain that it is about, and what follows. A ticket's subject is in the Desk's first language: it has one
    /// for all its readers.
    pub(super) fn follows(&self, from: &Integration, said: &Said) -> (Option<DomainName>, Follows) {
        match said {
            Said::MailTlsFailed {
                domain,
                mail_host,
                cn,
                sans,
            } => {
                let host = mail_host.clone().unwrap_or_else(|| self.mail_host_of(domain));
                let has = match (cn, sans.as_slice()) {
                    (_, [first, ..]) => format!(" (o certificado é de {first})"),
                    (Some(cn), []) => format!(" (o certificado é de {cn})"),
                    (None, []) => String::new(),
                };
                let subject = format!("{domain}: TLS de e-mail falha em {host}{has}");
                let raised = self.raised(from, Kind::MailTls, domain, subject, Priority::High);
                (Some(domain.clone()), with_ticket(raised))
            }
            Said::AdminFailed { domain, checks } => {
                let which = checks.join(", ");
                let subject = format!("{domain}: a validação do administrador falha: {which}");
                let raised = self.raised(from, Kind::AdminTls, domain, subject, Priority::Normal);
                (Some(domain.clone()), with_ticket(raised))
            }
            Said::CertDeployed {
                names,
                expiry,
                serial,
            } => {
                let domains = self.domains_of(names);
                let follows = Follows {
                    checked: domains.clone(),
                    deployed: Some(Deployed {
                        domains,
                        expiry: *expiry,
                        serial: serial.clone(),
                    }),
                    ..Follows::default()
                };
                (names.first().cloned(), follows)
            }
            Said::Onboard {
                domain,
                tenant,
                heard,
            } => {
                let follows = Follows {
                    onboarded: Some(Box::new(Onboarded {
                        domain: domain.clone(),
                        tenant: tenant.clone(),
                        heard: heard.clone(),
                    })),
                    ..self.onboarded(from, domain, heard, tenant.as_deref())
                };
                (Some(domain.clone()), follows)
            }
            Said::Security {
                rule,
                agent,
                level,
                description,
            } => (None, security(from, rule, agent, *level, description.as_deref())),
            Said::Unknown => (None, Follows::default()),
        }
    }

    fn onboarded(
        &self,
        from: &Integration,
        domain: &DomainName,
        heard: &Heard,
        tenant: Option<&str>,
    ) -> Follows {
        match heard {
            Heard::Completed => Follows {
                watched: self.newcomer(from, domain, tenant).map(Box::new),
                checked: vec![domain.clone()],
                ..Follows::default()
            },
            Heard::Failed { step, why } => {
                let why = why.as_deref().or(step.as_deref());
                let why = why.unwrap_or("sem motivo informado");
                let subject = format!("{domain}: o onboarding parou: {why}");
                let mut raised = self.raised(from, Kind::Onboarding, domain, subject, Priority::Normal);
                raised.tenant = raised.tenant.or_else(|| tenant.map(str::to_owned));
                with_ticket(raised)
            }
            Heard::Started | Heard::Step(_) => Follows::default(),
        }
    }

    /// A domain that is not watched yet, at the site that is named like its integration, or at the only one.
    fn newcomer(&self, from: &Integration, name: &DomainName, tenant: Option<&str>) -> Option<Domain> {
        if self.0.latest.domain(name).is_some() {
            return None;
        }
        let sites = &self.0.setup.sites;
        let site = sites.iter().find(|site| site.name == from.name);
        let site = site.or(match sites.as_slice() {
            [only] => Some(only),
            _ => None,
        })?;
        Some(Domain {
            site: site.name.clone(),
            tenant: tenant.map(str::to_owned),
            ..Domain::plain(name.clone())
        })
    }

    fn raised(
        &self,
        from: &Integration,
        kind: Kind,
        domain: &DomainName,
        subject: String,
        priority: Priority,
    ) -> Raised {
        Raised {
            fault: Fault::of_domain(kind, domain),
            kind,
            domain: Some(domain.clone()),
            tenant: self.0.latest.domain(domain).and_then(|known| known.tenant),
            subject,
            priority,
            from: Some(from.name.clone()),
            seen: Vec::new(),
        }
    }

    fn mail_host_of(&self, domain: &DomainName) -> DomainName {
        let known = self.0.latest.domain(domain);
        known.map_or_else(|| domain.mail_host(), |known| known.mail_host)
    }

    /// The domains of a certificate's names, which may be those of mail hosts. What nobody watches stays as it is.
    fn domains_of(&self, names: &[DomainName]) -> Vec<DomainName> {
        let watched = self.0.latest.domains();
        let mut domains: Vec<DomainName> = names
            .iter()
            .flat_map(|name| {
                let of_name = watched
                    .iter()
                    .filter(|known| known.name == *name || known.mail_host == *name)
                    .map(|known| known.name.clone());
                let mut of_name: Vec<_> = of_name.collect();
                if of_name.is_empty() {
                    of_name.push(name.clone());
                }
                of_name
            })
            .collect();
        domains.sort();
        domains.dedup();
        domains
    }

    /// Has those of these domains that are watched checked at once, in the background.
    pub(super) fn check_named(&self, names: &[DomainName]) {
        let mut groups: BTreeMap<(String, DomainName), Vec<Domain>> = BTreeMap::new();
        for domain in names.iter().filter_map(|name| self.0.latest.domain(name)) {
            let shared = (domain.site.clone(), domain.mail_host.clone());
            groups.entry(shared).or_default().push(domain);
        }
        for ((site, _), domains) in groups {
            self.check_group_soon(Group { site, domains });
        }
    }
}

fn security(from: &Integration, rule: &str, agent: &str, level: Level, description: Option<&str>) -> Follows {
    let Some(priority) = level.priority(from.ticket_level) else {
        return Follows::default();
    };
    let what = description.map_or_else(|| format!("regra {rule}"), str::to_owned);
    with_ticket(Raised {
        fault: Fault::of_rule(rule, agent),
        kind: Kind::Security,
        domain: None,
        tenant: None,
        subject: format!("{agent}: {what}"),
        priority,
        from: Some(from.name.clone()),
        seen: Vec::new(),
    })
}

fn with_ticket(raised: Raised) -> Follows {
    Follows {
        ticket: Some(Box::new(raised)),
        ..Follows::default()
    }
}
