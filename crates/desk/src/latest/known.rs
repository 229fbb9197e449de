//! What is known of one domain: little, because there are many.

use super::switches::Switches;
use engine::checks;
use model::{
    CheckId, Code, Domain, Evidence, Group, Language, Priority, State, Step, Timestamp,
    board::{self, Row, Verdict},
    message,
    onboarding::NotGreen,
    score::Judged,
};
use std::cmp::Reverse;
use store::Run;

#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) domain: Domain,
    /// One per check, in the registry's order.
    cells: Box<[Option<Cell>]>,
    /// The worst of them, where anything is wrong.
    worst: Option<Box<Worst>>,
    sum: Sum,
}

/// What a board asks of every domain, whichever it shows: summed up once, when a cell changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    pub(crate) verdict: Verdict,
    /// When one of its checks last ran.
    pub(crate) checked_at: Option<Timestamp>,
    /// The earliest `not_after` among the leaves seen.
    pub(crate) expires_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    state: State,
    announced: bool,
    since: Timestamp,
    checked_at: Timestamp,
    expires_at: Option<Timestamp>,
}

/// Its sentence is kept, not its evidence, which is ten times as long.
#[derive(Clone, Debug)]
struct Worst {
    column: usize,
    pt: String,
    en: String,
}

impl Known {
    /// What each check says, in the registry's order; `None` where it has not run.
    pub(crate) fn states(&self) -> impl Iterator<Item = Option<State>> {
        self.cells.iter().map(|cell| cell.map(|cell| cell.state))
    }

    pub(crate) fn new(domain: Domain) -> Self {
        Self {
            domain,
            cells: no_cells(),
            worst: None,
            sum: Sum {
                verdict: Verdict::Pending,
                checked_at: None,
                expires_at: None,
            },
        }
    }

    /// Takes over what the database holds of a check; one that left the registry is left out.
    pub(crate) fn recall(&mut self, stored: &store::Cell) {
        if let Some(column) = column(&stored.check) {
            self.cells[column] = Some(Cell {
                state: stored.state,
                announced: stored.announced,
                since: stored.since,
                checked_at: stored.checked_at,
                expires_at: stored.expires_at,
            });
            self.sum_up();
        }
    }

    /// Follows a run of all checks. A fault that was announced stays so until its end is.
    pub(crate) fn update(&mut self, run: &Run) {
        let before = std::mem::replace(&mut self.cells, no_cells());
        self.worst = None;
        for finding in &run.findings {
            let Some(column) = column(&finding.check) else {
                continue;
            };
            let known = before[column];
            let same = known.filter(|cell| cell.state == finding.state);
            self.cells[column] = Some(Cell {
                state: finding.state,
                announced: known.is_some_and(|cell| cell.announced),
                since: same.map_or(run.at, |cell| cell.since),
                checked_at: run.at,
                expires_at: finding.evidence.leaf.as_ref().map(|leaf| leaf.not_after),
            });
            self.offer(&finding.check, finding.code, &finding.evidence);
        }
        self.sum_up();
    }

    pub(crate) fn announce(&mut self, check: &CheckId, announced: bool) {
        if let Some(cell) = column(check).and_then(|column| self.cells[column].as_mut()) {
            cell.announced = announced;
        }
    }

    /// Keeps the worse of this fault and the one that is kept; what is well is no fault.
    pub(crate) fn offer(&mut self, check: &CheckId, code: Code, evidence: &Evidence) {
        let Some(column) = column(check).filter(|column| self.urgency(*column).1 > State::Ok) else {
            return;
        };
        let is_worse = |worst: &Worst| self.urgency(column) > self.urgency(worst.column);
        if self.worst.as_deref().is_none_or(is_worse) {
            self.worst = Some(Box::new(Worst {
                column,
                pt: message::say(code, evidence, Language::Pt),
                en: message::say(code, evidence, Language::En),
            }));
        }
    }

    pub(crate) fn row(&self, switches: &Switches, language: Language) -> Row {
        let shown = |(column, is_on): (usize, bool)| match self.cells[column] {
            Some(cell) if is_on => Some(cell.shown()),
            None if is_on => None,
            _ => Some(DOES_NOT_APPLY),
        };
        let worst = self.worst.as_deref();
        Row {
            domain: self.domain.name.clone(),
            mail_host: self.domain.mail_host.clone(),
            site: self.domain.site.clone(),
            tenant: self.domain.tenant.clone(),
            verdict: self.sum.verdict,
            fault: worst.map_or_else(String::new, |worst| worst.said(language).to_owned()),
            fault_check: worst.map(|worst| checks::ALL[worst.column].id.clone()),
            cells: switches.of_domain(&self.domain).map(shown).collect(),
            since: worst
                .and_then(|worst| self.cells[worst.column])
                .map(|cell| cell.since),
            checked_at: self.sum.checked_at,
            expires_at: self.sum.expires_at,
        }
    }

