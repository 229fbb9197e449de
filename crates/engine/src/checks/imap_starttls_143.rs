//! A mail client on port 143 gets TLS by STARTTLS (RFC 9051 section 6.2.1), and cannot log in before it.

use super::{Check, starttls};
use crate::{Facts, Starttls};
use futures::FutureExt;
use model::{CheckId, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("imap_starttls_143"),
    group: Group::MailStarttls,
    priority: Priority::P2,
    label: Label {
        pt: "IMAP STARTTLS :143",
        en: "IMAP STARTTLS :143",
    },
    ok_when: "STARTTLS on :143 is offered and leads to TLS 1.2 or newer with a certificate valid for the mail host; a login \
              is disabled before it, or refused with PRIVACYREQUIRED; a command sent together with STARTTLS is discarded",
    run: |facts| run(facts).boxed(),
};

async fn run(facts: &Facts<'_>) -> Outcome {
    match &facts.site.imap {
        Some(endpoint) => starttls::judge(facts, endpoint, Starttls::Imap).await,
        None => facts.not_configured("imap"),
    }
}
