//! The one `EventSource` of the page: what changed, and whether we would hear of it.

use super::{dom, refresh::Refresher};
use crate::live::Link;
use leptos::{ev, prelude::*};
use model::event::{Event, What};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventSource, MessageEvent};

/// Listens from the event after `latest`. The browser itself reconnects with `Last-Event-ID`.
pub(super) fn start(latest: i64, link: RwSignal<Link>, refresher: Rc<Refresher>) {
    let _ = window_event_listener(ev::offline, |_| heard(false));
    let _ = window_event_listener(ev::online, |_| heard(true));
    open(latest, link, refresher);
}

/// What another request found out about the server: a stream can look open long after its other end is gone.
pub(super) fn heard(reached: bool) {
    STREAM.with_borrow(|stream| {
        let Some((source, link)) = stream else { return };
        let now = match (reached, source.ready_state()) {
            (false, _) => Link::Offline,
            (true, EventSource::OPEN) => Link::Live,
            (true, _) => return,
        };
        if link.get_untracked() != now {
            link.set(now);
        }
    });
}

fn open(latest: i64, link: RwSignal<Link>, refresher: Rc<Refresher>) {
    let Ok(source) = EventSource::new(&format!("/api/v1/stream?after={latest}")) else {
        link.set(Link::Offline);
        return;
    };
    STREAM.set(Some((source.clone(), link)));
    let seen = Rc::new(Cell::new(latest));
    on(&source, "open", move |_| link.set(Link::Live));
    on(&source, "reset", |_| dom::reload());
    for name in What::NAMES {
        let (seen, refresher) = (seen.clone(), refresher.clone());
        on(&source, name, move |event| {
            let data = event
                .dyn_into::<MessageEvent>()
                .ok()
                .and_then(|message| message.data().as_string());
            if let Some(event) = data.and_then(|data| serde_json::from_str::<Event>(&data).ok()) {
                seen.set(event.id);
                match &event.what {
                    What::Ticket { .. } | What::Webhook { .. } | What::Audit { .. } => refresher.reported(),
                    What::Check { domain, .. }
                    | What::Announced { domain, .. }
                    | What::Domain { domain, .. } => refresher.changed(domain.as_str()),
                }
            }
        });
    }
    let closing = source.clone();
    on(&source, "error", move |_| {
        link.set(Link::Offline);
        if closing.ready_state() == EventSource::CLOSED {
            // Refused for good, as while the server restarts: only a new one tries again.
            let (seen, refresher) = (seen.get(), refresher.clone());
            set_timeout(move || open(seen, link, refresher), RETRY);
        }
    });
}

fn on(source: &EventSource, name: &str, heard: impl FnMut(web_sys::Event) + 'static) {
    let heard = Closure::<dyn FnMut(web_sys::Event)>::new(heard);
    // The page listens for as long as it lives.
    let _ = source.add_event_listener_with_callback(name, heard.into_js_value().unchecked_ref());
}

thread_local! {
    static STREAM: RefCell<Option<(EventSource, RwSignal<Link>)>> = const { RefCell::new(None) };
}

const RETRY: Duration = Duration::from_secs(3);
