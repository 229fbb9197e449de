//! The four truths of a domain, gathered from what its steps have seen.

use model::{Domain, Leaf, Step, truths::Truths};

pub(crate) fn of(domain: &Domain, steps: &[Step]) -> Truths {
    let step = |id: &str| steps.iter().find(|step| step.id.as_str() == id);
    let seen = |id: &str| -> Option<Leaf> { step(id)?.evidence.leaf.clone() };
    let deploy = step("cert_deployed_global");
    Truths::new(
        domain.wanted_names().map(ToString::to_string).collect(),
        deploy.and_then(|step| step.evidence.issued.clone()),
        deploy.and_then(|step| step.evidence.leaf.clone()),
        seen("imap_cert_san_993").or_else(|| seen("smtp_cert_san_465")),
        engine::judge::covers,
    )
}
