//! In which order domains meet the wizard's steps. Nobody tells the Desk: what most domains did is the order.

use model::onboarding::Progress;
use std::{cmp::Reverse, collections::BTreeMap};

/// The steps, first to last.
#[derive(Debug)]
pub(crate) struct Order(Vec<String>);

/// A step: how often it was met, and at which place in all.
#[derive(Clone, Copy)]
struct Met<'a> {
    name: &'a str,
    times: usize,
    places: usize,
}

impl Order {
    /// Each time the step comes that has the fewest before it among those that are left; more domains have met it
    /// before each of the others than after.
    pub(super) fn of(all: &[Progress]) -> Self {
        let met = usual(all);
        let ahead = Ahead::of(all, &met);
        let mut left: Vec<usize> = (0..met.len()).collect();
        let mut order = Vec::with_capacity(left.len());
        while let Some(next) = left.iter().copied().min_by_key(|step| {
            let before = left
                .iter()
                .filter(|other| ahead.is_before(**other, *step))
                .count();
            let Met { name, times, places } = met[*step];
            // Where nothing tells two apart, it does not matter; but it must not change from one look to the next.
            (before, places / times, Reverse(times), name)
        }) {
            left.retain(|step| *step != next);
            order.push(met[next].name.to_owned());
        }
        Self(order)
    }

    pub(super) fn steps(&self) -> &[String] {
        &self.0
    }

    pub(super) fn place(&self, step: &str) -> Option<usize> {
        self.0.iter().position(|known| known == step)
    }

    /// What comes next; `None` where it is the end.
    pub(super) fn after(&self, step: Option<&str>) -> Option<&str> {
        let next = step.map_or(Some(0), |step| self.place(step).map(|place| place + 1))?;
        self.0.get(next).map(String::as_str)
    }
}

/// The steps that were met most, by name, so that a wizard which makes up its steps does not make a funnel of a
/// thousand.
fn usual(all: &[Progress]) -> Vec<Met<'_>> {
    let mut met: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for progress in all {
        for (place, step) in progress.met.iter().enumerate() {
            let (times, places) = met.entry(&step.step).or_default();
            *times += 1;
            *places += place;
        }
    }
    let met = met.into_iter();
    let mut most: Vec<Met> = met
        .map(|(name, (times, places))| Met { name, times, places })
        .collect();
    most.sort_by_key(|met| Reverse(met.times));
    most.truncate(MOST_STEPS);
    most.sort_by_key(|met| met.name);
    most
}

/// Of each two steps how many more domains met the first before the second than after it.
struct Ahead {
    steps: usize,
    more: Vec<i64>,
}

impl Ahead {
    fn of(all: &[Progress], met: &[Met<'_>]) -> Self {
        let steps = met.len();
        let mut more = vec![0; steps * steps];
        for progress in all {
            let places = progress.met.iter();
            let places = places.filter_map(|one| met.binary_search_by(|met| met.name.cmp(&one.step)).ok());
            let places: Vec<usize> = places.collect();
            for (nth, earlier) in places.iter().enumerate() {
                for later in &places[nth + 1..] {
                    more[earlier * steps + later] += 1;
                    more[later * steps + earlier] -= 1;
                }
            }
        }
        Self { steps, more }
    }

    fn is_before(&self, a: usize, b: usize) -> bool {
        self.more[a * self.steps + b] > 0
    }
}

const MOST_STEPS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use model::{DomainName, Timestamp, onboarding::Heard};

    #[test]
    fn the_order_is_what_most_domains_did() {
        assert_eq!(order(&[]), [] as [&str; 0]);
        let usual = ["dns", "cert", "mailboxes"];
        assert_eq!(order(&[&usual[..1], &usual, &usual[..2]]), usual);
        assert_eq!(
            order(&[&usual, &usual, &["cert", "dns"]]),
            usual,
            "one did it the other way round"
        );
        assert_eq!(
            order(&[&["dns", "cert"], &["cert", "mailboxes"]]),
            usual,
            "no domain has met all of them"
        );
        assert_eq!(
            order(&[&usual, &["dns", "payment", "cert", "mailboxes"]]),
            ["dns", "payment", "cert", "mailboxes"]
        );
    }

    #[test]
    fn steps_that_go_round_in_a_circle_come_to_an_end() {
        let order = order(&[&["a", "b"], &["b", "c"], &["c", "a"]]);
        assert_eq!(order.len(), 3);
    }

    #[test]
    fn the_next_step_is_the_one_behind() {
        let order = Order::of(&[domain(0, &["dns", "cert"])]);
        assert_eq!(order.after(None), Some("dns"));
        assert_eq!(order.after(Some("dns")), Some("cert"));
        assert_eq!((order.after(Some("cert")), order.after(Some("?"))), (None, None));
    }

    #[test]
    fn of_made_up_steps_those_count_that_were_met_most() {
        let made_up: Vec<String> = (0..40).map(|nth| format!("{nth} %")).collect();
        let made_up: Vec<&str> = made_up.iter().map(String::as_str).collect();
        let order = order(&[&made_up, &["dns"], &["dns"]]);
        assert_eq!(order.len(), MOST_STEPS);
        assert!(order.contains(&"dns".to_owned()));
    }

    fn order(all: &[&[&str]]) -> Vec<String> {
        let all: Vec<_> = (0..).zip(all).map(|(nth, steps)| domain(nth, steps)).collect();
        Order::of(&all).0
    }

    fn domain(nth: usize, steps: &[&str]) -> Progress {
        let mut progress = Progress::of(DomainName::parse(&format!("d{nth}.example")).unwrap());
        for (at, step) in (1..).zip(steps) {
            progress.hear(Heard::Step((*step).to_owned()), Timestamp(at), None);
        }
        progress
    }
}
