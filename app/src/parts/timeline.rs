//! A certificate's validity on a line of time that all of them share: when it began, now, when it ends, and the
//! window in which it is renewed.

use crate::reader::words;
use leptos::prelude::*;
use model::{Leaf, Timestamp, held::Urgency, time::DAY};

/// The stretch of time that the lines show, from the earliest certificate to the latest, with now inside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scale {
    from: i64,
    until: i64,
    now: i64,
}

impl Scale {
    /// Certificates of ten years, as private CAs issue them, do not squeeze the others: a year is enough.
    pub fn over<'a>(leaves: impl Iterator<Item = &'a Leaf>, now: Timestamp) -> Self {
        let (mut from, mut until) = (now.0 - MARGIN, now.0 + MARGIN);
        for leaf in leaves {
            from = from.min(leaf.not_before.0);
            until = until.max(leaf.not_after.0);
        }
        Self {
            from: from.max(now.0 - LONGEST),
            until: until.min(now.0 + LONGEST),
            now: now.0,
        }
    }

    /// The same for a text, which must not be stretched with the line.
    fn percent(self, at: i64) -> String {
        let x = self.x(at);
        format!("{}.{}%", x / 10, x % 10)
    }

    /// In thousandths of the whole line.
    fn x(self, at: i64) -> i64 {
        let (at, whole) = (at.clamp(self.from, self.until), self.until - self.from);
        (at - self.from) * WIDE / whole.max(1)
    }
}

#[component]
pub fn Timeline(leaf: Leaf, urgency: Urgency, scale: Scale) -> impl IntoView {
    let (begin, end) = (leaf.not_before.0, leaf.not_after.0);
    let due = end - leaf.lifetime() / 3;
    let bar = |class, from: i64, until: i64| {
        let (x, width) = (scale.x(from), scale.x(until) - scale.x(from));
        (width > 0).then(
            || view! { <rect class=class x=x.to_string() y="6" width=width.to_string() height="8"></rect> },
        )
    };
    let line = |class, at: i64| view! { <rect class=class x=(scale.x(at) - 1).max(0).to_string() y="1" width="2" height="18"></rect> };
    view! {
        <svg class=format!("timeline {}", class_of(urgency)) viewBox=format!("0 0 {WIDE} 20") preserveAspectRatio="none" aria-hidden="true">
            {bar("life", begin, due)}
            {bar("window", due, end)}
            {bar("gone", begin, end.min(scale.now))}
            {line("end", end)}
            {line("now", scale.now)}
        </svg>
    }
    .into_any()
}

/// The months under the lines.
#[component]
pub fn Axis(scale: Scale) -> impl IntoView {
    let words = words();
    let months = first_days(scale).into_iter().map(|(at, month)| {
        let name = words.months.get(month).copied().unwrap_or_default();
        view! { <text x=scale.percent(at) y="12">{name}</text> }
    });
    view! {
        <svg class="axis" aria-hidden="true">
            {months.collect_view()}
            <text class="now" x=scale.percent(scale.now) y="12">{words.now}</text>
        </svg>
    }
    .into_any()
}

/// The first days of the months shown, few enough to be read and none where "now" stands.
fn first_days(scale: Scale) -> Vec<(i64, usize)> {
    let mut days: Vec<(i64, usize)> = Vec::new();
    let mut at = Timestamp(scale.from).midnight().0;
    while at < scale.until {
        let text = Timestamp(at).to_string();
        if text.get(8..10) == Some("01") && at >= scale.from {
            let month = text
                .get(5..7)
                .and_then(|month| month.parse::<usize>().ok())
                .unwrap_or(1);
            days.push((at, month - 1));
        }
        at += DAY;
    }
    let every = days.len().div_ceil(MOST_MONTHS).max(1);
    let days = days.into_iter().step_by(every);
    days.filter(|(at, _)| {
        let x = scale.x(*at);
        (x - scale.x(scale.now)).abs() > ROOM && (ROOM / 2..WIDE - ROOM / 2).contains(&x)
    })
    .collect()
}

pub fn class_of(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Expired => "fail",
        Urgency::Late => "warn",
        Urgency::Due => "due",
        Urgency::Fresh => "ok",
    }
}

const WIDE: i64 = 1_000;
/// Thousandths of the line that a month's name takes.
const ROOM: i64 = 70;
const MOST_MONTHS: usize = 6;
const MARGIN: i64 = 3 * DAY;
const LONGEST: i64 = 400 * DAY;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_has_its_place_and_a_certificate_of_ten_years_does_not_squeeze_the_others() {
        let leaf = |not_before, not_after| Leaf {
            cn: None,
            sans: Vec::new(),
            sans_left_out: 0,
            issuer: String::new(),
            serial: String::new(),
            not_before: Timestamp(not_before),
            not_after: Timestamp(not_after),
            sha256: String::new(),
            public_key: String::new(),
        };
        let leaves = [leaf(0, 90 * DAY), leaf(-3_000 * DAY, 3_000 * DAY)];
        let short = Scale::over(leaves[..1].iter(), Timestamp(45 * DAY));
        assert_eq!([0, 45, 90].map(|day| short.x(day * DAY)), [0, 500, 1_000]);
        let long = Scale::over(leaves.iter(), Timestamp(0));
        assert_eq!(
            (long.x(-3_000 * DAY), long.x(0), long.x(i64::MAX)),
            (0, 500, 1_000)
        );
        assert!(first_days(long).len() <= MOST_MONTHS);
        let none = Scale::over([].iter(), Timestamp(0));
        assert_eq!(none.x(0), 500);
    }
}
