//! Caddy's pair for a mail host, found in its storage: what the checks of `cert_sync` stand on.

use crate::{
    Facts,
    certs::{Cert, Pair},
    facts::{self, Chain},
    site::Place,
};
use futures::future::join_all;
use model::{Code, Evidence, Leaf, State, evidence::Outcome};

/// A pair of the storage, with the verdict over it.
pub(super) struct Stored {
    pub(super) chain: Chain,
    pub(super) leaf: Leaf,
    /// The certificate's file.
    pub(super) seen: Evidence,
    pub(super) verdict: Outcome,
}

/// The `[[certs]]` of the domain's mail host.
pub(super) fn cert<'a>(facts: &Facts<'a>) -> Result<&'a Cert, Outcome> {
    let cert = facts.site.cert_for(&facts.domain.mail_host);
    cert.ok_or_else(|| Outcome::skipped("certs"))
}

/// The newest valid pair of all issuers (by its start); where none is valid, the newest. `Err` where there is
/// none, or where one could not be looked at: it might be the newest.
pub(super) async fn stored(facts: &Facts<'_>) -> Result<Stored, Outcome> {
    let cert = cert(facts)?;
    let Some(storage) = &cert.caddy else {
        return Err(Outcome::skipped(format!("certs.{}.source.caddy", cert.name)));
    };
    let host = &facts.domain.mail_host;
    let issuers = facts.names_in(&storage.place, &storage.folder).await?;
    let pairs = issuers.iter().flat_map(|issuer| storage.pairs(issuer, host));
    let looks = pairs.map(|pair| look(facts, &storage.place, pair));

    let mut best: Option<Stored> = None;
    let mut broken = None;
    for found in join_all(looks).await {
        match found {
            Ok(found) if best.as_ref().is_none_or(|best| found.is_better_than(best)) => best = Some(found),
            Ok(_) => {}
            Err(outcome) if outcome.state == State::Unknown => return Err(outcome),
            Err(outcome) if outcome.code == Code::FileMissing => {}
            Err(outcome) => broken = Some(outcome),
        }
    }
    best.ok_or_else(|| {
        let nothing = || Evidence {
            name: Some(host.to_string()),
            ..facts::seen(&storage.place, &storage.folder)
        };
        broken.unwrap_or_else(|| Outcome::fail(Code::NoCertificate, nothing()))
    })
}

/// `Err`: there is no certificate, it is none, or nobody could see whether the key belongs to it.
async fn look(facts: &Facts<'_>, place: &Place, pair: Pair) -> Result<Stored, Outcome> {
    let chain = facts.certificates_in(place, &pair.cert).await?;
    let leaf = facts::leaf(&chain);
    let leaf = leaf.ok_or_else(|| Outcome::fail(Code::NotPem, facts::seen(place, &pair.cert)))?;
    let seen = |path, judged: Evidence| Evidence {
        sni: judged.sni,
        leaf: judged.leaf,
        chain: judged.chain,
        reason: judged.reason,
        detail: judged.detail,
        ..facts::seen(place, path)
    };
    let judged = facts.judged(&chain);
    let verdict = match facts.key_belongs_in(place, &pair.key, &chain[0]).await {
        Ok(true) => Outcome::new(judged.state, judged.code, seen(&pair.cert, judged.evidence)),
        Ok(false) => Outcome::fail(Code::KeyMismatch, seen(&pair.key, judged.evidence)),
        Err(unusable) if unusable.state == State::Fail => unusable,
        Err(unseen) => return Err(unseen),
    };
    Ok(Stored {
        chain,
        leaf,
        seen: facts::seen(place, &pair.cert),
        verdict,
    })
}

impl Stored {
    fn is_better_than(&self, other: &Self) -> bool {
        let rank = |pair: &Self| (pair.verdict.state != State::Fail, pair.leaf.not_before);
        rank(self) > rank(other)
    }
}
