//! What the page does in the browser beside being read: it listens, swaps in what changed, and follows keys.
//!
//! The page's HTML is the state; nothing is kept twice. Whatever is done here works without it too, only
//! with a full load.

mod clock;
mod copy;
mod dom;
mod forms;
mod keys;
mod narrowing;
mod once;
pub(crate) mod palette;
mod panel;
mod refresh;
mod rows;
mod stream;
pub(crate) mod theme;

use crate::{live::Link, words::Words};
use leptos::prelude::RwSignal;
use refresh::Refresher;

/// For a page that has no live island.
pub(crate) fn tell_time(words: &'static Words) {
    clock::start(words);
}

/// Called once, when the live island starts.
pub(crate) fn start(words: &'static Words, latest: i64, link: RwSignal<Link>) {
    let refresher = Refresher::start();
    clock::start(words);
    copy::start();
    narrowing::start();
    once::start();
    panel::start();
    keys::start();
    forms::start(words, refresher.clone());
    stream::start(latest, link, refresher);
    // The style sheet shows what works with scripts alone.
    dom::mark_live();
}
