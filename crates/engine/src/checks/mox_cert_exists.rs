//! The files that mox reads at its start hold a certificate and the key that belongs to it.

use super::{Check, caddy};
use crate::{Facts, facts};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("mox_cert_exists"),
    group: Group::CertSync,
    priority: Priority::P2,
    label: Label {
        pt: "Arquivos do Mox",
        en: "Mox's files",
    },
    ok_when: "the target's certificate and key exist, can be read, and belong together",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let target = &caddy::cert(facts)?.target;
    let chain = facts.certificates_in(&target.place, &target.cert).await?;
    let seen = |path| Evidence {
        leaf: facts::leaf(&chain),
        ..facts::seen(&target.place, path)
    };
    if facts
        .key_belongs_in(&target.place, &target.key, &chain[0])
        .await?
    {
        Ok(Outcome::ok(seen(&target.cert)))
    } else {
        Ok(Outcome::fail(Code::KeyMismatch, seen(&target.key)))
    }
}
