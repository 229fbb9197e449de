//! The domains that are watched.

use crate::{Error, Result, Store, Tx, error::storable};
use model::{Domain, DomainName};

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
    /// Adds a domain that is not there yet; false when it is, and then nothing of it changes.
    pub async fn seed_domain(&mut self, domain: &Domain) -> Result<bool> {
        let seeded = on!(self, |db| {
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
        Ok(seeded > 0)
    }

    /// Adds a domain, or gives it these values.
    pub async fn put_domain(&mut self, domain: &Domain) -> Result<()> {
        on!(self, |db| {
            sqlx::query(
                "insert into domains (name, site, tenant, mail_host, aliases) values ($1, $2, $3, $4, $5)
                 on conflict (name) do update set
                    site = excluded.site, tenant = excluded.tenant,
                    mail_host = excluded.mail_host, aliases = excluded.aliases",
            )
            .bind(domain.name.as_str())
            .bind(storable("site", &domain.site)?)
            .bind(tenant(domain)?)
            .bind(domain.mail_host.as_str())
            .bind(aliases(domain)?)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Takes the domain's steps and runs with it; what happened stays among the events. False when it is not there.
    pub async fn delete_domain(&mut self, name: &DomainName) -> Result<bool> {
        let deleted = on!(self, |db| {
            sqlx::query("delete from domains where name = $1")
                .bind(name.as_str())
                .execute(db)
                .await?
                .rows_affected()
        });
        Ok(deleted > 0)
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
