//! Shapes: a state's mark and the icons of the frame. Both are drawn by the style sheet, as masks.

use crate::{reader::words, words::Words};
use leptos::prelude::*;
use model::{SpokenStep, board::Cell};

/// A state's shape. `named` says the state to screen readers where no text beside it does.
#[component]
pub fn Mark(cell: Option<Cell>, #[prop(optional)] named: bool) -> impl IntoView {
    let name = name_of(cell, words());
    view! {
        <span
            class=format!("mark {}", class_of(cell))
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

/// The style sheet's word for a state; `None` before the first run.
pub fn class_of(cell: Option<Cell>) -> &'static str {
    match cell {
        None => "pending",
        Some(cell) if cell.is_failing() => "failing",
        Some(cell) => cell.state.as_str(),
    }
}

/// The reader's word for it.
pub fn name_of(cell: Option<Cell>, words: &Words) -> &'static str {
    match cell {
        Some(cell) if cell.is_failing() => words.failing_now,
        cell => (words.state)(cell.map(|cell| cell.state)),
    }
}

/// A step as its cell on the board shows it.
pub fn cell_of(step: &SpokenStep) -> Cell {
    Cell {
        state: step.state,
        announced: step.standing.is_some_and(|standing| standing.announced),
    }
}
