//! The certificate that an IMAP client gets on port 993 stands for the mail host (RFC 8314, RFC 9525).

use super::Check;
use crate::Facts;
use futures::FutureExt;
use model::{CheckId, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("imap_cert_san_993"),
    group: Group::MailTls,
    priority: Priority::P1,
    label: Label {
        pt: "IMAP TLS :993",
        en: "IMAP TLS :993",
    },
    ok_when: "TLS on :993 with the mail host as SNI presents a valid certificate whose SAN covers it",
    run: |facts| run(facts).boxed(),
};

async fn run(facts: &Facts<'_>) -> Outcome {
    match &facts.site.imaps {
        Some(endpoint) => facts.served(endpoint, None).await,
        None => facts.not_configured("imaps"),
    }
}
