//! The administration lets people in: its login page answers with a login form, or the operator's own script,
//! which tries it from this machine as a person would, says so.

use super::Check;
use crate::{Facts, net::http::Page, site::Host, wire::html};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, Reason, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("admin_login_6071"),
    group: Group::Admin,
    priority: Priority::P1,
    label: Label {
        pt: "Admin login",
        en: "Admin login",
    },
    ok_when: "GET of `admin_login_path` at the site's `admin` address, after up to three redirects on that same server, \
              gives 200 and HTML with a form that has a password input; or `admin_login_command`, run on the Desk's \
              own machine in its place, exits with 0",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    match &facts.site.admin_login_command {
        Some(command) => script(facts, command).await,
        None => page(facts).await,
    }
}

async fn page(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let web = facts.admin().ok_or_else(|| facts.not_configured("admin"))?;
    let path = facts.site.admin_login_path.as_deref();
    let path = path.ok_or_else(|| facts.not_configured("admin_login_path"))?;
    let page = facts.page(&web, path).await;
    let page = page.map_err(|ended| ended.outcome(web.seen(path)))?;

    let seen = page.seen(&web);
    Ok(match page.leads_to(&web) {
        Some(url) if web.has(&url) => Outcome::fail(Code::HttpError, seen.because(Reason::RedirectLoop)),
        _ if page.is_redirect() => {
            let expected = vec![web.url("/")];
            Outcome::fail(Code::WrongLocation, Evidence { expected, ..seen })
        }
        _ if page.status == 200 => form(&page, seen),
        _ => Outcome::fail(Code::HttpError, seen),
    })
}

fn form(page: &Page, seen: Evidence) -> Outcome {
    if is_html(page) && html::has_login_form(&page.body) {
        Outcome::ok(seen)
    } else if page.is_cut {
        // It may stand further down.
        Outcome::unknown(Code::TooLarge, seen)
    } else {
        Outcome::fail(Code::NoLoginForm, seen)
    }
}

/// What says nothing of its kind is looked at by browsers, and found to be HTML where it looks like it.
fn is_html(page: &Page) -> bool {
    let kind = page.content_type.as_deref().unwrap_or("text/html");
    let kind = kind.split(';').next().unwrap_or_default().trim();
    HTML.iter().any(|html| kind.eq_ignore_ascii_case(html))
}

async fn script(facts: &Facts<'_>, command: &[String]) -> Result<Outcome, Outcome> {
    let mail_host = facts.domain.mail_host.as_str();
    let argv: Vec<_> = command
        .iter()
        .map(|word| word.replace("{mail_host}", mail_host))
        .collect();
    let argv: Vec<_> = argv.iter().map(String::as_str).collect();
    let said = facts.command(&Host::Local, &argv).await?;
    let seen = Evidence {
        name: Some(mail_host.to_owned()),
        exit_code: said.exit_code,
        ..facts.ran(&Host::Local, &argv)
    };
    let seen = seen.detail(said.verdict());
    Ok(match said.exit_code {
        Some(0) => Outcome::ok(seen),
        Some(_) => Outcome::fail(Code::LoginScriptFailed, seen),
        None => Outcome::unknown(Code::CommandFailed, seen),
    })
}

const HTML: [&str; 2] = ["text/html", "application/xhtml+xml"];
