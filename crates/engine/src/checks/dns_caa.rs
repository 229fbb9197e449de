//! The certification authority in use may issue for the mail host (CAA, RFC 8659), so that the next renewal
//! will not be refused.

use super::Check;
use crate::{
    Facts,
    judge::names,
    net::{
        Handshake,
        dns::{Answer, Record, RecordType},
    },
    wire::{
        caa::{self, Allowed, Property},
        x509,
    },
};
use futures::FutureExt;
use model::{CheckId, Code, DomainName, Evidence, Group, Label, Priority, evidence::Outcome};
use rustls_pki_types::CertificateDer;
use std::sync::Arc;

pub static CHECK: Check = Check {
    id: CheckId::new("dns_caa"),
    group: Group::MailDns,
    priority: Priority::P2,
    label: Label { pt: "CAA", en: "CAA" },
    ok_when: "the mail host, or the nearest name above it that has CAA records, allows the CA that issued the lineage's \
              certificate (or the one served by `imaps` or `https`), or nothing is said anywhere (`unknown` when the \
              CA's name in CAA is not known here)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let host = &facts.domain.mail_host;
    let answer = relevant(facts, host.as_str()).await?;
    let properties: Vec<Property> = answer
        .records()?
        .iter()
        .filter_map(Record::property)
        .cloned()
        .collect();
    let seen = answer.seen();
    if properties.is_empty() {
        return Ok(Outcome::ok(seen));
    }
    let leaf = leaf(facts).await?;
    let allowed = match caa::allowed(&properties, is_by_wildcard(&leaf, host)) {
        Allowed::Anybody => return Ok(Outcome::ok(seen)),
        Allowed::Only(allowed) => allowed,
    };
    let organisation = x509::issuer_organisation(&leaf);
    let seen = Evidence {
        name: organisation.clone(),
        ..seen
    };
    let Some(names) = organisation.as_deref().and_then(caa::names_of) else {
        return Ok(Outcome::unknown(Code::CaUnknown, seen));
    };
    if names
        .iter()
        .any(|name| allowed.iter().any(|allowed| allowed == name))
    {
        return Ok(Outcome::ok(seen));
    }
    Ok(Outcome::fail(Code::CaaForbids, seen))
}

/// The record set that counts (section 3): the name's own, or that of the nearest name above it; where there
/// is none, the name's own emptiness.
async fn relevant(facts: &Facts<'_>, host: &str) -> Result<Arc<Answer>, Outcome> {
    let own = facts.dns(host, RecordType::CAA).await;
    let mut answer = Arc::clone(&own);
    let mut name = host;
    while answer.records()?.is_empty() {
        let Some((_, above)) = name.split_once('.') else {
            return Ok(own);
        };
        name = above;
        answer = facts.dns(name, RecordType::CAA).await;
    }
    Ok(answer)
}

/// The certificate whose renewal is at stake.
async fn leaf(facts: &Facts<'_>) -> Result<CertificateDer<'static>, Outcome> {
    if facts.site.lineage.is_some() {
        return Ok(facts.issued().await?[0].clone());
    }
    let endpoint = facts.site.imaps.as_ref().or(facts.site.https.as_ref());
    let endpoint = endpoint.ok_or_else(|| facts.not_configured("lineage"))?;
    match &*facts.handshake(endpoint, None).await {
        Handshake::Served(served) => served
            .chain
            .first()
            .cloned()
            .ok_or_else(|| Outcome::unknown(Code::HandshakeFailed, at(endpoint))),
        Handshake::Ended(ended) => {
            let outcome = ended.outcome(at(endpoint));
            // What is wrong there is another check's to say; here the CA is not known.
            Err(Outcome::unknown(outcome.code, outcome.evidence))
        }
    }
}

fn at(endpoint: &model::Endpoint) -> Evidence {
    Evidence {
        endpoint: Some(endpoint.to_string()),
        ..Evidence::default()
    }
}

/// Whether the certificate has the name, but not in full.
fn is_by_wildcard(leaf: &CertificateDer<'_>, host: &DomainName) -> bool {
    x509::facts(leaf).is_ok_and(|facts| {
        let mut dns_names = facts.dns_names.iter().map(AsRef::as_ref);
        let is_whole = dns_names.any(|name: &str| name == host.as_str());
        !is_whole && names::covers(facts.dns_names.iter().map(AsRef::as_ref), host)
    })
}
