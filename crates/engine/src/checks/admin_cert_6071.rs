//! The certificate that the administration serves stands for the mail host (RFC 9525).

use super::Check;
use crate::Facts;
use futures::FutureExt;
use model::{CheckId, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("admin_cert_6071"),
    group: Group::Admin,
    priority: Priority::P1,
    label: Label {
        pt: "Admin :6071",
        en: "Admin :6071",
    },
    ok_when: "TLS at the site's `admin` address (:6071) with the mail host as SNI presents a certificate that is valid \
              for the name",
    run: |facts| run(facts).boxed(),
};

async fn run(facts: &Facts<'_>) -> Outcome {
    match &facts.site.admin {
        Some(endpoint) => facts.served(endpoint, None).await,
        None => facts.not_configured("admin"),
    }
}
