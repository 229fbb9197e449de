//! Enough of the life of Caddy's certificate is left (RFC 5280 section 4.1.2.5), measured by its own length: its
//! internal CA issues for twelve hours, a public one for ninety days.

use super::{Check, caddy};
use crate::{Facts, judge};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("caddy_cert_expiry"),
    group: Group::CertSync,
    priority: Priority::P2,
    label: Label {
        pt: "Validade no Caddy",
        en: "Caddy's expiry",
    },
    ok_when: "at least a fifth of the lifetime of the newest valid certificate in Caddy's storage is left; `warn` under a fifth",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let stored = caddy::stored(facts).await?;
    let (leaf, now) = (stored.leaf, facts.now());
    let seen = |leaf| Evidence {
        leaf: Some(leaf),
        sni: Some(facts.domain.mail_host.to_string()),
        ..stored.seen
    };
    Ok(if let Some(code) = judge::out_of_date(&leaf, now) {
        Outcome::fail(code, seen(leaf))
    } else if judge::expires_soon(&leaf, now) {
        Outcome::warn(Code::ExpiresSoon, seen(leaf))
    } else {
        Outcome::ok(seen(leaf))
    })
}
