//! The renewal that should have happened did: no certificate is served in the last third of its life, which is when
//! ACME clients renew (RFC 9773 section 1).

use super::{
    Check,
    doors::{self, Door},
};
use crate::{Facts, judge, wire::x509};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Leaf, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("tls_renewal_overdue"),
    group: Group::TlsPolicy,
    priority: Priority::P2,
    label: Label {
        pt: "Renovação em dia",
        en: "Renewal on time",
    },
    ok_when: "at every door that the site configures, at least a third of the certificate's lifetime is left; `warn` under a \
              third, and also when the lineage has a newer one that is not served; `fail` under a fifth when nothing newer \
              was issued",
    run: |facts| doors::gravest(facts, |door| look(facts, door)).boxed(),
};

async fn look(facts: &Facts<'_>, (endpoint, starttls): Door<'_>) -> Result<Outcome, Outcome> {
    let (examined, seen) = facts.examined(endpoint, starttls).await?;
    let (leaf, now) = (examined.leaf(), facts.now());
    if !judge::has_less_left(leaf, DUE, now) {
        return Ok(Outcome::ok(seen));
    }
    if let Some(newer) = newer_in_lineage(facts, leaf).await? {
        let seen = Evidence {
            leaf: Some(newer),
            served: Some(leaf.clone()),
            ..seen
        };
        return Ok(Outcome::warn(Code::NotServed, seen));
    }
    let seen = Evidence {
        since: Some(leaf.not_after.plus(-leaf.lifetime() / DUE)),
        ..seen
    };
    Ok(if judge::expires_soon(leaf, now) {
        Outcome::fail(Code::RenewalOverdue, seen)
    } else {
        Outcome::warn(Code::RenewalOverdue, seen)
    })
}

/// The lineage may belong to other names than the one that is served here.
async fn newer_in_lineage(facts: &Facts<'_>, served: &Leaf) -> Result<Option<Leaf>, Outcome> {
    let Some(path) = facts.site.issued_chain() else {
        return Ok(None);
    };
    let chain = facts.certificates(&path).await?;
    let issued = chain.first().and_then(|leaf| x509::facts(leaf).ok());
    Ok(issued.map(|facts| facts.leaf).filter(|issued| {
        issued.not_after > served.not_after && judge::covers(issued, facts.domain.mail_host.as_str())
    }))
}

/// A third of the lifetime before the end.
const DUE: i64 = 3;
