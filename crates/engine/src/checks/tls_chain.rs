//! The chain is complete, trusted and in order at every door (RFC 5280 section 6, RFC 5246 section 7.4.2).

use super::{
    Check,
    doors::{self, Door},
};
use crate::{
    Facts,
    judge::{self, Path},
};
use futures::FutureExt;
use model::{CheckId, Code, Group, Label, Priority, Reason, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("tls_chain"),
    group: Group::TlsPolicy,
    priority: Priority::P2,
    label: Label {
        pt: "Cadeia",
        en: "Chain",
    },
    ok_when: "every door that the site configures (imaps, smtps, submission, imap, smtp, https, admin) serves a chain that \
              leads to a trusted root, whatever name it is for; `warn` when it also brings a root, a stranger, or its \
              links out of order",
    run: |facts| doors::gravest(facts, |door| look(facts, door)).boxed(),
};

async fn look(facts: &Facts<'_>, (endpoint, starttls): Door<'_>) -> Result<Outcome, Outcome> {
    let (examined, seen) = facts.examined(endpoint, starttls).await?;
    Ok(match examined.path() {
        Path::Broken { reason, .. } => match judge::out_of_date(examined.leaf(), facts.now()) {
            // Its chain may be well, but not at this time.
            Some(code) => Outcome::fail(code, seen),
            None => Outcome::fail(Code::Untrusted, seen.because(*reason)),
        },
        // A small key breaks no chain; `tls_key_strength` says it.
        Path::Weak(reason) if !matches!(reason, Reason::RsaUnder2048 | Reason::EcUnder256) => {
            Outcome::fail(Code::Weak, seen.because(*reason))
        }
        Path::Trusted | Path::Weak(_) => match examined.untidy() {
            Some(blemish) => {
                let seen = seen.because(blemish.reason).detail(&blemish.subject);
                Outcome::warn(Code::ChainUntidy, seen)
            }
            None => Outcome::ok(seen),
        },
    })
}
