//! TLS 1.0 and 1.1 are refused (RFC 8996), and so are suites of TLS 1.2 without AEAD or forward secrecy (RFC 9325
//! section 4.2).

use super::{
    Check,
    doors::{self, Door},
};
use crate::{Facts, wire::client_hello::suite_name};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, Reason, State, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("tls_protocol_floor"),
    group: Group::TlsPolicy,
    priority: Priority::P2,
    label: Label {
        pt: "Versão mínima",
        en: "Protocol floor",
    },
    ok_when: "every door that the site configures refuses SSL 3.0, TLS 1.0 and TLS 1.1; `warn` when a cipher without AEAD or \
              forward secrecy is taken (but not on port 25, where the other choice would be no TLS at all)",
    run: |facts| doors::gravest(facts, |door| look(facts, door)).boxed(),
};

async fn look(facts: &Facts<'_>, (endpoint, starttls): Door<'_>) -> Result<Outcome, Outcome> {
    let spoken = match facts.examined(endpoint, starttls).await {
        Ok((_, seen)) => Outcome::ok(Evidence {
            leaf: None,
            chain: Vec::new(),
            ..seen
        }),
        // Who speaks the old versions alone has no certificate to show here.
        Err(outcome) if outcome.evidence.reason == Some(Reason::NoCommonProtocol) => outcome,
        Err(outcome) => return Err(outcome),
    };
    let floor = match facts.floor(endpoint, starttls).await {
        Ok(floor) => floor,
        Err(_) if spoken.state == State::Fail => return Ok(spoken),
        Err(ended) => return Ok(ended.unseen(spoken.evidence)),
    };
    if !floor.old_versions.is_empty() {
        let versions = floor.old_versions.iter().map(|version| version.as_str());
        return Ok(Outcome::fail(Code::OldProtocol, spoken.evidence.found(versions)));
    }
    // Servers that find no cipher in common on port 25 go on without TLS (RFC 7435).
    let is_opportunistic = facts.site.smtp.as_ref() == Some(endpoint);
    Ok(match floor.weak_suite {
        Some(suite) if !is_opportunistic => {
            let name = suite_name(suite).map_or_else(|| format!("{suite:#06x}"), str::to_owned);
            let seen = Evidence {
                tls_version: Some("TLSv1.2".to_owned()),
                cipher: Some(name.clone()),
                ..spoken.evidence
            };
            Outcome::warn(Code::WeakCipher, seen.detail(name))
        }
        _ => spoken,
    })
}
