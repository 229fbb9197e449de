//! How far the wizard has come with a domain, told by events that may come late, twice and in any order. Pure:
//! whoever calls stores what comes of it.

use super::Stage;
use crate::{DomainName, Timestamp};
use serde::{Deserialize, Serialize};

/// What the wizard says of a domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    Started,
    /// It has come to this step.
    Step(String),
    Completed,
    Failed {
        /// Where.
        step: Option<String>,
        why: Option<String>,
    },
}

/// What is known of a domain's present round. Only marks are kept, each of which late news can but complete; where
/// the domain stands follows from them, so that it does not depend on the order in which they were heard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    pub domain: DomainName,
    pub tenant: Option<String>,
    /// When the wizard began, where it said so.
    pub started_at: Option<Timestamp>,
    /// The steps in their order.
    pub met: Vec<Met>,
    /// When any step was last heard of, be it again.
    pub stepped_at: Option<Timestamp>,
    /// The last failure.
    pub failed: Option<Failure>,
    pub completed_at: Option<Timestamp>,
    /// The last event's id.
    pub event: i64,
}

/// A step, and when it was met first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Met {
    pub step: String,
    pub at: Timestamp,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    pub at: Timestamp,
    pub why: Option<String>,
    /// The number of the ticket that it opened or joined.
    pub ticket: Option<i64>,
}

impl Progress {
    /// Nothing was heard of it yet.
    pub fn of(domain: DomainName) -> Self {
        Self {
            domain,
            tenant: None,
            started_at: None,
            met: Vec::new(),
            stepped_at: None,
            failed: None,
            completed_at: None,
            event: 0,
        }
    }

    /// Takes in what was said at `at`. `ticket` is the one that a failure opened or joined.
    pub fn hear(&mut self, heard: Heard, at: Timestamp, ticket: Option<i64>) {
        if self.started_at.is_some_and(|started| at < started) {
            // It tells of an earlier round.
            return;
        }
        match heard {
            Heard::Started if self.is_over_before(at) => self.begin_anew(at),
            // A start amid the steps is a repeat.
            Heard::Started if self.marks().all(|mark| at <= mark) => self.started_at = Some(at),
            Heard::Started => {}
            Heard::Step(step) => self.meet(step, at),
            Heard::Completed => self.completed_at = self.completed_at.max(Some(at)),
            Heard::Failed { step, why } => {
                if let Some(step) = step {
                    self.meet(step, at);
                }
                if self.failed.as_ref().is_none_or(|known| known.at <= at) {
                    self.failed = Some(Failure { at, why, ticket });
                }
            }
        }
    }

    /// A later word names the tenant better.
    pub fn belongs_to(&mut self, tenant: Option<String>, at: Timestamp) {
        if self.tenant.is_none() || tenant.is_some() && self.marks().all(|mark| mark <= at) {
            self.tenant = tenant.or(self.tenant.take());
        }
    }

    /// As far as the wizard says; what is proved, it cannot say.
    pub fn stage(&self) -> Stage {
        let failed = self.failed.as_ref().map(|failure| failure.at);
        match (failed, self.completed_at) {
            (failed, Some(done)) if failed.is_none_or(|at| at < done) => Stage::Completed,
            (Some(at), _) if self.stepped_at.is_none_or(|stepped| stepped <= at) => Stage::Failed,
            _ if !self.met.is_empty() => Stage::Step,
            _ => Stage::Started,
        }
    }

    /// The step that it has come to.
    pub fn step(&self) -> Option<&str> {
        self.met.last().map(|met| met.step.as_str())
    }

    /// When it came to where it stands.
    pub fn moved_at(&self) -> Timestamp {
        let failed = self.failed.as_ref().map(|failure| failure.at);
        let moved = match self.stage() {
            Stage::Completed | Stage::Proved => self.completed_at,
            Stage::Failed => failed,
            Stage::Step => {
                let came = self.met.last().map(|met| met.at);
                // What goes on after a failure may be the step that it had failed at.
                if failed >= came { self.stepped_at } else { came }
            }
            Stage::Started => self.started_at,
        };
        moved.unwrap_or_default()
    }

