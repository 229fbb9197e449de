//! The webmail answers (RFC 9110): a page or a redirect, over a certificate that stands for the mail host.

use super::Check;
use crate::Facts;
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("webmail_https"),
    group: Group::Infra,
    priority: Priority::P1,
    label: Label {
        pt: "Webmail",
        en: "Webmail",
    },
    ok_when: "GET https://{mail_host}/ at the site's `https` address gives 2xx or 3xx over a certificate that is \
              valid for the name",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let web = facts.webmail().ok_or_else(|| facts.not_configured("https"))?;
    let served = facts.served(&web.endpoint, None).await;
    if served.state.ok() != Some(true) {
        return Err(served);
    }
    let page = facts.page(&web, "/").await;
    let page = page.map_err(|ended| ended.outcome(web.seen("/")))?;
    if !matches!(page.status, 200..400) {
        return Err(Outcome::fail(Code::HttpError, page.seen(&web)));
    }
    let answered = page.seen(&web);
    Ok(Outcome {
        evidence: Evidence {
            url: answered.url,
            status: answered.status,
            location: answered.location,
            ..served.evidence
        },
        ..served
    })
}
