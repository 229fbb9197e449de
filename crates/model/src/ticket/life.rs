//! How a ticket lives: raised, raised again, reopened, proved to be gone, taken over by people. Pure: whoever calls
//! stores what comes of it.

use super::{Assignee, Draft, Entry, Fault, Kind, Moment, Priority, Status, Ticket};
use crate::{CheckId, Code, DomainName, Evidence, Patience, State, Timestamp, time::DAY};
use serde::{Deserialize, Serialize};

/// A ticket with what only the Desk needs to know of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    pub ticket: Ticket,
    /// `None`: a person opened it, and no report can join it.
    pub fault: Option<Fault>,
    /// The integration that reported it first, where it was not the Desk's own checks.
    pub reported_by: Option<String>,
    /// The checks that were seen red since it was opened, each as it was seen last.
    pub seen: Vec<Seen>,
    /// Good runs in a row since the last report.
    pub green_runs: u32,
    /// A certificate was deployed: one good run is enough.
    pub is_deployed: bool,
    pub resolved_at: Option<Timestamp>,
    /// How many lines its time line has in the database.
    pub lines: i64,
    /// The newest report that it stands on, which knows the one before it.
    pub last_report: Option<i64>,
}

/// What a check saw, at the moment in question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seen {
    pub check: CheckId,
    pub at: Timestamp,
    pub state: State,
    pub code: Code,
    pub evidence: Evidence,
}

/// A report that wants a ticket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raised {
    pub fault: Fault,
    pub kind: Kind,
    pub domain: Option<DomainName>,
    pub tenant: Option<String>,
    pub subject: String,
    pub priority: Priority,
    /// The integration, where it was not the Desk's own checks.
    pub from: Option<String>,
    /// What the Desk's own checks saw.
    pub seen: Vec<Seen>,
}

/// What a person changes. A field that is absent stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Edit {
    pub status: Option<Status>,
    pub priority: Option<Priority>,
    pub assigned_to: Assignee,
    pub subject: Option<String>,
}

/// A run in which all checks of a ticket's kind were good, and what they saw.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Green {
    pub at: Timestamp,
    pub seen: Vec<Seen>,
}

impl Case {
    /// The ticket of a fault that has none, nor had one that came to its end within the last day.
    pub fn open(id: String, number: i64, raised: Raised, at: Timestamp) -> Self {
        let draft = Draft {
            subject: raised.subject,
            body: None,
            priority: raised.priority,
            domain: raised.domain,
            kind: raised.kind,
        };
        Self {
            fault: Some(raised.fault),
            reported_by: raised.from,
            seen: raised.seen,
            ..Self::by_hand(id, number, draft, raised.tenant, at)
        }
    }

    /// A ticket that a person opens: no report joins it.
    pub fn by_hand(id: String, number: i64, draft: Draft, tenant: Option<String>, at: Timestamp) -> Self {
        Self {
            ticket: draft.into_ticket(id, number, tenant, at),
            fault: None,
            reported_by: None,
            seen: Vec::new(),
            green_runs: 0,
            is_deployed: false,
            resolved_at: None,
            lines: 0,
            last_report: None,
        }
    }

    /// Whether a report at this time belongs to this ticket, and not to a new one.
    pub fn takes(&self, at: Timestamp) -> bool {
        self.ticket.status.is_live()
            || self
                .resolved_at
                .is_some_and(|resolved| at.since(resolved) < REOPENED_WITHIN)
    }

    /// The fault was reported again.
    pub fn raise(&mut self, raised: Raised, at: Timestamp) -> Vec<Entry> {
        let mut entries = Vec::new();
        let ticket = &mut self.ticket;
        ticket.occurrences += 1;
        ticket.last_seen_at = ticket.last_seen_at.max(at);
        ticket.updated_at = ticket.updated_at.max(at);
        self.green_runs = 0;
        self.is_deployed = false;
        for seen in raised.seen {
            self.seen.retain(|known| known.check != seen.check);
            self.seen.push(seen);
        }
        if !ticket.status.is_live() {
            let before = ticket.status;
            ticket.status = if ticket.assigned_to.is_some() {
                Status::InProgress
            } else {
                Status::Open
            };
            ticket.version += 1;
            self.resolved_at = None;
            entries.push(by_itself(at, Moment::Reopened { before }));
        }
        if raised.priority > ticket.priority && !self.is_taken_over() {
            let (before, after) = (self.ticket.priority, raised.priority);
            self.ticket.priority = after;
            self.ticket.version += 1;
            entries.push(by_itself(at, Moment::Priority { before, after }));
        }
        entries
    }

    /// A person has it: what the Desk finds out is noted, and they decide.
    pub fn is_taken_over(&self) -> bool {
        self.ticket.assigned_to.is_some() || self.ticket.status != Status::Open
    }

