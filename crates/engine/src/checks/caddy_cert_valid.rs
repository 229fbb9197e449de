//! The newest certificate in Caddy's storage stands for the mail host (RFC 9525), its key belongs to it and its
//! chain is trusted (RFC 5280 section 6).

use super::{Check, caddy};
use crate::Facts;
use futures::FutureExt;
use model::{CheckId, Code, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("caddy_cert_valid"),
    group: Group::CertSync,
    priority: Priority::P2,
    label: Label {
        pt: "Certificado no Caddy",
        en: "Caddy's certificate",
    },
    ok_when: "the newest valid pair in Caddy's storage, over all its issuers, stands for the mail host, key and chain included",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let verdict = caddy::stored(facts).await?.verdict;
    Ok(match verdict.code {
        // Valid for now; `caddy_cert_expiry` says the rest.
        Code::ExpiresSoon => Outcome::ok(verdict.evidence),
        _ => verdict,
    })
}
