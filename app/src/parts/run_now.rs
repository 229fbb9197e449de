//! "Check now": a plain form, which the live page sends without leaving.

use crate::{gate::Can, reader::words};
use leptos::prelude::*;
use model::{CheckId, DomainName, Permission};

/// One domain, or one check of it.
#[component]
pub fn RunNow(domain: DomainName, #[prop(optional)] check: Option<CheckId>) -> impl IntoView {
    view! {
        <Can permission=Permission::RunChecks>
            <form class="run" method="post" action="/calls/run_checks">
                <input type="hidden" name="domain" value=domain.to_string() />
                {check.map(|check| view! { <input type="hidden" name="check" value=check.to_string() /> })}
                <RunButton />
            </form>
        </Can>
    }
}

/// Every domain, in the background.
#[component]
pub fn RunAllNow() -> impl IntoView {
    view! {
        <Can permission=Permission::RunChecks>
            <form class="run all" method="post" action="/calls/run_all_checks">
                <RunButton />
            </form>
        </Can>
    }
}

#[component]
fn RunButton() -> impl IntoView {
    view! { <button class="primary">{words().run_now}</button> }
}
