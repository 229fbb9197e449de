//! The panel of a cell: opened by click or Enter, closed by Escape, kept in the address.

use super::{clock, dom, narrowing};
use leptos::{ev, prelude::window_event_listener};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element};

pub(super) fn start() {
    let _ = window_event_listener(ev::click, |event| {
        if !narrowing::plain(&event) {
            return;
        }
        if let Some(cell) = dom::target(&event, "#board td a").and_then(|link| cell_of(&link)) {
            event.prevent_default();
            remember(&cell);
            spawn_local(async move { open(&cell, true).await });
        } else if dom::target(&event, "#detail .close").is_some() {
            event.prevent_default();
            let _ = close();
        }
    });
    let _ = window_event_listener(ev::popstate, |_| follow(true));
    // Back may have been pressed before scripts ran.
    follow(false);
}

/// Shows the panel that the address asks for. Where it asks for none, the one that the board shows of its
/// own accord may stay at the start, but not after Back.
fn follow(strictly: bool) {
    let wanted = narrowing::parameter("open");
    let shown = dom::find("#detail").and_then(|panel| panel.get_attribute("data-open"));
    match wanted.filter(|cell| !cell.is_empty()) {
        Some(cell) if cell.contains('/') => {
            if shown.as_ref() != Some(&cell) {
                spawn_local(async move { open(&cell, false).await });
            }
        }
        None if !strictly => {}
        _ => remove(),
    }
}

/// Closes the panel and gives the focus back to its cell; `None` where there is none.
pub(super) fn close() -> Option<()> {
    let panel = dom::find("#detail")?;
    let cell = panel.get_attribute("data-open");
    remember("none");
    remove();
    if let Some(link) = cell.and_then(|cell| link_of(&cell)) {
        dom::focus(&link);
    }
    Some(())
}

/// The domain that the panel is about, while there is one.
pub(super) fn domain() -> Option<String> {
    let cell = dom::find("#detail")?.get_attribute("data-open")?;
    Some(cell.split_once('/')?.0.to_owned())
}

/// Brings the panel up to date if it shows something of this domain.
pub(super) async fn refresh(domain: &str) {
    let shown = dom::find("#detail").and_then(|panel| panel.get_attribute("data-open"));
    let Some(cell) = shown.filter(|cell| cell.split('/').next() == Some(domain)) else {
        return;
    };
    if let Ok(part) = dom::part(&format!("/parts/detail/{cell}")).await
        // It may have been closed, or changed for another, in the meantime.
        && dom::find(&format!("#detail[data-open=\"{cell}\"]")).is_some()
    {
        keep_unasked(&part);
        dom::swap("#detail", &part);
    }
}

async fn open(cell: &str, take_focus: bool) {
    mark(Some(cell));
    let part = dom::part(&format!("/parts/detail/{cell}")).await;
    // Another one may have been asked for in the meantime.
    if narrowing::parameter("open").as_deref() != Some(cell) {
        return;
    }
    let Ok(part) = part else {
        mark(None);
        return;
    };
    let Ok(Some(panel)) = part.query_selector("#detail") else {
        return;
    };
    remove_panel();
    if let Some(body) = dom::find("#body") {
        let _ = body.append_child(&panel);
        clock::localize(&panel);
    }
    mark(Some(cell));
    if take_focus && let Some(title) = dom::find("#detail-title") {
        dom::focus(&title);
    }
}

/// On a narrow screen a panel that nobody asked for stays out of the way, however fresh it is.
fn keep_unasked(part: &Document) {
    if dom::find("#detail.unasked").is_some()
        && let Ok(Some(panel)) = part.query_selector("#detail")
    {
        let _ = panel.class_list().add_1("unasked");
    }
}

fn remove() {
    remove_panel();
    mark(None);
}

fn remove_panel() {
    if let Some(panel) = dom::find("#detail") {
        panel.remove();
    }
}

/// The one cell whose panel is open.
fn mark(cell: Option<&str>) {
    for link in dom::all("#board td a[aria-current]") {
        let _ = link.remove_attribute("aria-current");
    }
    if let Some(link) = cell.and_then(link_of) {
        let _ = link.set_attribute("aria-current", "true");
    }
}

fn remember(open: &str) {
    let url = narrowing::current().address(Some(open));
    if let Some(history) = dom::window().and_then(|window| window.history().ok()) {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&url));
    }
}

/// `domain/check`, from the end of the link's address.
fn cell_of(link: &Element) -> Option<String> {
    Some(link.get_attribute("href")?.split_once("open=")?.1.to_owned())
}

fn link_of(cell: &str) -> Option<Element> {
    // What comes from the address must not become part of a selector.
    cell.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/'))
        .then_some(())?;
    dom::find(&format!("#board td a[href$=\"open={cell}\"]"))
}
