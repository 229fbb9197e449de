//! Adding, editing and removing domains. The configuration only seeds them: what people say here stands.

use crate::{
    Actor, Desk,
    checks::Group,
    recorder::{Edit, Edited},
};
use model::{
    Domain, DomainName, Error, Language, Permission, Result,
    draft::{Changes, Draft},
    trail::{Action, Deed, Fields},
};

impl Desk {
    /// Has a domain watched from now on; it is checked at once, in the background. A fault of the draft is said
    /// in the reader's language.
    pub async fn add_domain(&self, who: &Actor, draft: &Draft, language: Language) -> Result<Domain> {
        who.may(Permission::EditDomains)?;
        let domain = self.reading(None, language).domain(draft)?;
        let deed = self.deed(who, Action::DomainAdded, domain.name.as_str());
        let deed = deed.with(Fields::new(), fields(&domain));
        if !self.edit(Edited::Added(domain.clone()), deed).await? {
            return Err(Error::Conflict {
                why: match language {
                    Language::Pt => format!("{} já é verificado", domain.name),
                    Language::En => format!("{} is watched already", domain.name),
                },
            });
        }
        self.check_soon(domain.clone());
        Ok(domain)
    }

    /// Changes a domain and has it checked at once, because what was seen may not be of it any more.
    pub async fn edit_domain(
        &self,
        who: &Actor,
        name: &DomainName,
        changes: Changes,
        language: Language,
    ) -> Result<Domain> {
        who.may(Permission::EditDomains)?;
        // Of two edits at once the second builds on the first.
        let _turn = self.0.editing.lock().await;
        let before = self.domain(name)?;
        let draft = Draft::of(&before).with(changes);
        let domain = self.reading(Some(&before.site), language).domain(&draft)?;
        if domain != before {
            let deed = self.deed(who, Action::DomainEdited, name.as_str());
            let deed = deed.with(fields(&before), fields(&domain));
            if !self.edit(Edited::Changed(domain.clone()), deed).await? {
                return Err(super::no_such_domain(name));
            }
            self.check_soon(domain.clone());
        }
        Ok(domain)
    }

    /// Ends the watch over a domain and forgets its results.
    pub async fn remove_domain(&self, who: &Actor, name: &DomainName) -> Result<()> {
        who.may(Permission::EditDomains)?;
        // Of an edit and a removal at once the trail tells the truth about both.
        let _turn = self.0.editing.lock().await;
        let before = self.domain(name)?;
        let deed = self.deed(who, Action::DomainRemoved, name.as_str());
        let deed = deed.with(fields(&before), Fields::new());
        if self.edit(Edited::Removed(name.clone()), deed).await? {
            Ok(())
        } else {
            Err(super::no_such_domain(name))
        }
    }

    async fn edit(&self, what: Edited, deed: Deed) -> Result<bool> {
        let edit = Edit { what, deed };
        self.0.recorder.edit(edit).await
    }

    fn check_soon(&self, domain: Domain) {
        self.check_group_soon(Group {
            site: domain.site.clone(),
            domains: vec![domain],
        });
    }

    pub(crate) fn check_group_soon(&self, group: Group) {
        let desk = self.clone();
        self.0.errands.spawn(async move {
            // A failure to store was logged where it happened; the next sweep brings new results.
            let _ = desk.run_group(&desk.0.engine.sweep(), &group, None).await;
        });
    }

    fn reading<'a>(&'a self, kept_site: Option<&'a str>, language: Language) -> Reading<'a> {
        Reading {
            sites: self.0.setup.sites.iter().map(|site| site.name.as_str()).collect(),
            kept_site,
            language,
        }
    }
}

/// A domain as the trail tells of it.
fn fields(domain: &Domain) -> Fields {
    let aliases: Vec<&str> = domain.aliases.iter().map(DomainName::as_str).collect();
    let all = [
        ("mail_host", domain.mail_host.as_str()),
        ("site", domain.site.as_str()),
        ("tenant", domain.tenant.as_deref().unwrap_or_default()),
        ("aliases", &aliases.join(" ")),
    ];
    let said = all.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Reads a draft, and says which field is wrong and why.
struct Reading<'a> {
    sites: Vec<&'a str>,
    /// The site that the domain has already, which may have left the configuration.
    kept_site: Option<&'a str>,
    language: Language,
}

impl Reading<'_> {
    fn domain(&self, draft: &Draft) -> Result<Domain> {
        let name = self.name("domain", &draft.domain)?;
        let mail_host = match typed(draft.mail_host.as_deref()) {
            Some(host) => self.name("mail_host", host)?,
            None => name.mail_host(),
        };
        Ok(Domain {
            site: self.site(typed(draft.site.as_deref()))?,
            tenant: self.tenant(typed(draft.tenant.as_deref()))?,
            aliases: self.aliases(&draft.aliases)?,
            mail_host,
            name,
        })
    }

    fn name(&self, field: &str, text: &str) -> Result<DomainName> {
        DomainName::from_typed(text).map_err(|why| {
            let no_name = match self.language {
                Language::Pt => "não é um nome de domínio",
                Language::En => "it is not a domain name",
            };
            Error::invalid(field, format!("{no_name}: {}", why.say(self.language)))
        })
    }

    fn aliases(&self, texts: &[String]) -> Result<Vec<DomainName>> {
        let mut aliases = Vec::new();
        for text in texts.iter().filter_map(|text| typed(Some(text))) {
            let alias = self.name("aliases", text)?;
            if !aliases.contains(&alias) {
                aliases.push(alias);
            }
        }
        if aliases.len() > MOST_ALIASES {
            return Err(self.wrong(
                "aliases",
                format!("no máximo {MOST_ALIASES}"),
                format!("at most {MOST_ALIASES}"),
            ));
        }
        Ok(aliases)
    }

    /// By default the only one there is.
    fn site(&self, site: Option<&str>) -> Result<String> {
        match (site, self.sites.as_slice()) {
            (Some(site), sites) if sites.contains(&site) || self.kept_site == Some(site) => {
                Ok(site.to_owned())
            }
            (None, [only]) => Ok((*only).to_owned()),
            (None, []) => Ok(String::new()),
            (None, sites) => Err(self.wrong(
                "site",
                format!("falta escolher entre {}", sites.join(", ")),
                format!("it is missing; there are {}", sites.join(", ")),
            )),
            (Some(_), []) => Err(self.wrong(
                "site",
                "nenhum está configurado".to_owned(),
                "none is configured".to_owned(),
            )),
            (Some(_), sites) => Err(self.wrong(
                "site",
                format!("não existe; há {}", sites.join(", ")),
                format!("it does not exist; there are {}", sites.join(", ")),
            )),
        }
    }

    /// The same characters as in the configuration: safe in an address and in a log line.
    fn tenant(&self, tenant: Option<&str>) -> Result<Option<String>> {
        let is_safe = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
        match tenant {
            Some(tenant) if tenant.len() > 64 || !tenant.bytes().all(is_safe) => Err(self.wrong(
                "tenant",
                "1 a 64 letras sem acento, dígitos, pontos, hífens e sublinhados".to_owned(),
                "1 to 64 letters, digits, dots, hyphens and underscores".to_owned(),
            )),
            tenant => Ok(tenant.map(str::to_owned)),
        }
    }

    fn wrong(&self, field: &str, pt: String, en: String) -> Error {
        Error::invalid(
            field,
            match self.language {
                Language::Pt => pt,
                Language::En => en,
            },
        )
    }
}

/// A form's empty field is none.
fn typed(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

const MOST_ALIASES: usize = 100;