    fn is_over_before(&self, at: Timestamp) -> bool {
        matches!(self.stage(), Stage::Completed | Stage::Failed) && self.moved_at() < at
    }

    fn begin_anew(&mut self, at: Timestamp) {
        *self = Self {
            tenant: self.tenant.take(),
            started_at: Some(at),
            event: self.event,
            ..Self::of(self.domain.clone())
        };
    }

    /// Who goes back in the wizard has still come as far as before.
    fn meet(&mut self, step: String, at: Timestamp) {
        self.stepped_at = self.stepped_at.max(Some(at));
        match self.met.iter_mut().find(|met| met.step == step) {
            Some(known) => known.at = known.at.min(at),
            None => self.met.push(Met { step, at }),
        }
        // Stable: of two at once the one that was heard first comes first.
        self.met.sort_by_key(|met| met.at);
        if self.met.len() > MOST_STEPS {
            self.met.remove(0);
        }
    }

    /// When anything was heard of it.
    fn marks(&self) -> impl Iterator<Item = Timestamp> {
        let failed = self.failed.as_ref().map(|failure| failure.at);
        let marks = [self.started_at, self.stepped_at, failed, self.completed_at];
        marks
            .into_iter()
            .flatten()
            .chain(self.met.first().map(|met| met.at))
    }
}

