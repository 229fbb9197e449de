//! The domains that are watched.

use crate::{Error, Result, Store, Tx, error::storable};
use model::{
    Domain, DomainName, Timestamp,
    event::{Change, Event, What},
};

impl Store {
    /// All of them, by name.
    pub async fn domains(&self) -> Result<Vec<Domain>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, DomainRow>("select name, site, tenant, mail_host, aliases from domains")
                .fetch_all(db)
                .await
        })?;
        let mut domains: Vec<Domain> = rows.into_iter().map(Domain::try_from).collect::<Result<_>>()?;
        domains.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(domains)
    }

    pub async fn domain(&self, name: &DomainName) -> Result<Option<Domain>> {
        let row = on!(self, |db| {
            sqlx::query_as::<_, DomainRow>(
                "select name, site, tenant, mail_host, aliases from domains where name = $1",
            )
            .bind(name.as_str())
            .fetch_optional(db)
            .await
        })?;
        row.map(Domain::try_from).transpose()
    }
}

impl Tx {
    /// Takes over a domain of the configuration: not where it is there already, nor where it was removed here.
    /// Returns whether it was taken.
    pub async fn seed_domain(&mut self, domain: &Domain) -> Result<bool> {
        let removed: i64 = on!(self, |db| {
            sqlx::query_scalar("select count(*) from removed_domains where name = $1")
                .bind(domain.name.as_str())
                .fetch_one(db)
                .await?
        });
        Ok(removed == 0 && self.insert_domain(domain).await?)
    }

    /// Adds a domain; `None` when it is there already, and then nothing of it changes.
    pub async fn add_domain(&mut self, domain: &Domain, at: Timestamp) -> Result<Option<Event>> {
        if !self.insert_domain(domain).await? {
            return Ok(None);
        }
        on!(self, |db| {
            sqlx::query("delete from removed_domains where name = $1")
                .bind(domain.name.as_str())
                .execute(db)
                .await?;
        });
        self.happened(&domain.name, Change::Added, at).await
    }

    /// Gives a domain these values; `None` when it is not there.
    pub async fn edit_domain(&mut self, domain: &Domain, at: Timestamp) -> Result<Option<Event>> {
        let edited = on!(self, |db| {
            sqlx::query(
                "update domains set site = $2, tenant = $3, mail_host = $4, aliases = $5 where name = $1",
            )
            .bind(domain.name.as_str())
            .bind(storable("site", &domain.site)?)
            .bind(tenant(domain)?)
            .bind(domain.mail_host.as_str())
            .bind(aliases(domain)?)
            .execute(db)
            .await?
            .rows_affected()
        });
        if edited == 0 {
            return Ok(None);
        }
        self.happened(&domain.name, Change::Edited, at).await
    }

    /// Takes the domain's steps and runs with it; what happened stays among the events. The configuration does
    /// not bring it back. `None` when it is not there.
    pub async fn remove_domain(&mut self, name: &DomainName, at: Timestamp) -> Result<Option<Event>> {
        let removed = on!(self, |db| {
            sqlx::query("delete from domains where name = $1")
                .bind(name.as_str())
                .execute(db)
                .await?
                .rows_affected()
        });
        if removed == 0 {
            return Ok(None);
        }
        on!(self, |db| {
            sqlx::query("insert into removed_domains (name) values ($1) on conflict (name) do nothing")
                .bind(name.as_str())
                .execute(db)
                .await?;
        });
        self.happened(name, Change::Removed, at).await
    }

    /// False when it is there already.
    async fn insert_domain(&mut self, domain: &Domain) -> Result<bool> {
        let inserted = on!(self, |db| {
            sqlx::query(
                "insert into domains (name, site, tenant, mail_host, aliases) values ($1, $2, $3, $4, $5)
                 on conflict (name) do nothing",
            )
            .bind(domain.name.as_str())
            .bind(storable("site", &domain.site)?)
            .bind(tenant(domain)?)
            .bind(domain.mail_host.as_str())
            .bind(aliases(domain)?)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(inserted > 0)
    }

    async fn happened(
        &mut self,
        domain: &DomainName,
        change: Change,
        at: Timestamp,
    ) -> Result<Option<Event>> {
        let what = What::Domain {
            domain: domain.clone(),
            change,
        };
        Ok(self.append(vec![(at, what)]).await?.pop())
    }
}

/// A name as it stands in a row.
pub(crate) fn name(text: &str) -> Result<DomainName> {
    DomainName::parse(text).map_err(|_| Error::strange("domain name", text))
}

fn tenant(domain: &Domain) -> Result<Option<&str>> {
    domain
        .tenant
        .as_deref()
        .map(|tenant| storable("tenant", tenant))
        .transpose()
}

fn aliases(domain: &Domain) -> Result<String> {
    serde_json::to_string(&domain.aliases).map_err(|why| Error::strange("list of aliases", why.to_string()))
}

#[derive(sqlx::FromRow)]
struct DomainRow {
    name: String,
    site: String,
    tenant: Option<String>,
    mail_host: String,
    aliases: String,
}

impl TryFrom<DomainRow> for Domain {
    type Error = Error;

    fn try_from(row: DomainRow) -> Result<Self> {
        Ok(Self {
            name: name(&row.name)?,
            site: row.site,
            tenant: row.tenant,
            mail_host: name(&row.mail_host)?,
            aliases: serde_json::from_str(&row.aliases)
                .map_err(|_| Error::strange("list of aliases", row.aliases))?,
        })
    }
}
