//! A mail client that submits on port 587 (RFC 6409) gets TLS by STARTTLS (RFC 3207), and is asked for nothing
//! before it.

use super::{Check, starttls};
use crate::{Facts, Starttls};
use futures::FutureExt;
use model::{CheckId, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("smtp_starttls_587"),
    group: Group::MailStarttls,
    priority: Priority::P2,
    label: Label {
        pt: "SMTP STARTTLS :587",
        en: "SMTP STARTTLS :587",
    },
    ok_when: "STARTTLS on :587 is offered and leads to TLS 1.2 or newer with a certificate valid for the mail host; AUTH \
              is not offered before it, or refused with 530; a command sent together with STARTTLS is discarded",
    run: |facts| run(facts).boxed(),
};

async fn run(facts: &Facts<'_>) -> Outcome {
    match &facts.site.submission {
        Some(endpoint) => starttls::judge(facts, endpoint, Starttls::Smtp).await,
        None => facts.not_configured("submission"),
    }
}
