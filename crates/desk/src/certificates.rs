//! Every certificate that the checks have seen: issued, deployed, served.

use crate::{Actor, Desk, internal};
use model::{
    Domain, DomainName, Evidence, Leaf, Permission, Result,
    held::{Held, How, Place},
};
use std::collections::{BTreeMap, BTreeSet};
use store::StoredStep;

impl Desk {
    /// What runs out first comes first.
    pub async fn certificates(&self, who: &Actor) -> Result<Vec<Held>> {
        who.may(Permission::SeeChecks)?;
        let domains = self.0.latest.domains().into_iter();
        let domains: BTreeMap<DomainName, Domain> =
            domains.map(|domain| (domain.name.clone(), domain)).collect();
        let mut seen: BTreeMap<String, Gathered> = BTreeMap::new();
        let note = |step: StoredStep| {
            // One that was removed a moment ago.
            let Some(domain) = domains.get(&step.domain) else {
                return;
            };
            for (how, at, leaf) in sightings(step) {
                let of = seen
                    .entry(leaf.sha256.clone())
                    .or_insert_with(|| Gathered::of(leaf));
                of.domains.insert(domain.name.clone());
                of.places.insert(Place {
                    how,
                    site: domain.site.clone(),
                    at,
                });
            }
        };
        self.0.store.each_sighting(note).await.map_err(internal)?;
        let mut held: Vec<Held> = seen.into_values().map(Gathered::held).collect();
        held.sort_by(|a, b| (a.leaf.not_after, &a.leaf.sha256).cmp(&(b.leaf.not_after, &b.leaf.sha256)));
        Ok(held)
    }
}

struct Gathered {
    leaf: Leaf,
    places: BTreeSet<Place>,
    domains: BTreeSet<DomainName>,
}

impl Gathered {
    fn of(leaf: Leaf) -> Self {
        Self {
            leaf,
            places: BTreeSet::new(),
            domains: BTreeSet::new(),
        }
    }

    /// A place that says where it is makes one that does not superfluous.
    fn held(self) -> Held {
        let said = |how, site: &str| {
            let mut places = self.places.iter();
            places.any(|place| place.how == how && place.site == site && !place.at.is_empty())
        };
        let places = self.places.iter();
        let places = places.filter(|place| !place.at.is_empty() || !said(place.how, &place.site));
        Held {
            places: places.cloned().collect(),
            leaf: self.leaf,
            domains: self.domains.into_iter().collect(),
        }
    }
}

/// The certificates that a step has seen, each with where it was.
fn sightings(step: StoredStep) -> impl Iterator<Item = (How, String, Leaf)> {
    let Evidence {
        endpoint,
        path,
        leaf,
        issued,
        served,
        ..
    } = step.evidence;
    let how = match (&endpoint, step.check.as_str()) {
        (Some(_), _) => How::Served,
        (None, "cert_deployed_global" | "mox_cert_exists" | "mox_cert_matches_caddy") => How::Deployed,
        (None, _) => How::Issued,
    };
    let at = endpoint.or(path).unwrap_or_default();
    let own = leaf.map(|leaf| (how, at, leaf));
    let issued = issued.map(|leaf| (How::Issued, String::new(), leaf));
    let served = served.map(|leaf| (How::Served, String::new(), leaf));
    own.into_iter().chain(issued).chain(served)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CheckId, Code, State, Timestamp};

    fn leaf(sha256: &str) -> Leaf {
        Leaf {
            cn: None,
            sans: Vec::new(),
            sans_left_out: 0,
            issuer: "CN=CA".into(),
            serial: "0a".into(),
            not_before: Timestamp(0),
            not_after: Timestamp(1),
            sha256: sha256.into(),
            public_key: "EC P-256".into(),
        }
    }

    #[test]
    fn a_stale_deployment_has_seen_two_certificates_and_says_which_is_which() {
        let step = StoredStep {
            domain: DomainName::parse("a.example").unwrap(),
            check: CheckId::new("cert_deployed_global"),
            state: State::Warn,
            code: Code::StaleDeploy,
            evidence: Evidence {
                leaf: Some(leaf("old")),
                issued: Some(leaf("new")),
                ..Evidence::path("/etc/ssl/mail.pem")
            },
            checked_at: Timestamp(0),
            duration_ms: 1,
            since: Timestamp(0),
            streak: 1,
            announced: false,
        };
        let seen: Vec<_> = sightings(step)
            .map(|(how, at, leaf)| (how, at, leaf.sha256))
            .collect();
        assert_eq!(
            seen,
            [
                (How::Deployed, "/etc/ssl/mail.pem".to_owned(), "old".to_owned()),
                (How::Issued, String::new(), "new".to_owned())
            ]
        );
    }

    #[test]
    fn a_place_without_an_address_is_left_out_where_another_names_it() {
        let place = |at: &str| Place {
            how: How::Served,
            site: "vm112".into(),
            at: at.into(),
        };
        let mut gathered = Gathered::of(leaf("x"));
        gathered.places.insert(place(""));
        assert_eq!(
            Gathered {
                places: gathered.places.clone(),
                ..Gathered::of(leaf("x"))
            }
            .held()
            .places,
            [place("")]
        );
        gathered.places.insert(place("127.0.0.1:993"));
        assert_eq!(gathered.held().places, [place("127.0.0.1:993")]);
    }
}
