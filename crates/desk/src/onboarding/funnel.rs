//! The funnel: how many domains have come how far, and those that a page shows.

use super::{Wanted, order::Order};
use model::{
    DomainName,
    onboarding::{Count, Onboarding, Progress, Stage},
};
use std::fmt;

/// A domain as the Desk knows it, and as it is shown.
pub(super) struct Standing {
    pub(super) progress: Progress,
    pub(super) onboarding: Onboarding,
}

impl Standing {
    pub(super) fn is_failed(&self) -> bool {
        self.onboarding.stage == Stage::Failed
    }
}

/// Each stage with its numbers. Who has come to a stage has come to all before it.
pub(super) fn counts(all: &[Standing], order: &Order) -> Vec<Count> {
    let count = |stage, step| Count {
        stage,
        step,
        reached: 0,
        here: 0,
        failed: 0,
    };
    let steps = order.steps().iter();
    let mut stages = vec![count(Stage::Started, None)];
    stages.extend(steps.map(|step| count(Stage::Step, Some(step.clone()))));
    stages.extend([count(Stage::Completed, None), count(Stage::Proved, None)]);
    for standing in all {
        let place = place(standing, order);
        for stage in &mut stages[..=place] {
            stage.reached += 1;
        }
        let stage = &mut stages[place];
        if standing.is_failed() {
            stage.failed += 1;
        } else {
            stage.here += 1;
        }
    }
    stages
}

/// The place of the stage that it has come to: 0 is the start, the steps follow. A step that has no place of its own
/// counts for the one before it.
fn place(standing: &Standing, order: &Order) -> usize {
    let end = order.steps().len() + 1;
    match standing.onboarding.stage {
        Stage::Proved => end + 1,
        Stage::Completed => end,
        Stage::Started | Stage::Step | Stage::Failed => {
            let mut met = standing.progress.met.iter().rev();
            met.find_map(|met| order.place(&met.step))
                .map_or(0, |place| place + 1)
        }
    }
}

/// A page of those that are wanted, and where the next one goes on.
pub(super) fn page(all: Vec<Standing>, wanted: &Wanted) -> (Vec<Onboarding>, Option<String>) {
    let all = all.into_iter().map(|standing| standing.onboarding);
    let mut kept: Vec<Onboarding> = all.filter(|one| keeps(wanted, one)).collect();
    kept.sort_by_cached_key(urgency);
    if let Some(last) = &wanted.after {
        kept.retain(|one| urgency(one) > *last);
    }
    let most = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let more = kept.len() > most;
    kept.truncate(most);
    let last = kept.last().filter(|_| more);
    let next_cursor = last.map(|last| urgency(last).to_string());
    (kept, next_cursor)
}

fn keeps(wanted: &Wanted, one: &Onboarding) -> bool {
    let words = wanted.words.trim().to_lowercase();
    let is_named = || {
        let tenant = one.tenant.as_deref().unwrap_or_default().to_lowercase();
        one.domain.as_str().contains(&words) || tenant.contains(&words)
    };
    let is_there = |step: &str| {
        let stays = matches!(one.stage, Stage::Step | Stage::Failed);
        stays && one.step.as_deref() == Some(step)
    };
    wanted.stage.is_none_or(|stage| one.stage == stage)
        && wanted.step.as_deref().is_none_or(is_there)
        && (words.is_empty() || is_named())
}

/// What failed comes first, then what has waited longest; what is proved comes last, the newest first.
fn urgency(one: &Onboarding) -> Cursor {
    let (rank, since) = match one.stage {
        Stage::Failed => (0, one.since.0),
        Stage::Started | Stage::Step | Stage::Completed => (1, one.since.0),
        Stage::Proved => (2, -one.since.0),
    };
    Cursor {
        rank,
        since,
        domain: one.domain.clone(),
    }
}

/// Where a page ends.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cursor {
    rank: u8,
    since: i64,
    domain: DomainName,
}

impl Cursor {
    /// That of an answer, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (rank, rest) = text.split_once('.')?;
        let (since, domain) = rest.split_once('.')?;
        Some(Self {
            rank: rank.parse().ok()?,
            since: since.parse().ok()?,
            domain: DomainName::parse(domain).ok()?,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.rank, self.since, self.domain)
    }
}
