//! A domain's score: how much of what its checks ask for was proved, in hundredths.

use crate::{CheckId, Group, Priority, State};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// What one check said, as far as a score asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    pub check: CheckId,
    pub group: Group,
    pub priority: Priority,
    pub state: State,
}

/// From 0 to 100. What it lacks of the hundred, its costs name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Score {
    /// `None` where no check applies: nothing to judge is not good.
    pub value: Option<u8>,
    pub shares: Vec<Share>,
    pub costs: Vec<Cost>,
}

/// What a group of checks has of what it could have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ScoreShare))]
pub struct Share {
    pub group: Group,
    /// A P1 weighs six and a P2 two; a warning has half of it.
    pub points: u32,
    pub of: u32,
}

/// A check that is not well.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cost {
    pub check: CheckId,
    pub state: State,
    /// Of the score's hundred.
    pub points: u32,
}

impl Score {
    /// Every check that is not skipped counts. Rounded down: only the whole is 100.
    pub fn of(judged: &[Judged]) -> Self {
        let counted = || judged.iter().filter(|one| one.state != State::Skipped);
        let shares = Group::ALL.into_iter().filter_map(|group| {
            let all = || counted().filter(|one| one.group == group);
            all().next().map(|_| Share {
                group,
                points: all().map(earned).sum(),
                of: all().map(|one| weight(one.priority)).sum(),
            })
        });
        let shares: Vec<Share> = shares.collect();
        let (points, of) = shares.iter().fold((0, 0), |(points, of), share| {
            (points + share.points, of + share.of)
        });
        Self {
            value: percent(points, of),
            costs: costs(counted(), of),
            shares,
        }
    }
}

/// Rounded down; `None` of nothing.
pub fn percent(points: u32, of: u32) -> Option<u8> {
    let share = u64::from(points) * 100 / u64::from(if of == 0 { return None } else { of });
    u8::try_from(share.min(100)).ok()
}

/// What each check costs, dearest first. Score and costs are a hundred together: what rounding leaves over goes to
/// those that lost the most of it.
fn costs<'a>(counted: impl Iterator<Item = &'a Judged>, of: u32) -> Vec<Cost> {
    let lost = counted.map(|one| (one, (weight(one.priority) - earned(one)) * 100));
    let mut lost: Vec<(&Judged, u32)> = lost.filter(|(_, lost)| *lost > 0).collect();
    // Of equal costs, what mail clients meet: it is what people call about. Else in the registry's order.
    lost.sort_by_key(|(one, lost)| (Reverse(*lost), one.group != Group::MailTls));
    let whole: u32 = lost.iter().map(|(_, lost)| lost).sum();
    let floors: u32 = lost.iter().map(|(_, lost)| lost / of).sum();
    let mut left_over = whole.div_ceil(of.max(1)) - floors;
    let mut by_rest: Vec<usize> = (0..lost.len()).collect();
    by_rest.sort_by_key(|nth| Reverse(lost[*nth].1 % of));
    let mut points: Vec<u32> = lost.iter().map(|(_, lost)| lost / of).collect();
    for nth in by_rest {
        if left_over > 0 {
            points[nth] += 1;
            left_over -= 1;
        }
    }
    let costs = lost.into_iter().zip(points);
    costs
        .map(|((one, _), points)| Cost {
            check: one.check.clone(),
            state: one.state,
            points,
        })
        .collect()
}

/// Even numbers, so that half of them is whole.
fn weight(priority: Priority) -> u32 {
    match priority {
        Priority::P1 => 6,
        Priority::P2 => 2,
    }
}

