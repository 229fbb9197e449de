//! The key that senders demand of the mail server is the one that it uses (DANE for SMTP, RFC 7672): a TLSA
//! record, proved by DNSSEC, matches what port 25 serves.

use super::Check;
use crate::{
    Facts, Starttls, Target,
    net::{
        Handshake,
        dns::{Record, RecordType, Said},
    },
    wire::tlsa::{Association, Usage},
};
use futures::FutureExt;
use model::{
    CheckId, Code, DomainName, Endpoint, Evidence, Group, Label, Priority, Reason, evidence::Outcome,
};
use rustls_pki_types::CertificateDer;

pub static CHECK: Check = Check {
    id: CheckId::new("dns_tlsa"),
    group: Group::MailDns,
    priority: Priority::P2,
    label: Label {
        pt: "DANE/TLSA",
        en: "DANE/TLSA",
    },
    ok_when: "`_25._tcp` of the site's MX has TLSA records that DNSSEC proves, and one of them (usage 2 or 3) matches the \
              chain that `smtp` serves after STARTTLS (`warn` where nothing is published, and where the zone is not \
              signed, so that the records do not count)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let smtp = facts.site.smtp.as_ref();
    let smtp = smtp.ok_or_else(|| facts.not_configured("smtp"))?;
    let host = exchange(facts).await?;
    let answer = facts
        .proved_dns(&format!("_25._tcp.{host}"), RecordType::TLSA)
        .await;
    let records = answer.records()?;
    let seen = Evidence {
        endpoint: Some(smtp.to_string()),
        ..answer.seen()
    };
    if records.is_empty() {
        return Ok(Outcome::warn(Code::NotPublished, seen));
    }
    if !matches!(answer.said, Said::Records { is_proved: true, .. }) {
        return Ok(Outcome::warn(Code::NotSigned, seen));
    }
    let usable: Vec<_> = records
        .iter()
        .filter_map(Record::association)
        .filter_map(|association| Some((association.usage()?, association)))
        .collect();
    if usable.is_empty() {
        return Err(Outcome::fail(
            Code::InvalidRecord,
            seen.because(Reason::NoUsableAssociation),
        ));
    }
    let chain = chain(facts, smtp, &host).await?;
    if usable
        .into_iter()
        .any(|(usage, association)| matches(facts, usage, association, &chain, &host))
    {
        Ok(Outcome::ok(seen))
    } else {
        Ok(Outcome::fail(Code::TlsaMismatch, seen))
    }
}

/// The MX that the site's port 25 answers for: the mail host, or the first of the site's `mx`, where the
/// domain has it.
async fn exchange(facts: &Facts<'_>) -> Result<DomainName, Outcome> {
    let mx = facts.dns(facts.domain.name.as_str(), RecordType::MX).await;
    let records = mx.demanded()?;
    let mut ours = [&facts.domain.mail_host].into_iter().chain(&facts.site.mx);
    let is_there = |host: &&DomainName| {
        let mut hosts = records.iter().filter_map(Record::exchange);
        hosts.any(|(_, name)| name == host.as_str())
    };
    let foreign = || {
        Outcome::fail(
            Code::WrongRecord,
            Evidence {
                expected: vec![facts.domain.mail_host.to_string()],
                ..mx.seen()
            },
        )
    };
    ours.find(is_there).cloned().ok_or_else(foreign)
}

async fn chain(
    facts: &Facts<'_>,
    smtp: &Endpoint,
    host: &DomainName,
) -> Result<Vec<CertificateDer<'static>>, Outcome> {
    let handshake = facts.probed(Target {
        endpoint: smtp.clone(),
        starttls: Some(Starttls::Smtp),
        sni: host.clone(),
    });
    match &*handshake.await {
        Handshake::Served(served) => Ok(served.chain.clone()),
        Handshake::Ended(ended) => Err(ended.outcome(Evidence {
            endpoint: Some(smtp.to_string()),
            starttls: Some(Starttls::Smtp.to_string()),
            sni: Some(host.to_string()),
            ..Evidence::default()
        })),
    }
}

fn matches(
    facts: &Facts<'_>,
    usage: Usage,
    association: &Association,
    chain: &[CertificateDer<'static>],
    host: &DomainName,
) -> bool {
    match usage {
        // Neither its names nor its dates count (RFC 7671 section 5.1).
        Usage::Leaf => chain.first().is_some_and(|leaf| association.is_of(leaf)),
        Usage::Authority => chain
            .iter()
            .skip(1)
            .filter(|authority| association.is_of(authority))
            .any(|authority| facts.is_valid_under(authority, chain, host)),
    }
}