/// More than any wizard has; one that makes up a step for each word it says fills no row.
const MOST_STEPS: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_goes_from_step_to_step_to_its_end() {
        let mut progress = nova();
        assert_eq!(hears(&mut progress, 1, Heard::Started), (Stage::Started, None, 1));
        assert_eq!(
            hears(&mut progress, 2, step("dns")),
            (Stage::Step, Some("dns"), 2)
        );
        assert_eq!(
            hears(&mut progress, 5, step("cert")),
            (Stage::Step, Some("cert"), 5)
        );
        assert_eq!(
            hears(&mut progress, 9, Heard::Completed),
            (Stage::Completed, Some("cert"), 9)
        );
        assert_eq!(progress.started_at, Some(Timestamp(1)));
    }

    #[test]
    fn in_whatever_order_it_is_heard_it_stands_at_the_same_place() {
        let told = [
            (1, Heard::Started),
            (2, step("dns")),
            (3, step("cert")),
            (4, failed("cert")),
            (6, step("cert")),
            (8, Heard::Completed),
        ];
        let mut expected = nova();
        for (at, heard) in told.clone() {
            hears(&mut expected, at, heard);
        }
        assert_eq!(expected.stage(), Stage::Completed);
        for order in permutations(told.len()) {
            let mut progress = nova();
            for nth in &order {
                let (at, heard) = told[*nth].clone();
                hears(&mut progress, at, heard);
            }
            assert_eq!(progress, expected, "{order:?}");
        }
    }

    #[test]
    fn what_is_late_or_comes_again_moves_nothing_backwards() {
        let mut progress = nova();
        hears(&mut progress, 3, step("cert"));
        assert_eq!(
            hears(&mut progress, 2, step("dns")),
            (Stage::Step, Some("cert"), 3)
        );
        assert_eq!(
            hears(&mut progress, 1, Heard::Started),
            (Stage::Step, Some("cert"), 3)
        );
        let met: Vec<_> = progress.met.iter().map(|met| met.step.as_str()).collect();
        assert_eq!(met, ["dns", "cert"], "but it completes what is known");
        assert_eq!(
            hears(&mut progress, 7, step("dns")),
            (Stage::Step, Some("cert"), 3)
        );
        assert_eq!(
            hears(&mut progress, 8, Heard::Started),
            (Stage::Step, Some("cert"), 3)
        );
        hears(&mut progress, 9, Heard::Completed);
        for heard in [step("dns"), failed("dns"), Heard::Started] {
            assert_eq!(
                hears(&mut progress, 5, heard),
                (Stage::Completed, Some("cert"), 9)
            );
        }
        assert_eq!(
            hears(&mut progress, 10, step("farewell")).0,
            Stage::Completed,
            "what comes after the end does not undo it"
        );
    }

    #[test]
    fn a_failure_lasts_until_a_later_step() {
        let mut progress = nova();
        hears(&mut progress, 2, step("dns"));
        assert_eq!(
            hears(&mut progress, 4, failed("dns")),
            (Stage::Failed, Some("dns"), 4)
        );
        let failure = progress.failed.clone().unwrap();
        assert_eq!((failure.why.as_deref(), failure.ticket), (Some("no MX"), Some(7)));
        assert_eq!(hears(&mut progress, 3, step("dns")).0, Stage::Failed);
        assert_eq!(
            hears(&mut progress, 6, step("dns")),
            (Stage::Step, Some("dns"), 6),
            "the same step again, and this time it goes on"
        );
        assert_eq!(
            hears(&mut progress, 7, failed("cert")),
            (Stage::Failed, Some("cert"), 7)
        );
        assert_eq!(hears(&mut progress, 8, Heard::Completed).0, Stage::Completed);
        assert_eq!(hears(&mut progress, 9, failed("cert")).0, Stage::Failed);
    }

    #[test]
    fn a_start_after_the_end_begins_anew_and_the_old_round_is_over() {
        let mut progress = nova();
        progress.belongs_to(Some("padaria".to_owned()), Timestamp(1));
        hears(&mut progress, 2, step("dns"));
        hears(&mut progress, 3, Heard::Completed);
        assert_eq!(
            hears(&mut progress, 10, Heard::Started),
            (Stage::Started, None, 10)
        );
        assert_eq!(
            (progress.completed_at, progress.tenant.as_deref()),
            (None, Some("padaria"))
        );
        for heard in [step("cert"), Heard::Completed, failed("cert"), Heard::Started] {
            assert_eq!(hears(&mut progress, 5, heard), (Stage::Started, None, 10));
        }
        hears(&mut progress, 11, failed("dns"));
        assert_eq!(
            hears(&mut progress, 12, Heard::Started),
            (Stage::Started, None, 12)
        );
    }

    #[test]
    fn a_later_word_names_the_tenant_better_than_an_earlier_one() {
        let mut progress = nova();
        hears(&mut progress, 5, step("dns"));
        for (at, told, known) in [
            (5, Some("b"), "b"),
            (6, None, "b"),
            (3, Some("a"), "b"),
            (7, Some("c"), "c"),
        ] {
            progress.belongs_to(told.map(str::to_owned), Timestamp(at));
            assert_eq!(progress.tenant.as_deref(), Some(known), "{at}");
        }
    }

    #[test]
    fn a_wizard_that_makes_up_steps_fills_no_row() {
        let mut progress = nova();
        for nth in 0..200 {
            hears(&mut progress, nth, step(&format!("{nth} %")));
        }
        assert_eq!((progress.met.len(), progress.step()), (MOST_STEPS, Some("199 %")));
    }

    fn nova() -> Progress {
        Progress::of(DomainName::parse("nova.example").unwrap())
    }

    fn step(name: &str) -> Heard {
        Heard::Step(name.to_owned())
    }

    fn failed(step: &str) -> Heard {
        Heard::Failed {
            step: Some(step.to_owned()),
            why: Some("no MX".to_owned()),
        }
    }

    fn hears(progress: &mut Progress, at: i64, heard: Heard) -> (Stage, Option<&str>, i64) {
        progress.hear(heard, Timestamp(at), Some(7));
        (progress.stage(), progress.step(), progress.moved_at().0)
    }

    fn permutations(of: usize) -> Vec<Vec<usize>> {
        let Some(last) = of.checked_sub(1) else {
            return vec![Vec::new()];
        };
        let shorter = permutations(last);
        let with = |order: &Vec<usize>, place: usize| {
            let mut longer = order.clone();
            longer.insert(place, last);
            longer
        };
        let all = shorter
            .iter()
            .flat_map(|order| (0..of).map(move |place| with(order, place)));
        all.collect()
    }
}
