//! The picture of now: what every check last said, in memory, so that a board of thousands is read without
//! a query. The database stays the truth: it is read at the start, and this follows each commit.

use engine::checks;
use model::{CheckId, Domain, Language};
use model::{
    Code, DomainName, Evidence, Priority, State, Step, Timestamp,
    board::{Row, Verdict},
};
use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use store::{Run, Store};

#[derive(Clone, Debug, Default)]
pub(crate) struct Latest(Arc<RwLock<HashMap<DomainName, Known>>>);

/// What is known of one domain: little, because there are many.
#[derive(Clone, Debug, Default)]
struct Known {
    /// In the order of the registry.
    cells: Vec<Option<Cell>>,
    /// The worst of them, with its evidence, where anything is wrong.
    worst: Option<Box<Worst>>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    state: State,
    since: Timestamp,
    checked_at: Timestamp,
    expires_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
struct Worst {
    column: usize,
    code: Code,
    evidence: Evidence,
}

impl Latest {
    pub(crate) async fn load(store: &Store) -> Result<Self, store::Error> {
        let mut known: HashMap<DomainName, Known> = HashMap::new();
        for (domain, cells) in store.cells().await? {
            let known = known.entry(domain).or_default();
            known.cells.resize(checks::ALL.len(), None);
            for store::Cell {
                check,
                state,
                since,
                checked_at,
                expires_at,
                ..
            } in cells
            {
                if let Some(column) = column(&check) {
                    known.cells[column] = Some(Cell {
                        state,
                        since,
                        checked_at,
                        expires_at,
                    });
                }
            }
        }
        for step in store.faults().await? {
            if let (Some(column), Some(known)) = (column(&step.check), known.get_mut(&step.domain)) {
                known.offer(Worst {
                    column,
                    code: step.code,
                    evidence: step.evidence,
                });
            }
        }
        Ok(Self(Arc::new(RwLock::new(known))))
    }

    /// Follows a committed run.
    pub(crate) fn update(&self, run: &Run) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(run.domain.clone()).or_default();
        known.cells.resize(checks::ALL.len(), None);
        let before = known.worst.take();
        for finding in &run.findings {
            let Some(column) = column(&finding.check) else {
                continue;
            };
            let since = known.cells[column]
                .filter(|cell| cell.state == finding.state)
                .map_or(run.at, |cell| cell.since);
            let expires_at = finding.evidence.leaf.as_ref().map(|leaf| leaf.not_after);
            known.cells[column] = Some(Cell {
                state: finding.state,
                since,
                checked_at: run.at,
                expires_at,
            });
            known.offer(Worst {
                column,
                code: finding.code,
                evidence: finding.evidence.clone(),
            });
        }
        // A run of some checks says nothing about the others: the fault they found stands.
        if let Some(before) = before
            && run
                .findings
                .iter()
                .all(|finding| column(&finding.check) != Some(before.column))
        {
            known.offer(*before);
        }
    }

    pub(crate) fn row(&self, domain: &Domain, language: Language) -> Row {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let unknown = Known::default();
        let known = all.get(&domain.name).unwrap_or(&unknown);
        let cell = |column: usize| known.cells.get(column).copied().flatten();
        let worst = known.worst.as_deref();
        Row {
            domain: domain.name.clone(),
            mail_host: domain.mail_host.clone(),
            site: domain.site.clone(),
            tenant: domain.tenant.clone(),
            verdict: known.verdict(),
            fault: worst
                .map(|w| model::message::say(w.code, &w.evidence, language))
                .unwrap_or_default(),
            fault_check: worst.map(|w| checks::ALL[w.column].id.clone()),
            cells: (0..checks::ALL.len())
                .map(|column| cell(column).map(|cell| cell.state))
                .collect(),
            since: worst.and_then(|w| cell(w.column)).map(|cell| cell.since),
            checked_at: known.cells.iter().flatten().map(|cell| cell.checked_at).max(),
            expires_at: known
                .cells
                .iter()
                .flatten()
                .filter_map(|cell| cell.expires_at)
                .min(),
        }
    }

    /// Since when a check has been in its state.
    pub(crate) fn since(&self, domain: &DomainName, check: &CheckId) -> Option<Timestamp> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(domain)?
            .cells
            .get(column(check)?)
            .copied()
            .flatten()
            .map(|cell| cell.since)
    }
}

impl Known {
    /// Keeps the worse of the two.
    fn offer(&mut self, candidate: Worst) {
        // What keeps the domain from being ready comes first; of the rest, the worse state.
        let urgency = |column: usize| {
            let state = self
                .cells
                .get(column)
                .copied()
                .flatten()
                .map_or(State::Skipped, |cell| cell.state);
            let priority = checks::ALL[column].priority;
            (
                priority == Priority::P1 && state.ok() == Some(false),
                state,
                Reverse(priority),
                Reverse(column),
            )
        };
        let is_fault = self.cells[candidate.column].is_some_and(|cell| cell.state > State::Ok);
        if is_fault
            && self
                .worst
                .as_ref()
                .is_none_or(|worst| urgency(candidate.column) > urgency(worst.column))
        {
            self.worst = Some(Box::new(candidate));
        }
    }

    fn verdict(&self) -> Verdict {
        verdict(
            self.cells
                .iter()
                .zip(checks::ALL)
                .filter_map(|(cell, check)| Some((check.priority, (*cell)?.state))),
        )
    }
}

/// One word for a domain's steps.
pub(crate) fn verdict(steps: impl Iterator<Item = (Priority, State)>) -> Verdict {
    let (mut ran, mut proved, mut worst, mut notes) = (false, false, State::Skipped, false);
    for (priority, state) in steps {
        ran = true;
        if priority == Priority::P1 {
            worst = worst.max(state);
            proved |= state.ok() == Some(true);
        }
        notes |= state > State::Ok;
    }
    match worst {
        _ if !ran => Verdict::Pending,
        State::Fail => Verdict::Fail,
        State::Unknown => Verdict::Unknown,
        // Every P1 step was skipped: nothing is proved, and so nothing is green.
        _ if !proved => Verdict::Unknown,
        _ if notes => Verdict::Warn,
        _ => Verdict::Ready,
    }
}

pub(crate) fn verdict_of(steps: &[Step]) -> Verdict {
    verdict(steps.iter().map(|step| (step.priority, step.state)))
}

fn column(check: &CheckId) -> Option<usize> {
    checks::ALL.iter().position(|known| known.id == *check)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Priority::{P1, P2};

    #[test]
    fn nothing_is_ready_without_a_proof() {
        let v = |steps: &[(Priority, State)]| verdict(steps.iter().copied());
        assert_eq!(v(&[]), Verdict::Pending);
        assert_eq!(v(&[(P1, State::Skipped), (P2, State::Ok)]), Verdict::Unknown);
        assert_eq!(v(&[(P1, State::Ok), (P1, State::Unknown)]), Verdict::Unknown);
        assert_eq!(v(&[(P1, State::Unknown), (P1, State::Fail)]), Verdict::Fail);
        assert_eq!(v(&[(P1, State::Ok), (P2, State::Fail)]), Verdict::Warn);
        assert_eq!(
            v(&[(P1, State::Ok), (P1, State::Skipped), (P2, State::Skipped)]),
            Verdict::Ready
        );
    }
}
