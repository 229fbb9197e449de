//! What mox reads is what Caddy has: the same leaf by its DER, never by the file's text.

use super::{Check, caddy};
use crate::{Facts, facts};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("mox_cert_matches_caddy"),
    group: Group::CertSync,
    priority: Priority::P2,
    label: Label {
        pt: "Mox = Caddy",
        en: "Mox = Caddy",
    },
    ok_when: "the target's leaf is that of the newest valid pair in Caddy's storage (SHA-256 of its DER)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let target = &caddy::cert(facts)?.target;
    let stored = caddy::stored(facts).await?;
    let deployed = facts.certificates_in(&target.place, &target.cert).await?;
    let seen = Evidence {
        leaf: facts::leaf(&deployed),
        issued: Some(stored.leaf),
        ..facts::seen(&target.place, &target.cert)
    };
    Ok(if deployed.first() == stored.chain.first() {
        Outcome::ok(seen)
    } else {
        Outcome::fail(Code::StaleDeploy, seen)
    })
}
