//! On the webmail's port, the admin path redirects to the administration's (RFC 9110 section 15.4).

use super::Check;
use crate::{Facts, wire::location};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("admin_redirect_443"),
    group: Group::Admin,
    priority: Priority::P1,
    label: Label {
        pt: "Admin redirect",
        en: "Admin redirect",
    },
    ok_when: "at the site's `https` address `admin_redirect_path` redirects to https://{mail_host}:6071/… (or to the \
              port of `admin`); what certificate is served there is the question of `webmail_https`",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let web = facts.webmail().ok_or_else(|| facts.not_configured("https"))?;
    let path = facts.site.admin_redirect_path.as_deref();
    let path = path.ok_or_else(|| facts.not_configured("admin_redirect_path"))?;
    let page = facts.page(&web, path).await;
    let page = page.map_err(|ended| ended.outcome(web.seen(path)))?;

    let [port, _] = facts.admin_ports();
    let seen = Evidence {
        expected: vec![format!("https://{}:{port}/", web.name)],
        ..page.seen(&web)
    };
    Ok(match page.leads_to(&web) {
        Some(url) if location::is_at(&url, &web.name, &facts.admin_ports()) => Outcome::ok(seen),
        _ if page.is_redirect() => Outcome::fail(Code::WrongLocation, seen),
        _ if page.status < 400 => Outcome::fail(Code::NoRedirect, seen),
        _ => Outcome::fail(Code::HttpError, seen),
    })
}
