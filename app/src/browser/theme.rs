//! Turning the page from light to dark and back; the cookie tells the server, so that the next page starts so.

use super::dom;
use crate::theme::Theme;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

pub(crate) fn turn() {
    let Some(document) = dom::document() else { return };
    let Some(root) = document.document_element() else {
        return;
    };
    let chosen = root.get_attribute("data-theme").as_deref().and_then(Theme::parse);
    let next = match chosen.unwrap_or_else(system) {
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::Light,
    };
    let _ = root.set_attribute("data-theme", next.as_str());
    if let Ok(document) = document.dyn_into::<HtmlDocument>() {
        let _ = document.set_cookie(&format!(
            "theme={}; Path=/; Max-Age=31536000; SameSite=Lax",
            next.as_str()
        ));
    }
}

fn system() -> Theme {
    let query =
        dom::window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
    if query.is_some_and(|query| query.matches()) {
        Theme::Dark
    } else {
        Theme::Light
    }
}