    /// A good run; after enough of them in a row the fault is proved to be gone. That is said once.
    pub fn green(&mut self, green: Green, patience: Patience) -> Option<Entry> {
        let Green { at, seen } = green;
        // Evidence, or nothing: a run before the last report proves nothing about it.
        if seen.is_empty() || at <= self.ticket.last_seen_at || !self.ticket.status.is_live() {
            return None;
        }
        self.green_runs = self.green_runs.saturating_add(1);
        let wanted = if self.is_deployed { 1 } else { patience.close_after };
        if self.green_runs != wanted {
            return None;
        }
        let resolved = !self.is_taken_over();
        self.ticket.updated_at = at;
        if resolved {
            self.ticket.status = Status::Resolved;
            self.ticket.version += 1;
            self.resolved_at = Some(at);
        }
        let what = Moment::Recovered {
            resolved,
            reported_from_outside: self.reported_by.clone(),
            before: self.seen.clone(),
            after: self.proof(seen),
        };
        Some(by_itself(at, what))
    }

    /// A run in which a check of its kind was not good.
    pub fn red(&mut self) {
        self.green_runs = 0;
    }

    /// A certificate that concerns it was deployed.
    pub fn deployed(&mut self, integration: &str, at: Timestamp) -> Entry {
        self.is_deployed = true;
        self.green_runs = 0;
        self.ticket.updated_at = self.ticket.updated_at.max(at);
        let integration = integration.to_owned();
        by_itself(at, Moment::Deployed { integration })
    }

    /// What a person changes; nothing where all is so already.
    pub fn edit(&mut self, edit: Edit, who: &str, at: Timestamp) -> Vec<Entry> {
        let ticket = &mut self.ticket;
        let mut moments = Vec::new();
        if let Some(after) = changed(edit.subject, &ticket.subject) {
            let before = std::mem::replace(&mut ticket.subject, after.clone());
            moments.push(Moment::Subject { before, after });
        }
        if let Some(after) = changed(edit.priority, &ticket.priority) {
            let before = std::mem::replace(&mut ticket.priority, after);
            moments.push(Moment::Priority { before, after });
        }
        let assigned_to = match edit.assigned_to {
            Assignee::AsBefore => None,
            Assignee::Nobody => Some(None),
            Assignee::Somebody(name) => Some(Some(name)),
        };
        if let Some(after) = changed(assigned_to, &ticket.assigned_to) {
            let before = std::mem::replace(&mut ticket.assigned_to, after.clone());
            moments.push(Moment::Assigned { before, after });
        }
        if let Some(after) = changed(edit.status, &ticket.status) {
            let before = std::mem::replace(&mut ticket.status, after);
            self.resolved_at = match (before.is_live(), after.is_live()) {
                (true, false) => Some(at),
                (false, false) => self.resolved_at,
                (_, true) => None,
            };
            // What was proved before somebody looked at it again has to be proved anew.
            self.green_runs = 0;
            moments.push(Moment::Status { before, after });
        }
        if !moments.is_empty() {
            ticket.updated_at = at;
            ticket.version += 1;
        }
        let who = Some(who.to_owned());
        moments
            .into_iter()
            .map(|what| Entry {
                at,
                who: who.clone(),
                what,
            })
            .collect()
    }

    /// The checks that had been red, as they are now; where none had been, all that was seen.
    fn proof(&self, mut seen: Vec<Seen>) -> Vec<Seen> {
        let was_red = |seen: &Seen| self.seen.iter().any(|red| red.check == seen.check);
        if seen.iter().any(was_red) {
            seen.retain(was_red);
        }
        seen
    }
}

fn changed<T: PartialEq>(wanted: Option<T>, now: &T) -> Option<T> {
    wanted.filter(|wanted| wanted != now)
}

fn by_itself(at: Timestamp, what: Moment) -> Entry {
    Entry { at, who: None, what }
}

