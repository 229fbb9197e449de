//! Shapes: a state's mark and the icons of the frame. Both are drawn by the style sheet, as masks.

use crate::reader::words;
use leptos::prelude::*;
use model::State;

/// A state's shape. `named` says the state to screen readers where no text beside it does.
#[component]
pub fn Mark(state: Option<State>, #[prop(optional)] named: bool) -> impl IntoView {
    let name = (words().state)(state);
    view! {
        <span
            class=format!("mark {}", class_of(state))
            role=named.then_some("img")
            aria-label=named.then_some(name)
            aria-hidden=(!named).then_some("true")
        ></span>
    }
}

/// An icon by its name in the style sheet; it never carries meaning alone.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! { <span class=format!("icon {name}") aria-hidden="true"></span> }
}

/// The style sheet's word for a state.
pub fn class_of(state: Option<State>) -> &'static str {
    state.map_or("pending", State::as_str)
}
