//! Audits: every check of every domain at one time, and what each domain was worth then.

use crate::{CheckId, DomainName, State, Timestamp, score::Share};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One audit, from when it was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AuditCycle))]
pub struct Cycle {
    /// 1, 2, 3 …
    pub cycle_id: i64,
    pub origin: Origin,
    /// A username, where a person asked for it.
    pub asked_by: Option<String>,
    pub asked_at: Timestamp,
    /// From when on its evidence is. After a restart of the Desk the checks are run anew.
    pub began_at: Option<Timestamp>,
    /// `None` until it has judged.
    pub ended_at: Option<Timestamp>,
    /// How many domains it judged.
    pub domains: i64,
    /// Over the domains that have a score, rounded down.
    pub mean: Option<u8>,
}

/// Who asked for an audit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AuditOrigin))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Schedule,
    /// Another system, with the internal token.
    Machine,
    Person,
}

impl Origin {
    pub const ALL: [Self; 3] = [Self::Schedule, Self::Machine, Self::Person];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Machine => "machine",
            Self::Person => "person",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == text)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The audit that is under way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AuditRunning))]
pub struct Running {
    #[serde(flatten)]
    pub cycle: Cycle,
    /// Domains whose checks have run.
    pub done: usize,
    pub of: usize,
}

/// One domain in one audit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scorecard {
    pub domain: DomainName,
    pub tenant: Option<String>,
    /// From 0 to 100; null where no check applied.
    pub score: Option<u8>,
    /// Its score in the audit before.
    pub before: Option<u8>,
    pub groups: Vec<Share>,
    /// What the score lacks of the hundred, dearest first.
    pub costs: Vec<Cost>,
}

/// A check that cost a domain points.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreCost))]
pub struct Cost {
    pub check: CheckId,
    pub label: String,
    pub state: State,
    /// Of the score's hundred.
    pub points: u32,
}

/// One page of an audit's scorecards, the worst first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scorecards {
    /// Whose they are; null before the first audit has ended.
    pub cycle_id: Option<i64>,
    pub items: Vec<Scorecard>,
    pub next_cursor: Option<String>,
}

/// `GET /api/v1/audit/overview`: how everybody did in the latest audit, and how that has changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AuditOverview))]
pub struct Overview {
    /// The one that ended last.
    pub latest: Option<Cycle>,
    pub running: Option<Running>,
    /// When the schedule begins the next one.
    pub next_at: Option<Timestamp>,
    pub mean: Option<u8>,
    pub distribution: Vec<Range>,
    /// Domains without a score: no check applied to them.
    pub unscored: i64,
    pub worst: Vec<Scorecard>,
    /// The worst first.
    pub tenants: Vec<TenantScore>,
    /// The audits that have ended, newest first.
    pub trend: Vec<Cycle>,
    /// When this answer was made.
    pub now: Timestamp,
}

/// How many domains have a score in this range, both ends in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreRange))]
pub struct Range {
    pub from: u8,
    pub to: u8,
    pub domains: i64,
}

impl Range {
    /// The ranges that people tell apart, best first, with how many of these scores lie in each.
    pub fn over(scores: &[(u8, i64)]) -> Vec<Self> {
        let range = |(from, to): (u8, u8)| {
            let within = scores.iter().filter(|(score, _)| (from..=to).contains(score));
            Self {
                from,
                to,
                domains: within.map(|(_, domains)| domains).sum(),
            }
        };
        RANGES.map(range).into()
    }
}

/// A customer's domains together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TenantScore {
    /// Null: the domains of no tenant.
    pub tenant: Option<String>,
    pub domains: i64,
    pub mean: Option<u8>,
    pub lowest: Option<u8>,
}

/// The schedule's audits, as `/status` tells of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Audits {
    pub last_at: Option<Timestamp>,
    pub next_at: Option<Timestamp>,
}

const RANGES: [(u8, u8); 4] = [(100, 100), (90, 99), (70, 89), (0, 69)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_lies_in_one_range() {
        let all: Vec<(u8, i64)> = (0..=100).map(|score| (score, 1)).collect();
        let counts: Vec<i64> = Range::over(&all).iter().map(|range| range.domains).collect();
        assert_eq!(counts, [1, 10, 20, 70]);
    }

    #[test]
    fn an_origin_is_written_alike_in_a_row_and_in_json() {
        for origin in Origin::ALL {
            assert_eq!(serde_json::to_value(origin).unwrap(), origin.as_str());
            assert_eq!(Origin::parse(origin.as_str()), Some(origin));
        }
    }
}
