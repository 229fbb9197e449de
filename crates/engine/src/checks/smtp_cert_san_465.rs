//! The certificate that a mail client gets on port 465 stands for the mail host (RFC 8314, RFC 9525).

use super::Check;
use crate::Facts;
use futures::FutureExt;
use model::{CheckId, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("smtp_cert_san_465"),
    group: Group::MailTls,
    priority: Priority::P2,
    label: Label {
        pt: "SMTP TLS :465",
        en: "SMTP TLS :465",
    },
    ok_when: "TLS on :465 with the mail host as SNI presents a valid certificate whose SAN covers it",
    run: |facts| run(facts).boxed(),
};

async fn run(facts: &Facts<'_>) -> Outcome {
    match &facts.site.smtps {
        Some(endpoint) => facts.served(endpoint, None).await,
        None => facts.not_configured("smtps"),
    }
}
