//! The filter while one types, and the sets that unfold: the page shows it at once, and the address follows.

use super::{dom, keys, rows};
use crate::narrow::{Sight, Unfolded, query_of};
use leptos::{ev, prelude::window_event_listener};
use model::board::{Filter, Verdict};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, UrlSearchParams};

pub(super) fn start() {
    let _ = window_event_listener(ev::input, |event| {
        if dom::target(&event, "#filter").is_some() {
            let filter = Filter {
                q: typed(),
                site: chosen(),
                ..current().filter
            };
            go(&with(filter), false);
        }
    });
    let _ = window_event_listener(ev::submit, |event| {
        if dom::target(&event, "#filter").is_some() {
            event.prevent_default();
        }
    });
    let _ = window_event_listener(ev::click, |event| {
        if !plain(&event) {
            return;
        }
        if let Some(tab) = dom::target(&event, "#tabs a, #nothing a") {
            event.prevent_default();
            go(&with(filter_of(&tab)), true);
        } else if let Some(heading) = dom::target(&event, "#board thead a") {
            event.prevent_default();
            turn(&heading);
        }
    });
    let _ = window_event_listener(ev::popstate, |_| apply());
    apply();
}

/// A click that does not ask for a new tab or window.
pub(super) fn plain(event: &web_sys::MouseEvent) -> bool {
    event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.alt_key()
}

/// What the address holds: the one place where it is kept.
pub(super) fn current() -> Sight {
    Sight::read(parameter)
}

fn with(filter: Filter) -> Sight {
    Sight { filter, ..current() }
}

/// A tab's own verdict beside what is typed; the way out of an empty board wants all.
fn filter_of(link: &Element) -> Filter {
    let Some(state) = link.get_attribute("data-state") else {
        return Filter::default();
    };
    Filter {
        state: Verdict::parse(&state),
        ..current().filter
    }
}

/// Unfolds a set, or folds it: its heading leads to the board as it is to be.
fn turn(heading: &Element) {
    let wanted = heading.get_attribute("href").unwrap_or_default();
    let query = wanted.split_once('?').map_or("", |(_, query)| query);
    let unfolded = UrlSearchParams::new_with_str(query)
        .ok()
        .and_then(|query| query.get("unfold"));
    let sight = Sight {
        unfolded: Unfolded::read(&unfolded.unwrap_or_default()),
        ..current()
    };
    go(&sight, true);
}

pub(super) fn parameter(key: &str) -> Option<String> {
    let search = dom::window()?.location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(key)
}

/// Shows what the address asks for.
pub(super) fn apply() {
    let sight = current();
    let filter = &sight.filter;
    if dom::find("#board").is_some_and(|board| is_unlike(&board, &sight)) {
        spawn_local(rows::refresh_all());
    }
    for row in dom::all("#board tbody tr") {
        show(&row, filter);
    }
    for tab in dom::all("#tabs a") {
        let state = tab
            .get_attribute("data-state")
            .as_deref()
            .and_then(Verdict::parse);
        let href = with(Filter {
            state,
            ..filter.clone()
        })
        .address(None);
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
    show(row, &current().filter);
    say_whether_empty();
}

/// Whether it has other sets unfolded than it should.
fn is_unlike(board: &Element, sight: &Sight) -> bool {
    let is_cut_otherwise = board
        .get_attribute("data-cut")
        .is_some_and(|cut| cut != query_of(&sight.filter));
    is_cut_otherwise || board.get_attribute("data-unfolded").unwrap_or_default() != sight.unfolded.to_string()
}

fn go(sight: &Sight, new_entry: bool) {
    let url = sight.address(parameter("open").as_deref());
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
