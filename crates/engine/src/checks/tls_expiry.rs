//! Enough of each certificate's life is left (RFC 5280 section 4.1.2.5), measured by its own length: six days and
//! ninety each get a threshold that suits them.

use super::{
    Check,
    doors::{self, Door},
};
use crate::{Facts, judge};
use futures::FutureExt;
use model::{CheckId, Code, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("tls_expiry"),
    group: Group::TlsPolicy,
    priority: Priority::P2,
    label: Label {
        pt: "Validade",
        en: "Expiry",
    },
    ok_when: "at every door that the site configures, at least a fifth of the certificate's lifetime is left (18 days of 90, \
              9 of 47, 29 hours of six days); `warn` under a fifth, `fail` under a twentieth or when it is over",
    run: |facts| doors::gravest(facts, |door| look(facts, door)).boxed(),
};

async fn look(facts: &Facts<'_>, (endpoint, starttls): Door<'_>) -> Result<Outcome, Outcome> {
    let (examined, seen) = facts.examined(endpoint, starttls).await?;
    let (leaf, now) = (examined.leaf(), facts.now());
    Ok(if let Some(code) = judge::out_of_date(leaf, now) {
        Outcome::fail(code, seen)
    } else if judge::has_less_left(leaf, LAST_MOMENT, now) {
        Outcome::fail(Code::ExpiresSoon, seen)
    } else if judge::expires_soon(leaf, now) {
        Outcome::warn(Code::ExpiresSoon, seen)
    } else {
        Outcome::ok(seen)
    })
}

/// A twentieth: four and a half days of ninety, seven hours of six days. Nothing renews by itself any more.
const LAST_MOMENT: i64 = 20;
