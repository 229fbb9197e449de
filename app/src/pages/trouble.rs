//! The page for what cannot be shown: not there, not allowed, or broken on our side; it says what to do.

use crate::{fault::Fault, parts::frame::Frame, reader::words};
use leptos::prelude::*;
use model::Error;

/// An address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <Trouble fault=Fault(Error::not_found("page")) /> }
}

/// Answers with the fault's status.
#[component]
pub fn Trouble(fault: Fault) -> impl IntoView {
    let words = words();
    fault.answer();
    if fault.0 == Error::Anonymous {
        leptos_axum::redirect("/login");
    }
    let (title, help) = match &fault.0 {
        Error::NotFound { .. } => (words.not_found, words.not_found_help.to_owned()),
        error @ Error::Denied => (words.denied, (words.fault)(error)),
        error => (words.trouble, (words.fault)(error)),
    };
    view! {
        <Frame title=title.to_owned()>
            <div class="empty">
                <p class="status">{fault.status().as_u16()}</p>
                <h1>{title}</h1>
                <p>{help}</p>
                <p><a class="primary" href="/">{words.back_to_board}</a></p>
            </div>
        </Frame>
    }
    .into_any()
}
