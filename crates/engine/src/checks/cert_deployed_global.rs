//! The certificate file that the mail server reads is the issued one, and its key belongs to it.

use super::Check;
use crate::{
    Facts,
    facts::{self, Chain},
    net::Handshake,
};
use futures::FutureExt;
use model::{CheckId, Code, Endpoint, Evidence, Group, Label, Leaf, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("cert_deployed_global"),
    group: Group::MailTls,
    priority: Priority::P1,
    label: Label {
        pt: "Último deploy",
        en: "Last deploy",
    },
    ok_when: "the deployed certificate file is the issued one (same leaf by SHA-256 of its DER), the deployed key \
              belongs to it, and no port still serves another leaf (`warn` when one does)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let issued = facts.issued().await?;
    let cert = facts
        .site
        .deployed_cert
        .as_deref()
        .ok_or_else(|| facts.not_configured("deployed_cert"))?;
    let key = facts
        .site
        .deployed_key
        .as_deref()
        .ok_or_else(|| facts.not_configured("deployed_key"))?;

    let deployed = facts.certificates(cert).await?;
    let seen = Evidence {
        leaf: facts::leaf(&deployed),
        issued: facts::leaf(&issued),
        ..facts.at(cert)
    };

    // First, because with a foreign key the server will not even start again.
    if !facts.key_belongs(key, &deployed[0]).await? {
        return Ok(Outcome::fail(
            Code::KeyMismatch,
            Evidence {
                path: facts.at(key).path,
                ..seen
            },
        ));
    }
    if issued[0] != deployed[0] {
        return Ok(Outcome::fail(Code::StaleDeploy, seen));
    }
    for endpoint in [&facts.site.imaps, &facts.site.smtps].into_iter().flatten() {
        if let Some(served) = served_instead(facts, endpoint, &deployed).await {
            let seen = Evidence {
                served: Some(served),
                endpoint: Some(endpoint.to_string()),
                ..seen
            };
            return Ok(Outcome::warn(Code::NotServed, seen));
        }
    }
    Ok(Outcome::ok(seen))
}

/// The leaf on the wire, where it is another than the deployed one.
async fn served_instead(facts: &Facts<'_>, endpoint: &Endpoint, deployed: &Chain) -> Option<Leaf> {
    match &*facts.handshake(endpoint, None).await {
        Handshake::Served(served) if served.chain.first() != deployed.first() => facts::leaf(&served.chain),
        _ => None,
    }
}
