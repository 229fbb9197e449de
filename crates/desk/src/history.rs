//! The last 24 hours of a check, as spans of one state each.

use model::{CheckId, State, Timestamp, board::Span};
use store::RunStates;

/// `runs` oldest first. Where no run came for three periods the Desk was not watching, and nothing is known.
pub(crate) fn spans(
    runs: &[RunStates],
    check: &CheckId,
    from: Timestamp,
    now: Timestamp,
    period_ms: i64,
) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut push = |from: Timestamp, until: Timestamp, state: Option<State>| match spans.last_mut() {
        _ if from >= until => {}
        Some(last) if last.state == state => last.until = until,
        _ => spans.push(Span { from, until, state }),
    };
    let known = runs.iter().filter_map(|run| {
        let state = run.states.iter().find(|(id, _)| id == check)?.1;
        Some((run.at.max(from), state))
    });
    let (mut at, mut state) = (from, None);
    for (next, next_state) in known {
        let known_until = if state.is_some() {
            next.min(at.plus(3 * period_ms))
        } else {
            at
        };
        push(at, known_until, state);
        push(known_until, next, None);
        (at, state) = (next, Some(next_state));
    }
    let known_until = if state.is_some() {
        now.min(at.plus(3 * period_ms))
    } else {
        at
    };
    push(at, known_until, state);
    push(known_until, now, None);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_become_spans_and_a_gap_is_not_taken_for_the_last_state() {
        let check = CheckId::new("x");
        let run = |at, state| RunStates {
            at: Timestamp(at),
            states: vec![(check.clone(), state)],
        };
        let runs = [
            run(10, State::Ok),
            run(20, State::Ok),
            run(30, State::Fail),
            run(100, State::Ok),
        ];
        let spans = spans(&runs, &check, Timestamp(0), Timestamp(105), 10);
        let shown: Vec<_> = spans
            .iter()
            .map(|span| (span.from.0, span.until.0, span.state))
            .collect();
        let (ok, fail) = (Some(State::Ok), Some(State::Fail));
        assert_eq!(
            shown,
            [
                (0, 10, None),
                (10, 30, ok),
                (30, 60, fail),
                (60, 100, None),
                (100, 105, ok)
            ]
        );
    }
}
