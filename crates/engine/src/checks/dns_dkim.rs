//! The keys that the domain's mail is signed with (DKIM, RFC 6376): each selector has one that verifies, and
//! that is long enough (RFC 8301 section 3.2).

use super::Check;
use crate::{
    Facts,
    net::dns::{Record, RecordType},
    wire::dkim::{Dkim, Key},
};
use futures::{FutureExt, future::join_all};
use model::{CheckId, Code, Group, Label, Priority, Reason, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("dns_dkim"),
    group: Group::MailDns,
    priority: Priority::P2,
    label: Label {
        pt: "DKIM",
        en: "DKIM",
    },
    ok_when: "each of `dkim_selectors` has one key record, which is not revoked, and whose key is Ed25519 or RSA of at \
              least 2048 bits (`warn` for RSA from 1024 bits on and for a key on trial)",
    run: |facts| run(facts).boxed(),
};

async fn run(facts: &Facts<'_>) -> Outcome {
    let selectors = &facts.site.dkim_selectors;
    let judged = join_all(selectors.iter().map(|selector| judge(facts, selector))).await;
    // The first of the worst speaks for all.
    let worst = judged.into_iter().rev().max_by_key(|outcome| outcome.state);
    worst.unwrap_or_else(|| facts.not_configured("dkim_selectors"))
}

async fn judge(facts: &Facts<'_>, selector: &str) -> Outcome {
    let name = format!("{selector}._domainkey.{}", facts.domain.name);
    let answer = facts.dns(&name, RecordType::TXT).await;
    let records = match answer.demanded() {
        Ok(records) => records,
        Err(outcome) => return outcome,
    };
    let texts: Vec<&[u8]> = records.iter().filter_map(Record::text).collect();
    let seen = answer.seen();
    let [text] = texts.as_slice() else {
        return Outcome::fail(Code::SeveralRecords, seen);
    };
    let dkim = match Dkim::read(text) {
        Ok(dkim) => dkim,
        Err(why) => return Outcome::fail(Code::InvalidRecord, seen.detail(why.to_string())),
    };
    match dkim.key {
        Key::Revoked => Outcome::fail(Code::KeyRevoked, seen),
        Key::Rsa(bits @ ..1024) => Outcome::fail(Code::KeyWeak, seen.detail(format!("RSA {bits}"))),
        Key::Rsa(bits @ ..2048) => Outcome::warn(Code::KeyWeak, seen.detail(format!("RSA {bits}"))),
        _ if dkim.is_trial => Outcome::warn(Code::PolicyWeak, seen.because(Reason::PolicyOnTrial)),
        Key::Rsa(_) | Key::Ed25519 => Outcome::ok(seen),
    }
}
