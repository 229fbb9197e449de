//! The certificates that the checks have seen, each once, with where it stands and whom it serves.

use crate::{DomainName, Leaf, Timestamp};
use serde::{Deserialize, Serialize};

/// What runs out first comes first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Holdings {
    pub items: Vec<Held>,
    /// What to ask for to read on; null at the end.
    pub next_cursor: Option<String>,
}

/// One certificate, wherever it was seen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Held {
    #[serde(flatten)]
    pub leaf: Leaf,
    pub urgency: Urgency,
    /// When its last third begins, in which it is renewed.
    pub renew_from: Timestamp,
    pub first_seen: Timestamp,
    pub places: Vec<Place>,
    /// The first of the domains that have it, by name.
    pub domains: Vec<DomainName>,
    pub domains_in_all: usize,
}

/// Where it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Place {
    pub how: How,
    pub site: String,
    /// A file, or an address with its port; empty where the check compared it without saying.
    pub at: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A lineage's own file.
    Issued,
    /// The file that a server reads.
    Deployed,
    /// On the wire.
    Served,
}

/// How pressing its renewal is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    Expired,
    /// Less than a fifth of its lifetime is left: the renewal did not happen.
    Late,
    /// In the last third of its lifetime, in which it is renewed.
    Due,
    Fresh,
}

impl Urgency {
    pub fn of(leaf: &Leaf, now: Timestamp) -> Self {
        let left = leaf.not_after.since(now);
        match left {
            ..=0 => Self::Expired,
            _ if left.saturating_mul(5) < leaf.lifetime() => Self::Late,
            _ if now > renew_from(leaf) => Self::Due,
            _ => Self::Fresh,
        }
    }
}

/// When the last third of a certificate's lifetime begins.
pub fn renew_from(leaf: &Leaf) -> Timestamp {
    leaf.not_after.plus(-(leaf.lifetime() / 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_is_due_in_the_last_third_and_late_in_the_last_fifth() {
        let leaf = Leaf {
            cn: None,
            sans: Vec::new(),
            sans_left_out: 0,
            issuer: String::new(),
            serial: String::new(),
            not_before: Timestamp(0),
            not_after: Timestamp(150),
            sha256: String::new(),
            public_key: String::new(),
        };
        let urgency = |now| Urgency::of(&leaf, Timestamp(now));
        assert_eq!(urgency(100), Urgency::Fresh);
        assert_eq!(urgency(101), Urgency::Due);
        assert_eq!(urgency(120), Urgency::Due);
        assert_eq!(urgency(121), Urgency::Late);
        assert_eq!(urgency(150), Urgency::Expired);
    }
}
