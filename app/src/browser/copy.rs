//! The copy button beside a command.

use super::dom;
use leptos::{
    ev,
    prelude::{set_timeout, window_event_listener},
};
use std::time::Duration;
use web_sys::Element;

pub(super) fn start() {
    let _ = window_event_listener(ev::click, |event| {
        if let Some(button) = dom::target(&event, "button.copy") {
            copy(&button);
        }
    });
}

fn copy(button: &Element) {
    let command = button
        .parent_element()
        .and_then(|parent| parent.query_selector("pre").ok().flatten());
    let (Some(command), Some(window)) = (command, dom::window()) else {
        return;
    };
    // Outside a secure context there is no clipboard: the command is selected instead, ready for Ctrl+C.
    if window.is_secure_context() {
        let _ = window
            .navigator()
            .clipboard()
            .write_text(&command.text_content().unwrap_or_default());
        flash(button);
    } else if let Ok(Some(selection)) = window.get_selection() {
        let _ = selection.select_all_children(&command);
    }
}

fn flash(button: &Element) {
    let (Some(copied), Some(text)) = (button.get_attribute("data-copied"), button.text_content()) else {
        return;
    };
    if text == copied {
        return;
    }
    button.set_text_content(Some(&copied));
    dom::say(&copied);
    let button = button.clone();
    set_timeout(
        move || button.set_text_content(Some(&text)),
        Duration::from_secs(2),
    );
}