    /// What the checks that are on have said since; one that has said nothing is unknown.
    pub(crate) fn judged(&self, switches: &Switches, since: Timestamp) -> Vec<Judged> {
        let on = switches.of_domain(&self.domain).filter(|(_, is_on)| *is_on);
        on.map(|(column, _)| {
            let check = checks::ALL[column];
            let seen = self.cells[column].filter(|cell| cell.checked_at >= since);
            Judged {
                check: check.id.clone(),
                group: check.group,
                priority: check.priority,
                state: seen.map_or(State::Unknown, |cell| cell.state),
            }
        })
        .collect()
    }

    pub(crate) fn sum(&self) -> Sum {
        self.sum
    }

    /// What keeps it from being ready, worst first: the P1 checks that are on for it and not green. Where none has
    /// proved anything, those too that do not apply.
    pub(crate) fn not_green(&self, switches: &Switches, language: Language) -> Vec<NotGreen> {
        let on = switches.of_domain(&self.domain).filter(|(_, is_on)| *is_on);
        let p1 = on.map(|(column, _)| column);
        let p1 = p1.filter(|column| checks::ALL[*column].priority == Priority::P1);
        let mut p1: Vec<usize> = p1.collect();
        p1.sort_by_key(|column| Reverse(self.urgency(*column)));
        let p1 = p1
            .into_iter()
            .map(|column| (checks::ALL[column], self.cells[column].map(|cell| cell.state)));
        let p1: Vec<_> = p1.collect();
        let is_green = |state: Option<State>| state.is_some_and(|state| state.ok() == Some(true));
        let is_any_green = p1.iter().any(|(_, state)| is_green(*state));
        let not_green = p1.into_iter().filter(|(_, state)| {
            let applies = *state != Some(State::Skipped);
            !is_green(*state) && (applies || !is_any_green)
        });
        let not_green = not_green.map(|(check, state)| NotGreen {
            check: check.id.clone(),
            label: check.label.in_language(language).to_owned(),
            state,
        });
        not_green.collect()
    }

    fn sum_up(&mut self) {
        let cells = || self.cells.iter().flatten();
        let states = self.cells.iter().zip(checks::ALL);
        self.sum = Sum {
            verdict: verdict(states.filter_map(|(cell, check)| Some((check.priority, (*cell)?.state)))),
            checked_at: cells().map(|cell| cell.checked_at).max(),
            expires_at: cells().filter_map(|cell| cell.expires_at).min(),
        };
    }

    /// What keeps the domain from being ready comes first; of the rest, the worse state; and of the same, what
    /// mail clients meet: it is what people call about, and the others are often its causes.
    fn urgency(&self, column: usize) -> (bool, State, Reverse<Priority>, bool, Reverse<usize>) {
        let state = self.cells[column].map_or(State::Skipped, |cell| cell.state);
        let check = checks::ALL[column];
        let blocks = check.priority == Priority::P1 && state.ok() == Some(false);
        let meets_clients = check.group == Group::MailTls;
        (
            blocks,
            state,
            Reverse(check.priority),
            meets_clients,
            Reverse(column),
        )
    }
}

fn no_cells() -> Box<[Option<Cell>]> {
    vec![None; checks::ALL.len()].into()
}

impl Cell {
    fn shown(self) -> board::Cell {
        board::Cell {
            state: self.state,
            announced: self.announced,
        }
    }
}

impl Worst {
    fn said(&self, language: Language) -> &str {
        match language {
            Language::Pt => &self.pt,
            Language::En => &self.en,
        }
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

const DOES_NOT_APPLY: board::Cell = board::Cell {
    state: State::Skipped,
    announced: false,
};

#[cfg(test)]
mod tests {
    use super::*;
    use Priority::{P1, P2};

    #[test]
    fn what_was_seen_earlier_is_not_judged() {
        let finding = |check, state| store::Finding {
            check: CheckId::new(check),
            state,
            code: Code::Ok,
            evidence: Evidence::default(),
            duration_ms: 1,
        };
        let domain = Domain::plain(model::DomainName::parse("a.example").unwrap());
        let mut known = Known::new(domain.clone());
        known.update(&Run {
            domain: domain.name,
            at: Timestamp(10),
            is_whole: true,
            holds: 0,
            findings: vec![
                finding("imap_cert_san_993", State::Ok),
                finding("smtp_cert_san_465", State::Skipped),
            ],
        });
        let states = |since| {
            let judged = known.judged(&Switches::of(&[]), Timestamp(since));
            let of = |id: &str| judged.iter().find(|one| one.check.as_str() == id).unwrap().state;
            (judged.len(), of("imap_cert_san_993"), of("smtp_cert_san_465"))
        };
        assert_eq!(states(10), (14, State::Ok, State::Skipped));
        assert_eq!(states(11), (14, State::Unknown, State::Unknown));
    }

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
