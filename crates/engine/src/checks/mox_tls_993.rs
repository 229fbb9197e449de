//! Port 993 serves the certificate that mox's files hold, and it is valid for the mail host: mox reads them at its
//! start alone, so a deployment without a restart is not over.

use super::{Check, caddy};
use crate::{Facts, facts, net::Handshake};
use futures::FutureExt;
use model::{CheckId, Code, Endpoint, Evidence, Group, Label, Priority, State, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("mox_tls_993"),
    group: Group::CertSync,
    priority: Priority::P2,
    label: Label {
        pt: "Mox TLS :993",
        en: "Mox TLS :993",
    },
    ok_when: "TLS on :993 with the mail host as SNI presents the target's leaf, valid for the name",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let target = &caddy::cert(facts)?.target;
    let door = door(facts)?;
    let verdict = facts.served(door, None).await;
    let handshake = facts.handshake(door, None).await;
    let Handshake::Served(served) = &*handshake else {
        return Ok(verdict);
    };
    let deployed = match facts.certificates_in(&target.place, &target.cert).await {
        // What is proved wrong on the wire stays so, whatever the file has.
        Err(_) if verdict.state == State::Fail => return Ok(verdict),
        deployed => deployed?,
    };
    if deployed.first() == served.chain.first() {
        return Ok(verdict);
    }
    let seen = Evidence {
        leaf: facts::leaf(&deployed),
        served: facts::leaf(&served.chain),
        endpoint: verdict.evidence.endpoint,
        sni: verdict.evidence.sni,
        ..facts::seen(&target.place, &target.cert)
    };
    Ok(Outcome::fail(Code::NotServed, seen))
}

/// Where the certificate is to be verified; where it names no such port, where the site's clients go.
fn door<'a>(facts: &Facts<'a>) -> Result<&'a Endpoint, Outcome> {
    let cert = caddy::cert(facts)?;
    let by_number = cert.tls_doors().find(|door| door.port() == 993);
    let door = by_number
        .or(facts.site.imaps.as_ref())
        .or_else(|| cert.tls_doors().next());
    door.ok_or_else(|| Outcome::skipped(format!("certs.{}.verify", cert.name)))
}
