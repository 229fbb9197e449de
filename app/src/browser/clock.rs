//! Time on the page: "ago" keeps counting, and dates stand in the reader's own zone.

use super::dom;
use crate::words::{self, Words};
use js_sys::Date;
use leptos::prelude::set_interval;
use std::{cell::Cell, time::Duration};
use wasm_bindgen::JsValue;
use web_sys::Element;

pub(super) fn start(words: &'static Words) {
    WORDS.set(Some(words));
    if let Some(body) = dom::find("body") {
        localize(&body);
    }
    set_interval(tick, TICK);
}

/// Puts the dates of a part into the reader's zone; the exact UTC stays in the title.
pub(super) fn localize(part: &Element) {
    let Some(words) = WORDS.get() else { return };
    for time in dom::inside(part, "time.moment") {
        if let Some(text) = moment(&time).and_then(|at| spell(&at, words)) {
            time.set_text_content(Some(&text));
        }
    }
}

fn tick() {
    let Some(words) = WORDS.get() else { return };
    let now = Date::now();
    for time in dom::all("time.ago") {
        if let Some(at) = moment(&time) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "milliseconds of a date fit easily"
            )]
            let text = (words.ago)((now - at.get_time()) as i64);
            if time.text_content().as_deref() != Some(&text) {
                time.set_text_content(Some(&text));
            }
        }
    }
}

fn moment(time: &Element) -> Option<Date> {
    let at = Date::new(&JsValue::from_str(&time.get_attribute("datetime")?));
    at.get_time().is_finite().then_some(at)
}

fn spell(at: &Date, words: &Words) -> Option<String> {
    let month = words.months.get(usize::try_from(at.get_month()).ok()?)?;
    let clock = format!("{:02}:{:02}", at.get_hours(), at.get_minutes());
    Some(words::date(
        usize::try_from(at.get_date()).ok()?,
        month,
        usize::try_from(at.get_full_year()).ok()?,
        &clock,
    ))
}

thread_local! {
    static WORDS: Cell<Option<&'static Words>> = const { Cell::new(None) };
}

const TICK: Duration = Duration::from_secs(5);
