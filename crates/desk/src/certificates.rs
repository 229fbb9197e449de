//! Every certificate that the checks have seen: issued, deployed, served.

use crate::{Actor, Desk, internal};
use engine::{Site, net::host};
use model::{
    Error, Permission, Result, Timestamp,
    held::{Held, Holdings, How, Place, Urgency, renew_from},
    shown::Shown,
};
use store::{SeenCertificate, Sighting};

impl Desk {
    /// What runs out first comes first: at most `limit` of them; `cursor` is that of the page before.
    pub async fn certificates(
        &self,
        who: &Actor,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Shown<Holdings>> {
        let grant = who.may(Permission::SeeChecks)?;
        let after = match cursor {
            Some(cursor) => read(cursor).ok_or_else(|| Error::invalid("cursor", "that of an answer"))?,
            None => (Timestamp(i64::MIN), ""),
        };
        // One more tells whether there is a next page.
        let wanted = limit.saturating_add(1);
        let found = self
            .0
            .store
            .certificates(after, wanted, NAMED)
            .await
            .map_err(internal)?;
        let mut items: Vec<Held> = found.into_iter().map(|seen| self.held(seen)).collect();
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > shown;
        items.truncate(shown);
        let last = items.last().filter(|_| more);
        Ok(grant.show(Holdings {
            next_cursor: last.map(|last| format!("{}.{}", last.leaf.not_after.0, last.leaf.sha256)),
            items,
        }))
    }

    fn held(&self, seen: SeenCertificate) -> Held {
        let mut places: Vec<Place> = seen
            .sightings
            .into_iter()
            .map(|sighting| self.place(sighting))
            .collect();
        places.sort();
        places.dedup();
        Held {
            urgency: Urgency::of(&seen.leaf, self.now()),
            renew_from: renew_from(&seen.leaf),
            leaf: seen.leaf,
            first_seen: seen.first_seen,
            places,
            domains: seen.domains,
            domains_in_all: usize::try_from(seen.domains_in_all).unwrap_or(usize::MAX),
        }
    }

    /// A file is either the lineage's own or one that a server reads.
    fn place(
        &self,
        Sighting {
            place,
            location,
            site,
        }: Sighting,
    ) -> Place {
        let lineage = lineage(&self.site(&site));
        let (how, at) = match place {
            store::Place::Served => (How::Served, location),
            store::Place::File if lineage.as_ref() == Some(&location) => (How::Issued, location),
            store::Place::File => (How::Deployed, location),
            store::Place::Issued => (How::Issued, lineage.unwrap_or(location)),
        };
        Place { how, site, at }
    }
}

/// The file of a site's lineage, as a sighting names it.
fn lineage(site: &Site) -> Option<String> {
    let path = site.issued_chain()?;
    Some(store::location(
        &host::name(&site.host),
        &path.display().to_string(),
    ))
}

/// `not_after in ms.sha256`
fn read(cursor: &str) -> Option<(Timestamp, &str)> {
    let (not_after, sha256) = cursor.split_once('.')?;
    Some((Timestamp(not_after.parse().ok()?), sha256))
}

/// So many domains of a certificate are named, the others counted.
const NAMED: u32 = 20;
