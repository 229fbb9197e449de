//! The last 24 hours of a check, as spans of one state each.

use model::{CheckId, State, Timestamp, board::Span};
use store::Stretch;

/// `stretches` oldest first. An answer holds for `holds` ms: after that the Desk was not watching, and nothing
/// is known.
pub(crate) fn spans(
    stretches: &[Stretch],
    check: &CheckId,
    from: Timestamp,
    now: Timestamp,
    holds: i64,
) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut push = |from: Timestamp, until: Timestamp, state: Option<State>| match spans.last_mut() {
        _ if from >= until => {}
        Some(last) if last.state == state => last.until = until,
        _ => spans.push(Span { from, until, state }),
    };
    let known = stretches.iter().filter_map(|stretch| {
        let state = stretch.states.iter().find(|(id, _)| id == check)?.1;
        Some((stretch.from, stretch.until.plus(holds), state))
    });
    let mut known = known.peekable();
    let mut at = from;
    while let Some((begun, held, state)) = known.next() {
        let next = known.peek().map_or(now, |(next, ..)| *next);
        push(at, begun.max(at), None);
        at = begun.max(at);
        let until = held.min(next).clamp(at, now.max(at));
        push(at, until, Some(state));
        at = until;
    }
    push(at, now, None);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_become_spans_and_a_gap_is_not_taken_for_the_last_state() {
        let check = CheckId::new("x");
        let stretch = |from, until, state| Stretch {
            from: Timestamp(from),
            until: Timestamp(until),
            times: 1,
            states: vec![(check.clone(), state)],
        };
        let other = Stretch {
            states: vec![(CheckId::new("y"), State::Warn)],
            ..stretch(25, 25, State::Warn)
        };
        let (ok, fail) = (Some(State::Ok), Some(State::Fail));
        let shown = |stretches: &[Stretch]| -> Vec<_> {
            spans(stretches, &check, Timestamp(0), Timestamp(105), 30)
                .iter()
                .map(|span| (span.from.0, span.until.0, span.state))
                .collect()
        };
        assert_eq!(
            shown(&[
                stretch(10, 20, State::Ok),
                other,
                stretch(30, 30, State::Fail),
                stretch(100, 100, State::Ok)
            ]),
            [
                (0, 10, None),
                (10, 30, ok),
                (30, 60, fail),
                (60, 100, None),
                (100, 105, ok)
            ]
        );
        assert_eq!(shown(&[]), [(0, 105, None)]);
        assert_eq!(
            shown(&[stretch(-20, -10, State::Ok)]),
            [(0, 20, ok), (20, 105, None)]
        );
        // A run that began within another's stretch and was written later.
        assert_eq!(
            shown(&[stretch(0, 90, State::Ok), stretch(50, 50, State::Fail)]),
            [(0, 50, ok), (50, 80, fail), (80, 105, None)]
        );
    }
}