/// A fault that comes back later gets a ticket of its own.
const REOPENED_WITHIN: i64 = DAY;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR, MINUTE};

    #[test]
    fn a_repeat_counts_and_a_worse_one_makes_it_more_urgent() {
        let mut case = opened();
        assert_eq!(case.raise(raised(Priority::Normal), minute(1)), []);
        assert_eq!(
            (case.ticket.occurrences, case.ticket.last_seen_at),
            (2, minute(1))
        );
        assert_eq!(case.ticket.version, 1, "nobody's edit is lost by it");
        let entries = case.raise(raised(Priority::Urgent), minute(2));
        assert!(matches!(
            entries[..],
            [Entry {
                what: Moment::Priority { .. },
                ..
            }]
        ));
        // What a person has set stays.
        case.edit(taken(), "mini", minute(3));
        case.edit(lowered(), "mini", minute(3));
        assert_eq!(case.raise(raised(Priority::Urgent), minute(4)), []);
        assert_eq!(case.ticket.priority, Priority::Low);
    }

    #[test]
    fn two_good_runs_in_a_row_after_the_last_report_resolve_it_with_proof() {
        let mut case = opened();
        assert_eq!(
            case.green(green(0), patience()),
            None,
            "it is no later than the report"
        );
        assert_eq!(case.green(green(1), patience()), None);
        case.red();
        assert_eq!(case.green(green(2), patience()), None);
        assert_eq!(
            case.green(
                Green {
                    at: minute(3),
                    seen: Vec::new()
                },
                patience()
            ),
            None
        );
        let entry = case.green(green(4), patience()).unwrap();
        let Moment::Recovered {
            resolved,
            before,
            after,
            ..
        } = entry.what
        else {
            panic!("{entry:?}");
        };
        assert!(resolved);
        assert_eq!((before[0].state, after[0].state), (State::Fail, State::Ok));
        assert_eq!(after.len(), 1, "only what had been red");
        assert_eq!((case.ticket.status, case.ticket.version), (Status::Resolved, 2));
    }

    #[test]
    fn a_ticket_that_a_person_has_is_not_resolved_and_says_so_once() {
        for edit in [
            taken(),
            Edit {
                status: Some(Status::Waiting),
                ..Edit::default()
            },
        ] {
            let mut case = opened();
            case.edit(edit, "mini", minute(1));
            let said: Vec<_> = (2..9)
                .filter_map(|at| case.green(green(at), patience()))
                .collect();
            assert!(matches!(
                said[..],
                [Entry {
                    what: Moment::Recovered { resolved: false, .. },
                    ..
                }]
            ));
            assert!(case.ticket.status.is_live());
        }
    }

    #[test]
    fn after_a_deployment_one_good_run_is_enough() {
        let mut case = opened();
        case.deployed("vm112", minute(1));
        assert!(case.green(green(2), patience()).is_some());
    }

    #[test]
    fn a_fault_that_comes_back_within_a_day_reopens_its_ticket() {
        let mut case = opened();
        case.edit(
            Edit {
                status: Some(Status::Resolved),
                ..Edit::default()
            },
            "root",
            minute(1),
        );
        assert!(case.takes(minute(1).plus(23 * HOUR)) && !case.takes(minute(1).plus(DAY)));
        let entries = case.raise(raised(Priority::Normal), minute(2));
        assert!(matches!(
            entries[..],
            [Entry {
                what: Moment::Reopened {
                    before: Status::Resolved
                },
                ..
            }]
        ));
        assert_eq!(
            (case.ticket.status, case.ticket.occurrences, case.resolved_at),
            (Status::Open, 2, None)
        );
        assert_eq!(case.ticket.version, 3);
    }

    #[test]
    fn an_edit_that_changes_nothing_is_none() {
        let mut case = opened();
        let same = Edit {
            status: Some(Status::Open),
            priority: Some(Priority::Normal),
            ..Edit::default()
        };
        assert_eq!(case.edit(same, "root", minute(1)), []);
        assert_eq!((case.ticket.version, case.ticket.updated_at), (1, minute(0)));
    }

    fn opened() -> Case {
        Case::open("x".into(), 1, raised(Priority::Normal), minute(0))
    }

    fn raised(priority: Priority) -> Raised {
        let domain = DomainName::parse("a.example").unwrap();
        Raised {
            fault: Fault::of_domain(Kind::MailTls, &domain),
            kind: Kind::MailTls,
            domain: Some(domain),
            tenant: None,
            subject: "Wrong Site".into(),
            priority,
            from: None,
            seen: vec![seen("imap", State::Fail, 0)],
        }
    }

    fn green(at: i64) -> Green {
        let seen = vec![seen("imap", State::Ok, at), seen("smtp", State::Ok, at)];
        Green { at: minute(at), seen }
    }

    fn seen(check: &str, state: State, at: i64) -> Seen {
        Seen {
            check: CheckId::from_text(check),
            at: minute(at),
            state,
            code: Code::Ok,
            evidence: Evidence::default(),
        }
    }

    fn taken() -> Edit {
        Edit {
            assigned_to: Assignee::Somebody("mini".into()),
            ..Edit::default()
        }
    }

    fn lowered() -> Edit {
        Edit {
            priority: Some(Priority::Low),
            ..Edit::default()
        }
    }

    fn patience() -> Patience {
        Patience {
            open_after: 2,
            close_after: 2,
        }
    }

    fn minute(nth: i64) -> Timestamp {
        Timestamp(nth * MINUTE)
    }
}
