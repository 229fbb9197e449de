//! Every leaf that is seen, and where.

use crate::{Error, Result, Store, dialect::ROWS, domains};
use model::{DomainName, Leaf, Timestamp};
use sqlx::QueryBuilder;
use std::collections::HashMap;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenCertificate {
    pub leaf: Leaf,
    pub first_seen: Timestamp,
    /// The first of them by name.
    pub domains: Vec<DomainName>,
    pub domains_in_all: u64,
    pub sightings: Vec<Sighting>,
}

/// A place where domains of a site had their certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sighting {
    pub place: Place,
    /// `host:port`, or a file behind its host; empty for a lineage, which its site names.
    pub location: String,
    pub site: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Served,
    File,
    Issued,
}

impl Place {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::File => "file",
            Self::Issued => "issued",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Served, Self::File, Self::Issued]
            .into_iter()
            .find(|place| place.as_str() == text)
    }
}

impl Store {
    /// Those that are still seen, by expiry and digest: `limit` of them behind `after`. Of its domains the first
    /// `most_domains` are named.
    pub async fn certificates(
        &self,
        after: (Timestamp, &str),
        limit: u32,
        most_domains: u32,
    ) -> Result<Vec<SeenCertificate>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, (String, i64, String)>(
                "select sha256, first_seen, body from certificates
                 where (not_after > $1 or (not_after = $1 and sha256 > $2))
                   and exists (select 1 from sightings where sightings.sha256 = certificates.sha256)
                 order by not_after, sha256 limit $3",
            )
            .bind(after.0.0)
            .bind(after.1)
            .bind(i64::from(limit))
            .fetch_all(db)
            .await
        })?;
        let digests: Vec<&str> = rows.iter().map(|(sha256, ..)| sha256.as_str()).collect();
        let mut domains = self.domains_of(&digests, most_domains).await?;
        let mut sightings = self.sightings_of(&digests).await?;
        rows.iter()
            .map(|(sha256, first_seen, body)| {
                let (domains_in_all, domains) = domains.remove(sha256).unwrap_or_default();
                Ok(SeenCertificate {
                    leaf: serde_json::from_str(body).map_err(|_| Error::strange("certificate", body))?,
                    first_seen: Timestamp(*first_seen),
                    domains,
                    domains_in_all,
                    sightings: sightings.remove(sha256).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// How many domains each was seen for, and the first of them.
    async fn domains_of(
        &self,
        digests: &[&str],
        most: u32,
    ) -> Result<HashMap<String, (u64, Vec<DomainName>)>> {
        let mut found: HashMap<String, (u64, Vec<DomainName>)> = HashMap::new();
        for digests in digests.chunks(ROWS) {
            let rows = on!(self, |db| {
                let mut query = QueryBuilder::new(
                    "select sha256, domain, in_all from (
                        select sha256, domain, count(*) over (partition by sha256) as in_all,
                            row_number() over (partition by sha256 order by domain) as nth
                        from (select distinct sha256, domain from sightings where sha256 in (",
                );
                let mut values = query.separated(", ");
                for digest in digests {
                    values.push_bind(*digest);
                }
                query
                    .push(")) as seen) as numbered where nth <= ")
                    .push_bind(i64::from(most))
                    .build_query_as::<(String, String, i64)>()
                    .fetch_all(db)
                    .await?
            });
            for (sha256, domain, in_all) in rows {
                let (all, names) = found.entry(sha256).or_default();
                *all = u64::try_from(in_all).unwrap_or_default();
                names.push(domains::name(&domain)?);
            }
        }
        for (_, names) in found.values_mut() {
            names.sort();
        }
        Ok(found)
    }

    async fn sightings_of(&self, digests: &[&str]) -> Result<HashMap<String, Vec<Sighting>>> {
        let mut found: HashMap<String, Vec<Sighting>> = HashMap::new();
        for digests in digests.chunks(ROWS) {
            let rows = on!(self, |db| {
                let mut query = QueryBuilder::new(
                    "select distinct sha256, place, location, site from sightings join domains on domain = name
                     where sha256 in (",
                );
                let mut values = query.separated(", ");
                for digest in digests {
                    values.push_bind(*digest);
                }
                query
                    .push(")")
                    .build_query_as::<(String, String, String, String)>()
                    .fetch_all(db)
                    .await?
            });
            for (sha256, place, location, site) in rows {
                found.entry(sha256).or_default().push(Sighting {
                    place: Place::parse(&place).ok_or_else(|| Error::strange("place", place))?,
                    location,
                    site,
                });
            }
        }
        Ok(found)
    }
}
