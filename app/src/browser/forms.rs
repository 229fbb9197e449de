//! "Check now" without leaving the page: the same form, sent by script, busy until it is done.

use super::{dom, refresh::Refresher};
use crate::words::Words;
use leptos::{
    ev,
    prelude::{set_timeout, window_event_listener},
};
use model::Error;
use std::{rc::Rc, time::Duration};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, FormData, HtmlFormElement, RequestInit, UrlSearchParams};

pub(super) fn start(words: &'static Words, refresher: Rc<Refresher>) {
    let _ = window_event_listener(ev::submit, move |event| {
        let form = dom::target(&event, "form.run").and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form {
            event.prevent_default();
            let refresher = refresher.clone();
            spawn_local(async move { run(&form, words, &refresher).await });
        }
    });
}

async fn run(form: &HtmlFormElement, words: &'static Words, refresher: &Rc<Refresher>) {
    let Ok(Some(button)) = form.query_selector("button") else {
        return;
    };
    if button.get_attribute("aria-busy").as_deref() == Some("true") {
        return;
    }
    let label = button.text_content();
    let _ = button.set_attribute("aria-busy", "true");
    button.set_text_content(Some(words.running));
    let (domain, fault) = send(form, words).await;
    let _ = button.remove_attribute("aria-busy");
    button.set_text_content(label.as_deref());
    match (fault, domain) {
        (Some(fault), _) => toast(&fault),
        // What has not changed is not announced, but it was checked again.
        (None, Some(domain)) => refresher.changed(&domain),
        (None, None) => toast(words.started),
    }
}

/// The form's domain, if it is about one, and what went wrong, in words.
async fn send(form: &HtmlFormElement, words: &'static Words) -> (Option<String>, Option<String>) {
    let unsent = || (None, Some(words.not_run.to_owned()));
    let (Ok(data), Ok(body)) = (FormData::new_with_form(form), UrlSearchParams::new()) else {
        return unsent();
    };
    for name in ["domain", "check"] {
        if let Some(value) = data.get(name).as_string() {
            body.append(name, &value);
        }
    }
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(&body);
    match dom::send(&form.action(), &options).await {
        Some((200, _)) => (body.get("domain"), None),
        Some((401, _)) => {
            dom::reload();
            (None, None)
        }
        Some((_, text)) => {
            let error = serde_json::from_str::<Error>(&text);
            (
                None,
                Some(error.map_or_else(|_| words.not_run.to_owned(), |error| (words.fault)(&error))),
            )
        }
        None => unsent(),
    }
}

fn toast(text: &str) {
    let Some(toast) = dom::find("#toast") else { return };
    toast.set_text_content(Some(text));
    let _ = toast.remove_attribute("hidden");
    set_timeout(move || hide(&toast), LONG_ENOUGH);
}

fn hide(toast: &Element) {
    let _ = toast.set_attribute("hidden", "");
}

const LONG_ENOUGH: Duration = Duration::from_secs(6);
