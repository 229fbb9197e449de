//! `/password`: one's own password, a plain form. Who was given theirs by somebody else is led here first.

use crate::{
    door::Door,
    fault::Fault,
    parts::frame::{Choices, SignOut},
    reader::words,
    refused::Refused,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::Error;

#[component]
pub fn PasswordPage() -> impl IntoView {
    let words = words();
    let must_change = Door::open().is_ok_and(|door| door.who.must_change_password());
    let refused: Option<Refused> = use_context();
    if let Some(refused) = &refused {
        Fault(refused.error.clone()).answer();
    }
    let problem = refused.map(|refused| match refused.error {
        Error::Invalid { field, why } if field == "current_password" => {
            format!("{}: {why}.", words.current_password)
        }
        Error::Invalid { field, why } if field == "new_password" => format!("{}: {why}.", words.new_password),
        error => (words.fault)(&error),
    });
    let described = if problem.is_some() {
        "problem new-hint"
    } else {
        "new-hint"
    };
    let lead = if must_change {
        words.change_password_first
    } else {
        words.change_password_lead
    };
    view! {
        <Title text=format!("{} · Ligbox Desk", words.change_password) />
        <main class="login" id="main">
            <header>
                <h1>{words.change_password}</h1>
                <p>{lead}</p>
            </header>
            <form method="post" action="/password" aria-label=words.change_password>
                {problem.map(|text| view! { <p class="problem" id="problem" role="alert">{text}</p> })}
                <label>
                    {words.current_password}
                    <input name="current_password" type="password" autocomplete="current-password" required autofocus />
                </label>
                <label>
                    {words.new_password}
                    <input name="new_password" type="password" autocomplete="new-password" minlength="12" required aria-describedby=described />
                    <small id="new-hint">{words.new_password_hint}</small>
                </label>
                <button class="primary">{words.change_password}</button>
                {(!must_change).then(|| view! { <a href="/">{words.back_to_board}</a> })}
            </form>
            <footer><Choices /><SignOut /></footer>
        </main>
    }
    .into_any()
}
