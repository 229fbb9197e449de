//! Writes down which certificates new evidence shows, and where.

use crate::{Error, Place, Result, Tx, dialect::ROWS};
use model::{Code, Evidence, Leaf, Timestamp};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// New evidence of a check.
pub(crate) struct Seen<'a> {
    pub(crate) domain: &'a str,
    pub(crate) check: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) code: Code,
    pub(crate) evidence: &'a Evidence,
}

impl Tx {
    /// Writes what new evidence shows, in the place of what its check showed before.
    pub(crate) async fn write_sightings(&mut self, seen: &[Seen<'_>]) -> Result<()> {
        for seen in seen.chunks(ROWS) {
            on!(self, |db| {
                let mut query = QueryBuilder::new("delete from sightings where (domain, check_id) in (");
                query
                    .push_values(seen, |mut row, seen| {
                        row.push_bind(seen.domain).push_bind(seen.check);
                    })
                    .push(")")
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        let rows: Vec<_> = seen
            .iter()
            .flat_map(|seen| {
                shown(seen.code, seen.evidence).map(move |(place, at, leaf)| (seen, place, at, leaf))
            })
            .collect();
        for rows in rows.chunks(ROWS) {
            on!(self, |db| {
                QueryBuilder::new("insert into sightings (domain, check_id, place, location, sha256) ")
                    .push_values(rows, |mut row, (seen, place, location, leaf)| {
                        row.push_bind(seen.domain)
                            .push_bind(seen.check)
                            .push_bind(place.as_str())
                            .push_bind(location.as_str())
                            .push_bind(leaf.sha256.as_str());
                    })
                    .push(" on conflict (domain, check_id, place) do nothing")
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        let mut leaves: HashMap<&str, (&Leaf, Timestamp)> = HashMap::new();
        for (seen, _, _, leaf) in &rows {
            let (_, first_seen) = leaves.entry(&leaf.sha256).or_insert((leaf, seen.at));
            *first_seen = seen.at.min(*first_seen);
        }
        self.write_certificates(leaves.into_values().collect()).await
    }

    async fn write_certificates(&mut self, leaves: Vec<(&Leaf, Timestamp)>) -> Result<()> {
        for leaves in leaves.chunks(ROWS) {
            let rows = leaves
                .iter()
                .map(|(leaf, at)| {
                    let body = serde_json::to_string(leaf);
                    Ok((
                        *leaf,
                        *at,
                        body.map_err(|why| Error::strange("certificate", why.to_string()))?,
                    ))
                })
                .collect::<Result<Vec<_>>>()?;
            on!(self, |db| {
                QueryBuilder::new("insert into certificates (sha256, not_after, first_seen, body) ")
                    .push_values(rows, |mut row, (leaf, at, body)| {
                        row.push_bind(leaf.sha256.as_str())
                            .push_bind(leaf.not_after.0)
                            .push_bind(at.0)
                            .push_bind(body);
                    })
                    .push(" on conflict (sha256) do nothing")
                    .build()
                    .execute(db)
                    .await?;
            });
        }
        Ok(())
    }

    /// Forgets the certificates that nobody sees any more.
    pub async fn forget_certificates(&mut self) -> Result<()> {
        on!(self, |db| {
            sqlx::query(
                "delete from certificates where not exists (
                    select 1 from sightings where sightings.sha256 = certificates.sha256
                 )",
            )
            .execute(db)
            .await?;
        });
        Ok(())
    }
}

/// The leaves that evidence shows, each with where it was; of two at one place the first counts.
fn shown(code: Code, seen: &Evidence) -> impl Iterator<Item = (Place, String, &Leaf)> {
    let endpoint = || seen.endpoint.clone().unwrap_or_default();
    let own = seen
        .leaf
        .as_ref()
        .and_then(|leaf| match (&seen.path, &seen.endpoint) {
            // The path is that of the key.
            (Some(_), _) if code == Code::KeyMismatch => None,
            (Some(path), _) => Some((
                Place::File,
                location(seen.host.as_deref().unwrap_or("local"), path),
                leaf,
            )),
            (None, Some(endpoint)) => Some((Place::Served, endpoint.clone(), leaf)),
            (None, None) => None,
        });
    let issued = seen
        .issued
        .as_ref()
        .map(|leaf| (Place::Issued, String::new(), leaf));
    let served = seen.served.as_ref().map(|leaf| (Place::Served, endpoint(), leaf));
    [own, issued, served].into_iter().flatten()
}

/// A file behind its host's name; one of this machine by its path alone.
pub fn location(host: &str, path: &str) -> String {
    if host == "local" {
        path.to_owned()
    } else {
        [host, ":", path].concat()
    }
}
