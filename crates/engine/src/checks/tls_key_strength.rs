//! No key and no signature of the served chains is weak (CA/Browser Forum baseline requirements, sections 6.1.5 and
//! 7.1.3): RSA of 2048 bits, EC of 256, and neither SHA-1 nor MD5.

use super::{
    Check,
    doors::{self, Door},
};
use crate::Facts;
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("tls_key_strength"),
    group: Group::TlsPolicy,
    priority: Priority::P2,
    label: Label {
        pt: "Chaves",
        en: "Keys",
    },
    ok_when: "at every door that the site configures, the leaf and its intermediates have RSA keys of at least 2048 bits, EC \
              keys of at least 256, and no signature with SHA-1 or MD5",
    run: |facts| doors::gravest(facts, |door| look(facts, door)).boxed(),
};

async fn look(facts: &Facts<'_>, (endpoint, starttls): Door<'_>) -> Result<Outcome, Outcome> {
    let (examined, seen) = facts.examined(endpoint, starttls).await?;
    Ok(match examined.weak() {
        Some(blemish) => Outcome::fail(
            Code::Weak,
            Evidence {
                name: Some(blemish.subject.clone()),
                ..seen.because(blemish.reason)
            },
        ),
        None => Outcome::ok(seen),
    })
}
