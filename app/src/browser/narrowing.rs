//! The filter while one types: rows hide and show at once, and the address follows.

use super::{dom, keys};
use crate::narrow;
use leptos::{ev, prelude::window_event_listener};
use model::board::{Filter, Verdict};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, UrlSearchParams};

pub(super) fn start() {
    let _ = window_event_listener(ev::input, |event| {
        if dom::target(&event, "#filter").is_some() {
            go(
                &Filter {
                    q: typed(),
                    site: chosen(),
                    ..current()
                },
                false,
            );
        }
    });
    let _ = window_event_listener(ev::submit, |event| {
        if dom::target(&event, "#filter").is_some() {
            event.prevent_default();
        }
    });
    let _ = window_event_listener(ev::click, |event| {
        if plain(&event)
            && let Some(tab) = dom::target(&event, "#tabs a, #nothing a")
        {
            event.prevent_default();
            let state = tab
                .get_attribute("data-state")
                .as_deref()
                .and_then(Verdict::parse);
            let all = tab.get_attribute("data-state").is_none();
            go(
                &if all {
                    Filter::default()
                } else {
                    Filter { state, ..current() }
                },
                true,
            );
        }
    });
    let _ = window_event_listener(ev::popstate, |_| apply());
    apply();
}

/// A click that does not ask for a new tab or window.
pub(super) fn plain(event: &web_sys::MouseEvent) -> bool {
    event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.alt_key()
}

/// The filter that the address holds: the one place where it is kept.
pub(super) fn current() -> Filter {
    let text = |key| parameter(key).filter(|value| !value.is_empty());
    Filter {
        q: text("q").unwrap_or_default(),
        site: text("site"),
        state: text("state").as_deref().and_then(Verdict::parse),
    }
}

pub(super) fn parameter(key: &str) -> Option<String> {
    let search = dom::window()?.location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(key)
}

/// The board's address with this filter and panel.
pub(super) fn address(filter: &Filter, open: Option<&str>) -> String {
    let query = narrow::query(filter);
    let open = open.map(|open| format!("open={open}"));
    let query: Vec<String> = [Some(query).filter(|query| !query.is_empty()), open]
        .into_iter()
        .flatten()
        .collect();
    if query.is_empty() {
        "/".to_owned()
    } else {
        format!("/?{}", query.join("&"))
    }
}

/// Shows what the address asks for.
pub(super) fn apply() {
    let filter = current();
    for row in dom::all("#board tbody tr") {
        show(&row, &filter);
    }
    for tab in dom::all("#tabs a") {
        let state = tab
            .get_attribute("data-state")
            .as_deref()
            .and_then(Verdict::parse);
        let href = address(
            &Filter {
                state,
                ..filter.clone()
            },
            None,
        );
        let _ = tab.set_attribute("href", &href);
        let _ = if state == filter.state {
            tab.set_attribute("aria-current", "true")
        } else {
            tab.remove_attribute("aria-current")
        };
    }
    if let Some(input) = search().filter(|input| input.value().trim() != filter.q) {
        input.set_value(&filter.q);
    }
    if let Some(select) = site() {
        select.set_value(filter.site.as_deref().unwrap_or_default());
    }
    say_whether_empty();
}

/// The same for one row that has just come.
pub(super) fn apply_to(row: &Element) {
    show(row, &current());
    say_whether_empty();
}

fn go(filter: &Filter, new_entry: bool) {
    let url = address(filter, parameter("open").as_deref());
    if let Some(history) = dom::window().and_then(|window| window.history().ok()) {
        let _ = if new_entry {
            history.push_state_with_url(&JsValue::NULL, "", Some(&url))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&url))
        };
    }
    apply();
}

fn show(row: &Element, filter: &Filter) {
    let attribute = |name| row.get_attribute(name).unwrap_or_default();
    let (names, site) = (attribute("data-names"), attribute("data-site"));
    // The verdict is the row's own class.
    let verdict = row
        .class_list()
        .item(0)
        .as_deref()
        .and_then(Verdict::parse)
        .unwrap_or(Verdict::Pending);
    let keeps = filter.keeps(&names, &site, verdict);
    if keeps == row.has_attribute("hidden") {
        let _ = if keeps {
            row.remove_attribute("hidden")
        } else {
            row.set_attribute("hidden", "")
        };
    }
}

fn say_whether_empty() {
    if let Some(nothing) = dom::find("#nothing") {
        let some = dom::find("#board tbody tr:not([hidden])").is_some();
        let _ = if some {
            nothing.set_attribute("hidden", "")
        } else {
            nothing.remove_attribute("hidden")
        };
        keys::first_stop();
    }
}

fn search() -> Option<HtmlInputElement> {
    dom::find("#filter input[type=search]")?.dyn_into().ok()
}

fn site() -> Option<HtmlSelectElement> {
    dom::find("#filter select")?.dyn_into().ok()
}

fn typed() -> String {
    search()
        .map(|input| input.value().trim().to_owned())
        .unwrap_or_default()
}

fn chosen() -> Option<String> {
    site()
        .map(|select| select.value())
        .filter(|value| !value.is_empty())
}
