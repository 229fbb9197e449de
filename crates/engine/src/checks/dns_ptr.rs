//! The site's addresses have names that lead back to them (RFC 1912 section 2.1), without which receivers take
//! a mail server for a stolen machine.

use super::Check;
use crate::{
    Facts,
    net::dns::{Record, RecordType, reverse},
};
use futures::{FutureExt, future::join_all};
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};
use std::net::IpAddr;

pub static CHECK: Check = Check {
    id: CheckId::new("dns_ptr"),
    group: Group::MailDns,
    priority: Priority::P2,
    label: Label { pt: "PTR", en: "PTR" },
    ok_when: "each of `expected_addresses` (or of the mail host's addresses) has a PTR to a name that has this address",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let addresses = facts.senders().await?;
    let judged = join_all(addresses.iter().map(|address| judge(facts, *address))).await;
    let judged = judged
        .into_iter()
        .map(|said| said.unwrap_or_else(|outcome| outcome));
    // The first of the worst speaks for all; there is always an address.
    let worst = judged.rev().max_by_key(|outcome| outcome.state);
    Ok(worst.unwrap_or_else(|| facts.not_configured("expected_addresses")))
}

async fn judge(facts: &Facts<'_>, address: IpAddr) -> Result<Outcome, Outcome> {
    let answer = facts.dns(&reverse(address), RecordType::PTR).await;
    let mut unknown = None;
    for name in answer
        .demanded()?
        .iter()
        .filter_map(Record::pointer)
        .take(MOST_NAMES)
    {
        let kind = if address.is_ipv4() {
            RecordType::A
        } else {
            RecordType::AAAA
        };
        match facts.dns(name, kind).await.records() {
            Ok(records) if records.contains(&Record::Address(address)) => {
                return Ok(Outcome::ok(answer.seen()));
            }
            Ok(_) => {}
            Err(outcome) => unknown = Some(outcome),
        }
    }
    Err(unknown.unwrap_or_else(|| {
        let expected = vec![format!("→ {address}")];
        Outcome::fail(
            Code::WrongRecord,
            Evidence {
                expected,
                ..answer.seen()
            },
        )
    }))
}

/// As many as SPF looks at (RFC 7208 section 5.5).
const MOST_NAMES: usize = 10;
