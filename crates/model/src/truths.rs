//! The four truths about a domain's certificate, and the link between them that broke.

use crate::Leaf;
use serde::{Deserialize, Serialize};

/// *wanted* (the names the domain needs), *issued* (the lineage's leaf), *deployed* (the file the server
/// reads), *served* (the leaf on the wire). What was not seen is `None`, which is not the same as wrong.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Truths {
    pub wanted: Vec<String>,
    /// Wanted names that the issued certificate does not cover; where no lineage was seen, the served one.
    pub missing: Vec<String>,
    pub issued: Option<Leaf>,
    pub deployed: Option<Leaf>,
    pub served: Option<Leaf>,
    pub broken: Option<Broken>,
}

/// The first link of the chain wanted → issued → deployed → served that does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Broken {
    /// Names are missing in the certificate: expand.
    Wanted,
    /// Issued, not deployed: deploy.
    Issued,
    /// Deployed, not served: the server has not reloaded.
    Deployed,
}

impl Truths {
    /// `covers` says whether a leaf is valid for a name (RFC 9525).
    pub fn new(
        wanted: Vec<String>,
        issued: Option<Leaf>,
        deployed: Option<Leaf>,
        served: Option<Leaf>,
        covers: impl Fn(&Leaf, &str) -> bool,
    ) -> Self {
        let judge = issued.as_ref().or(deployed.as_ref()).or(served.as_ref());
        let missing: Vec<String> = judge.map_or_else(Vec::new, |leaf| {
            wanted
                .iter()
                .filter(|name| !covers(leaf, name))
                .cloned()
                .collect()
        });
        let differ =
            |a: &Option<Leaf>, b: &Option<Leaf>| matches!((a, b), (Some(a), Some(b)) if a.sha256 != b.sha256);
        let broken = if !missing.is_empty() {
            Some(Broken::Wanted)
        } else if differ(&issued, &deployed) {
            Some(Broken::Issued)
        } else if differ(&deployed, &served) {
            Some(Broken::Deployed)
        } else {
            None
        };
        Self {
            wanted,
            missing,
            issued,
            deployed,
            served,
            broken,
        }
    }
}
