//! The certificates that the checks have seen, each once, with where it stands and whom it serves.

use crate::{DomainName, Leaf, Timestamp};
use serde::{Deserialize, Serialize};

/// One certificate, wherever it was seen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Held {
    pub leaf: Leaf,
    pub places: Vec<Place>,
    pub domains: Vec<DomainName>,
}

/// Where it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Place {
    pub how: How,
    pub site: String,
    /// A file, or an address with its port; empty where the check compared it without saying.
    pub at: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Urgency {
    Expired,
    /// Less than a fifth of its lifetime is left: the renewal did not happen.
    Late,
    /// In the last third of its lifetime, in which it is renewed.
    Due,
    Fresh,
}

impl Held {
    pub fn urgency(&self, now: Timestamp) -> Urgency {
        let left = self.leaf.not_after.since(now);
        let lifetime = self.leaf.lifetime();
        match left {
            ..=0 => Urgency::Expired,
            _ if left.saturating_mul(5) < lifetime => Urgency::Late,
            _ if left.saturating_mul(3) < lifetime => Urgency::Due,
            _ => Urgency::Fresh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_is_due_in_the_last_third_and_late_in_the_last_fifth() {
        let held = Held {
            leaf: Leaf {
                cn: None,
                sans: Vec::new(),
                sans_left_out: 0,
                issuer: String::new(),
                serial: String::new(),
                not_before: Timestamp(0),
                not_after: Timestamp(150),
                sha256: String::new(),
                public_key: String::new(),
            },
            places: Vec::new(),
            domains: Vec::new(),
        };
        let urgency = |now| held.urgency(Timestamp(now));
        assert_eq!(urgency(100), Urgency::Fresh);
        assert_eq!(urgency(101), Urgency::Due);
        assert_eq!(urgency(120), Urgency::Due);
        assert_eq!(urgency(121), Urgency::Late);
        assert_eq!(urgency(150), Urgency::Expired);
    }
}
