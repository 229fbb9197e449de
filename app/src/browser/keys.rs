//! The keys: `/` finds, arrows walk over the cells, Escape closes; in a list `j` and `k` walk, and of tickets `r` replies.

use super::{dom, panel, rows};
use leptos::{ev, prelude::window_event_listener};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

pub(super) fn start() {
    settle();
    let _ = window_event_listener(ev::keydown, pressed);
    let _ = window_event_listener(ev::focusin, |event| {
        if let Some(link) = dom::target(&event, CELLS) {
            stop_at(&link);
        }
    });
}

/// The matrix is one stop of the Tab key, however many cells it has; the arrows go on from there.
pub(super) fn settle() {
    let Some(table) = dom::find("#board") else { return };
    let _ = table.set_attribute("role", "grid");
    for row in dom::inside(&table, "tbody tr") {
        settle_row(&row);
    }
}

/// A new row's links are no stops of their own, unless the matrix has none.
pub(super) fn settle_row(row: &Element) {
    for link in dom::inside(row, "a") {
        let _ = link.set_attribute("tabindex", "-1");
    }
    if dom::find(STOP).is_none() {
        first_stop();
    }
}

/// After rows were hidden: the stop must be one that can be reached.
pub(super) fn first_stop() {
    if dom::find(VISIBLE_STOP).is_none()
        && let Some(link) = dom::find("#board tbody tr:not([hidden]) a")
    {
        stop_at(&link);
    }
}

fn stop_at(link: &Element) {
    for other in dom::all(STOP) {
        let _ = other.set_attribute("tabindex", "-1");
    }
    let _ = link.set_attribute("tabindex", "0");
}

#[expect(clippy::needless_pass_by_value, reason = "the listener's shape")]
fn pressed(event: KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let typing = dom::target(&event, "input, select, textarea").is_some();
    let done = match event.key().as_str() {
        "/" if !typing => {
            dom::find(":is(#filter, search) input[type=search]").map(|input| dom::focus(&input))
        }
        "j" if !typing => walk(1),
        "k" if !typing => walk(-1),
        "r" if !typing => reply(),
        // In the search box Escape empties it, as everywhere.
        "Escape" if !typing => panel::close(),
        key => dom::target(&event, CELLS).and_then(|link| step(&link, key)),
    };
    if done.is_some() {
        event.prevent_default();
    }
}

/// To the next or the last link of a list.
fn walk(by: isize) -> Option<()> {
    let links = dom::all(LISTED);
    let at = links
        .iter()
        .position(|link| link.matches(":focus").unwrap_or_default());
    let next = match at {
        Some(at) => at.checked_add_signed(by)?,
        None => 0,
    };
    links.get(next)?.dyn_ref::<HtmlElement>()?.focus().ok()
}

/// To the comment of the ticket that is open, or of the one that the list is at.
fn reply() -> Option<()> {
    if let Some(comment) = dom::find("#comment") {
        return comment.dyn_ref::<HtmlElement>()?.focus().ok();
    }
    let link = dom::all(LISTED)
        .into_iter()
        .find(|link| link.matches(":focus").unwrap_or_default())?;
    // The lists of other pages lead to no ticket.
    let href = link
        .get_attribute("href")
        .filter(|href| href.starts_with("/tickets/"))?;
    let to = format!("{href}#comment");
    dom::window()?.location().set_href(&to).ok()
}

/// From one link of the matrix to the next; the domain's name is the first column, and a cell without a link
/// is passed over.
fn step(from: &Element, key: &str) -> Option<()> {
    let (row, cell) = (from.closest("tr").ok()??, from.closest("td, th").ok()??);
    let links = stops_of(&row);
    let nth = links.iter().position(|link| link == from)?;
    let to = match key {
        "ArrowLeft" => links.get(nth.checked_sub(1)?)?.clone(),
        "ArrowRight" => links.get(nth + 1)?.clone(),
        "Home" => links.first()?.clone(),
        "End" => links.last()?.clone(),
        "ArrowUp" | "ArrowDown" => {
            let rows = rows::rows()?;
            let at = rows.iter().position(|other| *other == row)?;
            let column = cells_of(&row).iter().position(|other| *other == cell)?;
            let stop = |row: &Element| cells_of(row).get(column)?.query_selector("a").ok()?;
            if key == "ArrowUp" {
                rows.get(..at)?.iter().rev().find_map(stop)?
            } else {
                rows.get(at + 1..)?.iter().find_map(stop)?
            }
        }
        _ => return None,
    };
    to.dyn_ref::<HtmlElement>()?.focus().ok()
}

fn stops_of(row: &Element) -> Vec<Element> {
    dom::inside(row, "th > a, td > a")
}

fn cells_of(row: &Element) -> Vec<Element> {
    dom::inside(row, "th, td")
}

const LISTED: &str = "table.tickets .subject a, table.events th a, table.scores th > a";
const CELLS: &str = "#board tbody a";
const STOP: &str = "#board tbody a[tabindex=\"0\"]";
const VISIBLE_STOP: &str = "#board tbody tr:not([hidden]) a[tabindex=\"0\"]";
