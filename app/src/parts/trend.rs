//! The mean scores of the last audits, a bar an audit, the newest at the right.

use crate::{parts::moment::day, reader::audit_words};
use leptos::prelude::*;
use model::audit::Cycle;

/// Of audits that have ended, newest first.
#[component]
pub fn Trend(cycles: Vec<Cycle>, shown: i64) -> impl IntoView {
    let texts = audit_words();
    let described = described(&cycles);
    let slots = cycles.len().clamp(LEAST_SLOTS, MOST_SLOTS);
    let bars = cycles.iter().take(slots).enumerate().map(|(nth, cycle)| {
        let height = cycle.mean.map_or(LEAST, |mean| (usize::from(mean) * HIGH / 100).max(LEAST));
        let class = if cycle.cycle_id == shown { "shown" } else { "audit" };
        let (x, y) = ((slots - 1 - nth) * STEP, HIGH - height);
        view! {
            <rect class=class x=x.to_string() y=y.to_string() width=(STEP - 2).to_string() height=height.to_string()><title>{said(cycle)}</title></rect>
        }
    });
    view! {
        <figure class="trend">
            <svg viewBox=format!("0 0 {} {HIGH}", slots * STEP) preserveAspectRatio="none" role="img" aria-label=described>
                <rect class="grid" x="0" y="0" width=(slots * STEP).to_string() height="1"></rect>
                <rect class="grid" x="0" y=(HIGH / 2).to_string() width=(slots * STEP).to_string() height="1"></rect>
                {bars.collect_view()}
            </svg>
            <figcaption><span>{texts.trend}</span><span>"0–100"</span></figcaption>
        </figure>
    }
    .into_any()
}

/// `28 nov 2026: 87 de 100`.
fn said(cycle: &Cycle) -> String {
    let mean = cycle
        .mean
        .map_or_else(|| "–".to_owned(), audit_words().of_hundred);
    format!("{}: {mean}", day(cycle.ended_at.unwrap_or(cycle.asked_at)))
}

fn described(cycles: &[Cycle]) -> String {
    let texts = audit_words();
    let means = || cycles.iter().filter_map(|cycle| cycle.mean);
    match (means().next(), means().min(), means().max()) {
        (Some(now), Some(lowest), Some(highest)) => (texts.trend_said)(means().count(), now, lowest, highest),
        _ => texts.trend.to_owned(),
    }
}

const LEAST_SLOTS: usize = 30;
const MOST_SLOTS: usize = 60;
const STEP: usize = 10;
const HIGH: usize = 50;
const LEAST: usize = 1;
