//! The document: finding, fetching and swapping parts of it without losing the reader's place.

use super::{clock, stream};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Document, DomParser, Element, HtmlElement, Request, RequestInit, Response, SupportedType,
    Window,
};

pub(super) fn window() -> Option<Window> {
    web_sys::window()
}

pub(super) fn document() -> Option<Document> {
    window()?.document()
}

pub(super) fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok().flatten()
}

pub(super) fn all(selector: &str) -> Vec<Element> {
    document()
        .map(|document| inside(document.as_ref(), selector))
        .unwrap_or_default()
}

/// All of `root` (a document or an element) that the selector finds.
pub(super) fn inside(root: &JsValue, selector: &str) -> Vec<Element> {
    let found = match (root.dyn_ref::<Document>(), root.dyn_ref::<Element>()) {
        (Some(document), _) => document.query_selector_all(selector),
        (_, Some(element)) => element.query_selector_all(selector),
        _ => return Vec::new(),
    };
    let Ok(found) = found else { return Vec::new() };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}

/// The nearest element at or above an event's target that the selector matches.
pub(super) fn target(event: &web_sys::Event, selector: &str) -> Option<Element> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.closest(selector).ok().flatten()
}

pub(super) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

pub(super) fn mark_live() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-scripts", "");
    }
}

/// Says a sentence to screen readers.
pub(super) fn say(text: &str) {
    if let Some(said) = find("#said") {
        said.set_text_content(Some(text));
    }
}

/// What the server answered: its status and text. `None`: it could not be reached.
pub(super) async fn send(url: &str, options: &RequestInit) -> Option<(u16, String)> {
    let request = Request::new_with_str_and_init(url, options).ok()?;
    // A call is a script's here, not a form's: its fault comes as JSON.
    request
        .headers()
        .set("Accept", "application/json, text/plain")
        .ok()?;
    let response = JsFuture::from(window()?.fetch_with_request(&request))
        .await
        .ok()?;
    let response: Response = response.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.status(), text.as_string()?))
}

/// A part of a page, parsed; the status where there is none, 0 for a server out of reach. Who is no longer logged in is taken to the login by loading the page again.
pub(super) async fn part(url: &str) -> Result<Document, u16> {
    let options = RequestInit::new();
    options.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    let answer = send(url, &options).await;
    stream::heard(answer.is_some());
    let (status, html) = answer.ok_or(0_u16)?;
    if status == 401 {
        reload();
    }
    if status != 200 {
        return Err(status);
    }
    DomParser::new()
        .and_then(|parser| parser.parse_from_string(&html, SupportedType::TextHtml))
        .map_err(|_| 0)
}

pub(super) fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Puts the first `selector` of `from` in the place of the page's own. Focus, scroll and what was folded out stay.
pub(super) fn swap(selector: &str, from: &Document) {
    if let (Some(old), Ok(Some(new))) = (find(selector), from.query_selector(selector)) {
        replace(&old, &new);
    }
}

/// The same for two elements. `new` may come from another document.
pub(super) fn replace(old: &Element, new: &Element) {
    let place = Place::of(old);
    if old.replace_with_with_node_1(new).is_ok() {
        clock::localize(new);
        place.restore(new);
    }
}

/// Where the reader is inside a part that is about to be replaced by a newer version of itself.
pub(super) struct Place {
    focused: Option<usize>,
    unfolded: Vec<usize>,
    /// How far down its panel is.
    scrolled: Option<i32>,
}

impl Place {
    pub(super) fn of(part: &Element) -> Self {
        let active = document().and_then(|document| document.active_element());
        let focused = active.and_then(|active| {
            inside(part, FOCUSABLE)
                .iter()
                .position(|element| *element == active)
        });
        let unfolded = inside(part, "details")
            .iter()
            .enumerate()
            .filter_map(|(index, details)| details.has_attribute("open").then_some(index))
            .collect();
        let scrolled = inside(part, PANEL).first().map(Element::scroll_top);
        Self {
            focused,
            unfolded,
            scrolled,
        }
    }

    pub(super) fn restore(&self, part: &Element) {
        let details = inside(part, "details");
        for folded in self.unfolded.iter().filter_map(|&index| details.get(index)) {
            let _ = folded.set_attribute("open", "");
        }
        if let (Some(down), Some(panel)) = (self.scrolled, inside(part, PANEL).first()) {
            panel.set_scroll_top(down);
        }
        if let Some(element) = self
            .focused
            .and_then(|index| inside(part, FOCUSABLE).into_iter().nth(index))
        {
            focus(&element);
        }
    }
}

/// Milliseconds; a part is made in a few.
const PATIENCE: u32 = 10_000;
const PANEL: &str = ".detail";
const FOCUSABLE: &str = "a, button, input, select, summary, [tabindex]";
