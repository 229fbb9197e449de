//! Times: "4 min ago" and dates, with the exact UTC on hover.

use crate::reader::{Reader, words};
use leptos::prelude::*;
use model::Timestamp;

/// How long ago, counted from when the page was made; the live page keeps it counting.
#[component]
pub fn Ago(at: Timestamp) -> impl IntoView {
    let reader = Reader::here();
    let text = (reader.words().ago)(reader.now.since(at));
    view! { <time class="ago" datetime=at.to_string() title=exact(at)>{text}</time> }
}

/// A date with its time of day, in UTC; the live page puts it into the reader's zone.
#[component]
pub fn Moment(at: Timestamp) -> impl IntoView {
    view! { <time class="moment" datetime=at.to_string() title=exact(at)>{spell(at)}" UTC"</time> }
}

/// `2026-11-23 07:00:00 UTC`.
fn exact(at: Timestamp) -> String {
    at.to_string().replace('T', " ").replace('Z', " UTC")
}

/// `23 nov 2026`, in UTC.
pub fn day(at: Timestamp) -> String {
    let text = spell(at);
    text.split_once(',')
        .map(|(day, _)| day.to_owned())
        .unwrap_or(text)
}

/// `23 nov 2026, 07:00`.
fn spell(at: Timestamp) -> String {
    let text = at.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse().ok());
    let month = number(5..7).and_then(|month: usize| words().months.get(month.wrapping_sub(1)));
    let (Some(month), Some(day), Some(year), Some(clock)) =
        (month, number(8..10), number(0..4), text.get(11..16))
    else {
        return text;
    };
    crate::words::date(day, month, year, clock)
}
