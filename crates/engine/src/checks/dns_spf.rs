//! Who may send mail of the domain (SPF, RFC 7208): receivers can evaluate the record, it authorises the
//! site's addresses, and not everybody's.

mod evaluation;

use super::Check;
use crate::{
    Facts,
    net::dns::{Record, RecordType, Said},
    wire::spf::{Spf, Verdict},
};
use evaluation::{Evaluation, Stop};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, Reason, evidence::Outcome};
use std::net::{IpAddr, Ipv4Addr};

pub static CHECK: Check = Check {
    id: CheckId::new("dns_spf"),
    group: Group::MailDns,
    priority: Priority::P2,
    label: Label { pt: "SPF", en: "SPF" },
    ok_when: "the domain has one SPF record, which can be evaluated with at most 10 lookups and passes each of \
              `expected_addresses` (or of the mail host's addresses) and not everybody; without a record receivers \
              take the domain's mail for forged, so its absence is `fail` (`warn` when strangers are neither refused \
              nor marked: `?all`, or no `all`)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let domain = facts.domain.name.as_str();
    let answer = facts.dns(domain, RecordType::TXT).await;
    let texts = answer.records()?.iter().filter_map(Record::text);
    let texts: Vec<&[u8]> = texts.filter(|text| Spf::is_meant(text)).collect();
    let seen = answer
        .seen()
        .found(texts.iter().map(|text| String::from_utf8_lossy(text)));
    let text = match texts.as_slice() {
        [] if answer.said == Said::NoSuchName => return Err(Outcome::fail(Code::NoSuchName, seen)),
        [] => return Err(Outcome::fail(Code::NotPublished, seen)),
        [text] => text,
        _ => return Err(Outcome::fail(Code::SeveralRecords, seen)),
    };
    let spf = Spf::read(text)
        .map_err(|why| Outcome::fail(Code::InvalidRecord, seen.clone().detail(why.to_string())))?;

    // A stranger matches nothing by its address, and so meets every term up to `all`.
    let of_strangers = Evaluation::new(facts, STRANGER).verdict(domain, &spf).await;
    let of_strangers = of_strangers.map_err(|stop| stopped(stop, &seen))?;
    if of_strangers == Verdict::Pass {
        return Err(Outcome::fail(
            Code::PolicyWeak,
            seen.because(Reason::AnybodyMaySend),
        ));
    }
    let mut refused = Vec::new();
    for address in facts.senders().await? {
        let verdict = Evaluation::new(facts, address).verdict(domain, &spf).await;
        if verdict.map_err(|stop| stopped(stop, &seen))? != Verdict::Pass {
            refused.push(address.to_string());
        }
    }
    Ok(match of_strangers {
        _ if !refused.is_empty() => Outcome::fail(
            Code::NotAuthorised,
            Evidence {
                expected: refused,
                ..seen
            },
        ),
        Verdict::Neutral => Outcome::warn(Code::PolicyWeak, seen.because(Reason::NobodyIsRefused)),
        _ => Outcome::ok(seen),
    })
}

fn stopped(stop: Stop, seen: &Evidence) -> Outcome {
    match stop {
        Stop::TooManyLookups => Outcome::fail(Code::TooManyLookups, seen.clone()),
        Stop::Invalid(why) => Outcome::fail(Code::InvalidRecord, seen.clone().detail(why)),
        Stop::Unknown(outcome) => *outcome,
    }
}

/// Nobody sends mail from there (RFC 1112 section 4).
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(240, 0, 0, 1));
