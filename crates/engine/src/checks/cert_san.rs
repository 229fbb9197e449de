//! The certificate that was issued stands for the mail host and its aliases: the lineage's own file, parsed
//! (RFC 5280 section 4.2.1.6), not what a command says of it.

use super::Check;
use crate::{Facts, judge, wire::x509};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("cert_san"),
    group: Group::Infra,
    priority: Priority::P1,
    label: Label {
        pt: "Cert LE SAN",
        en: "Certificate SAN",
    },
    ok_when: "the SAN of the lineage's certificate covers the mail host and its aliases, and it is valid today \
              (`warn` when less than a fifth of its lifetime is left)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let path = facts.site.issued_chain();
    let path = path.ok_or_else(|| facts.not_configured("lineage"))?;
    let issued = facts.certificates(&path).await?;
    let Ok(known) = x509::facts(&issued[0]) else {
        return Err(Outcome::fail(Code::NotPem, facts.at(&path)));
    };
    let names = || known.dns_names.iter().map(AsRef::as_ref);
    let wanted = facts.domain.wanted_names();
    let missing = wanted.filter(|name| !judge::names::covers(names(), name));
    let seen = Evidence {
        sni: Some(facts.domain.mail_host.to_string()),
        missing: missing.map(ToString::to_string).collect(),
        leaf: Some(known.leaf.clone()),
        ..facts.at(&path)
    };

    let (leaf, now) = (&known.leaf, facts.now());
    Ok(if !seen.missing.is_empty() {
        Outcome::fail(Code::SanMissing, seen)
    } else if now.seconds() > leaf.not_after.seconds() {
        Outcome::fail(Code::Expired, seen)
    } else if now < leaf.not_before {
        Outcome::fail(Code::NotYetValid, seen)
    } else if judge::expires_soon(leaf, now) {
        Outcome::warn(Code::ExpiresSoon, seen)
    } else {
        Outcome::ok(seen)
    })
}
