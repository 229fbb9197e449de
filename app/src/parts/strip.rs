//! The last 24 hours of a check as a strip: one bar a state, drawn on the server.

use crate::reader::words;
use leptos::prelude::*;
use model::{
    State,
    board::{Span, Strip},
    time::{DAY, MINUTE},
};

#[component]
pub fn History(strip: Strip, #[prop(default = true)] axis: bool) -> impl IntoView {
    let words = words();
    let described = described(&strip);
    let start = strip.spans.first().map_or(0, |span| span.from.0);
    let bars = strip.spans.into_iter().map(|span| {
        let (x, width) = place(&span, start);
        view! { <rect class=state_class(span.state) x=x width=width height="14"></rect> }
    });
    view! {
        <figure class="history">
            <svg viewBox=format!("0 0 {MINUTES} 14") preserveAspectRatio="none" role="img" aria-label=described>
                {bars.collect_view()}
            </svg>
            {axis.then(|| view! { <figcaption><span>{words.a_day_ago}</span><span>{words.now}</span></figcaption> })}
        </figure>
    }
    .into_any()
}

/// `x` and width in minutes of the day that the strip shows.
fn place(span: &Span, start: i64) -> (String, String) {
    let from = ((span.from.0 - start) / MINUTE).clamp(0, MINUTES);
    let until = ((span.until.0 - start) / MINUTE).clamp(0, MINUTES);
    // A change of a few seconds still shows.
    let width = (until - from).max(4);
    (from.min(MINUTES - width).to_string(), width.to_string())
}

/// `IMAP TLS :993, Last 24 h: ok 23 h, failure 4 min`.
fn described(strip: &Strip) -> String {
    let words = words();
    let spans = strip.spans.iter().map(|span| {
        let state = span
            .state
            .map_or(words.not_watched, |state| (words.state)(Some(state)));
        format!("{state} {}", crate::words::span(span.until.since(span.from)))
    });
    let spans: Vec<String> = spans.collect();
    format!("{}, {}: {}", strip.label, words.last_day, spans.join(", "))
}

fn state_class(state: Option<State>) -> &'static str {
    state.map_or("nothing", State::as_str)
}

const MINUTES: i64 = DAY / MINUTE;
