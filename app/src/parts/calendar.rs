//! The last ninety days of a check, a bar a day: as bad as its worst run, and as high as that was often.

use crate::{parts::moment::day, reader::words};
use leptos::prelude::*;
use model::{
    State,
    history::{Calendar, Day},
};

#[component]
pub fn Days(calendar: Calendar) -> impl IntoView {
    let words = words();
    let count = calendar.days.len();
    let described = described(&calendar);
    let bars = calendar.days.iter().enumerate().map(|(nth, day)| {
        let (class, height) = drawn(day);
        let (x, y) = (nth * STEP, HIGH - height);
        view! {
            <rect class=class x=x.to_string() y=y.to_string() width=(STEP - 1).to_string() height=height.to_string()><title>{said(day)}</title></rect>
        }
    });
    view! {
        <figure class="history days">
            <svg viewBox=format!("0 0 {} {HIGH}", (count * STEP).max(1)) preserveAspectRatio="none" role="img" aria-label=described>
                {bars.collect_view()}
            </svg>
            <figcaption><span>{words.ninety_days_ago}</span><span>{words.today}</span></figcaption>
        </figure>
    }
    .into_any()
}

/// A fault that one run of a day found is seen, and one that lasted all day is seen to have.
fn drawn(day: &Day) -> (&'static str, usize) {
    let Some(worst) = day.tally.worst() else {
        return ("nothing", HIGH);
    };
    if matches!(worst, State::Ok | State::Skipped) {
        return (worst.as_str(), HIGH);
    }
    let share = f64::from(day.tally.of(worst)) / f64::from(day.tally.runs().max(1));
    let height = match share {
        ..0.1 => LEAST,
        0.1..0.5 => HIGH * 2 / 3,
        _ => HIGH,
    };
    (worst.as_str(), height)
}

/// `22 nov 2026: ok 280, falha 8`.
fn said(shown: &Day) -> String {
    let words = words();
    let counts = State::ALL.into_iter().filter(|state| shown.tally.of(*state) > 0);
    let counts: Vec<String> = counts
        .map(|state| format!("{} {}", (words.state)(Some(state)), shown.tally.of(state)))
        .collect();
    let counts = if counts.is_empty() {
        words.not_watched.to_owned()
    } else {
        counts.join(", ")
    };
    format!("{}: {counts}", day(shown.at))
}

/// `IMAP TLS :993, last 90 days: ok 61 d, failure 2 d`.
fn described(calendar: &Calendar) -> String {
    let words = words();
    let of = |state| {
        calendar
            .days
            .iter()
            .filter(|day| day.tally.worst() == state)
            .count()
    };
    let states = State::ALL.into_iter().map(Some).chain([None]);
    let counts = states.filter_map(|state| {
        let name = state.map_or(words.not_watched, |state| (words.state)(Some(state)));
        Some(of(state))
            .filter(|days| *days > 0)
            .map(|days| format!("{name} {days} d"))
    });
    let counts: Vec<String> = counts.collect();
    format!("{}, {}: {}", calendar.label, words.ninety_days, counts.join(", "))
}

const STEP: usize = 4;
const HIGH: usize = 24;
const LEAST: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Timestamp, history::Tally};

    #[test]
    fn a_day_without_a_run_is_not_a_good_day_and_one_bad_run_is_seen() {
        let day = |ok, fail| Day {
            at: Timestamp(0),
            tally: Tally {
                ok,
                fail,
                ..Tally::default()
            },
        };
        assert_eq!(drawn(&day(0, 0)), ("nothing", HIGH));
        assert_eq!(drawn(&day(288, 0)), ("ok", HIGH));
        assert_eq!(drawn(&day(287, 1)), ("fail", LEAST));
        assert_eq!(drawn(&day(0, 288)), ("fail", HIGH));
    }
}
