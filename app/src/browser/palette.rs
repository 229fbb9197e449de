//! The command palette: opened by keys or its link, filled by the server as one types, walked with the arrows.

use super::{dom, narrowing};
use leptos::{
    ev,
    prelude::{set_timeout, window_event_listener},
};
use std::{cell::Cell, time::Duration};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};

pub(crate) fn start() {
    show_keys();
    let _ = window_event_listener(ev::keydown, |event| {
        let wanted = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
        if wanted && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            open();
        } else if dom::target(&event, INPUT).is_some() {
            walk(&event);
        }
    });
    let _ = window_event_listener(ev::click, |event| {
        if dom::target(&event, ".side .find").is_some() && narrowing::plain(&event) {
            event.prevent_default();
            open();
        } else if is_beside(&event) {
            close();
        }
    });
    let _ = window_event_listener(ev::input, |event| {
        if dom::target(&event, INPUT).is_some() {
            look_soon();
        }
    });
}

/// What opens it is told only to who can press it.
fn show_keys() {
    let Some(keys) = dom::find(".side .find kbd") else {
        return;
    };
    let platform = dom::window().and_then(|window| window.navigator().platform().ok());
    if platform.is_some_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP")) {
        keys.set_text_content(Some("⌘ K"));
    }
    let _ = keys.remove_attribute("hidden");
}

fn open() {
    let (Some(dialog), Some(input)) = (dialog(), input()) else {
        return;
    };
    if dialog.open() {
        return close();
    }
    if dialog.show_modal().is_ok() {
        input.select();
        let _ = input.focus();
        look();
    }
}

fn close() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}

/// A click on the dialog itself is one beside what it holds.
fn is_beside(event: &web_sys::Event) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.id() == "palette")
}

/// While one types, the server is asked once.
fn look_soon() {
    let turn = next_turn();
    set_timeout(
        move || {
            if is_newest(turn) {
                look();
            }
        },
        PAUSE,
    );
}

fn look() {
    let Some(input) = input() else { return };
    let turn = next_turn();
    let text = js_sys::encode_uri_component(&input.value());
    spawn_local(async move {
        let part = dom::part(&format!("/parts/find?q={text}")).await;
        // Where nothing comes, Enter still asks for the whole page.
        if let Ok(part) = part
            && is_newest(turn)
        {
            dom::swap(FOUND, &part);
            choose(options().first());
        }
    });
}

fn walk(event: &KeyboardEvent) {
    let options = options();
    let at = options
        .iter()
        .position(|option| option.get_attribute("aria-selected").as_deref() == Some("true"));
    let last = options.len().checked_sub(1);
    let to = match event.key().as_str() {
        "ArrowDown" => at.map_or(
            Some(0),
            |at| if Some(at) == last { Some(0) } else { Some(at + 1) },
        ),
        "ArrowUp" => at.and_then(|at| at.checked_sub(1)).or(last),
        "Enter" => {
            if let Some(option) = at.and_then(|at| options.get(at)?.dyn_ref::<HtmlElement>()) {
                event.prevent_default();
                option.click();
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    choose(to.and_then(|to| options.get(to)));
}

/// The focus stays in the box; what is chosen is told to screen readers by its id.
fn choose(option: Option<&Element>) {
    for old in dom::all(CHOSEN) {
        let _ = old.set_attribute("aria-selected", "false");
        let _ = old.remove_attribute("id");
    }
    let Some(input) = input() else { return };
    let Some(option) = option else {
        let _ = input.remove_attribute("aria-activedescendant");
        return;
    };
    let _ = option.set_attribute("aria-selected", "true");
    option.set_id("chosen");
    option.scroll_into_view_with_scroll_into_view_options(&nearest());
    let _ = input.set_attribute("aria-activedescendant", "chosen");
}

fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options
}

fn options() -> Vec<Element> {
    dom::all("#palette [role=option]")
}

fn dialog() -> Option<HtmlDialogElement> {
    dom::find("#palette")?.dyn_into().ok()
}

fn input() -> Option<HtmlInputElement> {
    dom::find(INPUT)?.dyn_into().ok()
}

fn next_turn() -> u32 {
    TURN.set(TURN.get().wrapping_add(1));
    TURN.get()
}

fn is_newest(turn: u32) -> bool {
    TURN.get() == turn
}

thread_local! {
    /// Which question was asked last: an answer to an older one is not shown.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

const INPUT: &str = "#palette input";
const FOUND: &str = "#palette-found";
const CHOSEN: &str = "#palette [aria-selected=true]";
const PAUSE: Duration = Duration::from_millis(80);
