//! Faults that last are announced once, and once when they are over; flapping is not.

use crate::{IMAP, Place, SMTP, minute_of, name, record, run};
use model::{
    Code, Patience, State,
    State::{Fail, Ok, Skipped, Unknown, Warn},
    event::{Event, What},
};
use store::{Run, Store};

on_both_engines! {
    the_second_failing_run_in_a_row_is_announced_and_the_second_good_one_ends_it
    flapping_announces_nothing
    what_could_not_be_seen_neither_makes_a_fault_nor_ends_it
    a_restart_in_between_changes_nothing
    how_many_runs_it_takes_is_configured
    a_check_that_is_switched_off_says_so_and_is_forgotten
    a_run_of_some_checks_switches_nothing_off
}

async fn the_second_failing_run_in_a_row_is_announced_and_the_second_good_one_ends_it(place: Place) {
    let store = place.with(&["a.example"]).await;
    let said = [Ok, Fail, Fail, Fail, Warn, Ok, Ok, Fail];
    assert_eq!(announced(&store, &said).await, [(2, Fail), (5, Ok)]);
    let step = &store.steps(None).await.unwrap()[0];
    assert_eq!((step.announced, step.streak), (false, 1), "it is failing again");
}

async fn flapping_announces_nothing(place: Place) {
    let store = place.with(&["a.example"]).await;
    assert_eq!(announced(&store, &[Fail, Ok, Fail, Ok, Fail, Ok, Fail]).await, []);
    // Nor does it end what was announced.
    assert_eq!(
        announced(&store, &[Fail, Ok, Fail, Ok, Fail, Fail]).await,
        [(0, Fail)]
    );
}

async fn what_could_not_be_seen_neither_makes_a_fault_nor_ends_it(place: Place) {
    let store = place.with(&["a.example"]).await;
    assert_eq!(
        announced(&store, &[Fail, Unknown, Fail, Unknown, Unknown]).await,
        []
    );
    assert_eq!(
        announced(&store, &[Fail, Fail, Ok, Unknown, Ok, Unknown]).await,
        [(1, Fail)]
    );
    assert_eq!(
        announced(&store, &[Skipped, Skipped]).await,
        [(1, Skipped)],
        "it no longer applies"
    );
}

async fn a_restart_in_between_changes_nothing(place: Place) {
    place.with(&["a.example"]).await.close().await;
    let mut all = Vec::new();
    for (minute, state) in (0..).zip([Fail, Fail, Ok, Ok]) {
        let store = place.open().await;
        let events = record(&store, &[run("a.example", minute, &[(IMAP, state)])]).await;
        all.extend(events.iter().filter_map(announcement));
        // As much as a kill leaves: nothing but what was committed.
        store.close().await;
    }
    assert_eq!(all, [Fail, Ok]);
}

async fn how_many_runs_it_takes_is_configured(place: Place) {
    let store = place.with(&["a.example"]).await;
    let patience = Patience {
        open_after: 3,
        close_after: 1,
    };
    let runs: Vec<Run> = (0..)
        .zip([Fail, Fail, Fail, Ok])
        .map(|(minute, state)| run("a.example", minute, &[(IMAP, state)]))
        .collect();
    let mut tx = store.begin().await.unwrap();
    let events = tx.record(&runs, patience).await.unwrap();
    tx.commit().await.unwrap();
    let announced: Vec<_> = events
        .iter()
        .filter_map(|event| Some((event.at, announcement(event)?)))
        .collect();
    assert_eq!(announced, [(minute_of(2), Fail), (minute_of(3), Ok)]);
}

async fn a_check_that_is_switched_off_says_so_and_is_forgotten(place: Place) {
    let store = place.with(&["a.example"]).await;
    for minute in 0..2 {
        let all = whole(run("a.example", minute, &[(IMAP, Ok), (SMTP, Fail)]));
        record(&store, &[all]).await;
    }
    let events = record(&store, &[whole(run("a.example", 2, &[(IMAP, Ok)]))]).await;
    let said: Vec<_> = events.into_iter().map(|event| event.what).collect();
    let (domain, check) = (name("a.example"), model::CheckId::new(SMTP));
    assert_eq!(
        said,
        [
            What::Check {
                domain: domain.clone(),
                check: check.clone(),
                before: Some(Fail),
                state: Skipped,
                code: Code::NotConfigured,
            },
            What::Announced {
                domain,
                check,
                state: Skipped,
                code: Code::NotConfigured,
            }
        ]
    );
    let steps = store.steps(None).await.unwrap();
    assert_eq!(
        steps.iter().map(|step| step.check.as_str()).collect::<Vec<_>>(),
        [IMAP]
    );

    // Switched on again, it begins anew.
    let events = record(&store, &[whole(run("a.example", 3, &[(IMAP, Ok), (SMTP, Fail)]))]).await;
    assert_eq!(events.iter().filter_map(announcement).count(), 0);
    assert_eq!(store.steps(None).await.unwrap().len(), 2);
}

async fn a_run_of_some_checks_switches_nothing_off(place: Place) {
    let store = place.with(&["a.example"]).await;
    record(&store, &[whole(run("a.example", 0, &[(IMAP, Ok), (SMTP, Ok)]))]).await;
    assert_eq!(record(&store, &[run("a.example", 1, &[(SMTP, Ok)])]).await, []);
    assert_eq!(store.steps(None).await.unwrap().len(), 2);
}

/// Records a run a minute, and returns which of them was announced, and as what.
async fn announced(store: &Store, said: &[State]) -> Vec<(usize, State)> {
    let mut announced = Vec::new();
    for (nth, state) in said.iter().enumerate() {
        let minute = store.last_event_id().await.unwrap() * 100 + i64::try_from(nth).unwrap();
        let events = record(store, &[run("a.example", minute, &[(IMAP, *state)])]).await;
        announced.extend(events.iter().filter_map(announcement).map(|state| (nth, state)));
    }
    announced
}

fn announcement(event: &Event) -> Option<State> {
    match event.what {
        What::Announced { state, .. } => Some(state),
        _ => None,
    }
}

fn whole(run: Run) -> Run {
    Run {
        is_whole: true,
        ..run
    }
}
