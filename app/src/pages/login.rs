//! `/login`: a plain form that works before and without scripts.

use crate::{parts::frame::Choices, reader::words};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[component]
pub fn LoginPage() -> impl IntoView {
    let words = words();
    let query = use_query_map().get_untracked();
    let next = query.get("next").unwrap_or_default();
    let problem = match query.get("error").as_deref() {
        Some("wait") => Some((words.wait)(
            query.get("seconds").and_then(|s| s.parse().ok()).unwrap_or(60),
        )),
        // Never which half was wrong.
        Some(_) => Some(words.wrong_login.to_owned()),
        None => None,
    };
    let described = problem.is_some().then_some("problem");
    view! {
        <Title text=format!("{} · Ligbox Desk", words.sign_in) />
        <main class="login" id="main">
            <header>
                <h1><span class="logo" aria-hidden="true"></span>"Ligbox "<b>"Desk"</b></h1>
                <p>{words.tagline}</p>
            </header>
            <form method="post" action="/login" aria-label=words.sign_in_to>
                {problem.map(|text| view! { <p class="problem" id="problem" role="alert">{text}</p> })}
                <input type="hidden" name="next" value=next />
                <label>
                    {words.username}
                    <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus aria-describedby=described />
                </label>
                <label>
                    {words.password}
                    <input name="password" type="password" autocomplete="current-password" required aria-describedby=described />
                </label>
                <button class="primary">{words.sign_in}</button>
            </form>
            <footer><Choices /></footer>
        </main>
    }
    .into_any()
}