/// What could not be seen is never green.
fn earned(one: &Judged) -> u32 {
    match one.state {
        State::Ok => weight(one.priority),
        State::Warn => weight(one.priority) / 2,
        State::Fail | State::Unknown | State::Skipped => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Priority::{P1, P2};
    use State::{Fail, Ok, Skipped, Unknown, Warn};

    fn score(said: &[(Priority, State)]) -> Score {
        let judged = said
            .iter()
            .zip(CHECKS.iter().cycle())
            .map(|((priority, state), check)| Judged {
                check: CheckId::new(check),
                group: Group::MailTls,
                priority: *priority,
                state: *state,
            });
        Score::of(&judged.collect::<Vec<_>>())
    }

    fn value(said: &[(Priority, State)]) -> Option<u8> {
        score(said).value
    }

    #[test]
    fn a_p1_weighs_three_times_a_p2_and_a_warning_has_half() {
        assert_eq!(value(&[(P1, Ok), (P2, Ok)]), Some(100));
        assert_eq!(value(&[(P1, Ok), (P2, Fail)]), Some(75));
        assert_eq!(value(&[(P1, Fail), (P2, Ok)]), Some(25));
        assert_eq!(value(&[(P1, Warn)]), Some(50));
        assert_eq!(value(&[(P1, Warn), (P2, Ok)]), Some(62));
    }

    #[test]
    fn what_could_not_be_seen_is_worth_no_more_than_a_failure() {
        assert_eq!(value(&[(P1, Ok), (P1, Unknown)]), value(&[(P1, Ok), (P1, Fail)]));
        assert_eq!(value(&[(P1, Unknown)]), Some(0));
    }

    #[test]
    fn what_does_not_apply_does_not_count_and_nothing_to_judge_is_no_score() {
        assert_eq!(value(&[(P1, Ok), (P1, Skipped), (P2, Skipped)]), Some(100));
        assert_eq!(score(&[]), Score::default());
        assert_eq!(value(&[(P1, Skipped)]), None);
    }

    #[test]
    fn only_the_whole_is_a_hundred() {
        let mut many = vec![(P1, Ok); 60];
        many.push((P2, Warn));
        assert_eq!(value(&many), Some(99));
    }

    #[test]
    fn score_and_costs_are_a_hundred_together_and_the_dearest_comes_first() {
        let some = score(&[(P1, Fail), (P1, Ok), (P2, Warn), (P1, Unknown), (P2, Fail)]);
        assert_eq!(some.value, Some(31));
        let costs: Vec<_> = some
            .costs
            .iter()
            .map(|cost| (cost.check.as_str(), cost.points))
            .collect();
        assert_eq!(costs, [("a", 28), ("d", 27), ("e", 9), ("c", 5)]);
        // Whatever comes.
        let states = [Ok, Warn, Fail, Unknown, Skipped];
        for seed in 0..3_000_usize {
            let said: Vec<_> = (0..CHECKS.len())
                .map(|nth| {
                    let dice = seed.wrapping_mul(2_654_435_761) >> nth;
                    (if dice % 3 == 0 { P2 } else { P1 }, states[dice % 5])
                })
                .collect();
            let Score { value, costs, shares } = score(&said);
            let Some(value) = value else { continue };
            let lost: u32 = costs.iter().map(|cost| cost.points).sum();
            assert_eq!(u32::from(value) + lost, 100, "{said:?}");
            assert!(
                shares
                    .iter()
                    .all(|share| share.points <= share.of && share.of > 0)
            );
        }
    }

    #[test]
    fn each_group_that_counts_has_its_share() {
        let judged = |group, state| Judged {
            check: CheckId::new("a"),
            group,
            priority: P1,
            state,
        };
        let score = Score::of(&[
            judged(Group::MailTls, Ok),
            judged(Group::Infra, Ok),
            judged(Group::Infra, Fail),
            judged(Group::Admin, Skipped),
        ]);
        let shares: Vec<_> = score
            .shares
            .iter()
            .map(|share| (share.group, share.points, share.of))
            .collect();
        assert_eq!(shares, [(Group::Infra, 6, 12), (Group::MailTls, 6, 6)]);
    }

    #[test]
    fn of_equal_costs_what_mail_clients_meet_comes_first() {
        let judged = |check, group| Judged {
            check: CheckId::new(check),
            group,
            priority: P1,
            state: Fail,
        };
        let score = Score::of(&[judged("a", Group::Infra), judged("b", Group::MailTls)]);
        let costs: Vec<_> = score.costs.iter().map(|cost| cost.check.as_str()).collect();
        assert_eq!(costs, ["b", "a"]);
    }

    const CHECKS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
}
