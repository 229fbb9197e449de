//! The raw history behind the strips.

use crate::{IMAP, Place, SMTP, minute_of, name, record, run};
use model::{CheckId, DomainName, State};
use store::Store;

on_both_engines! {
    a_strip_shows_what_was_said_in_its_time_oldest_first
    runs_that_say_the_same_are_one_stretch_until_one_says_another_or_none_came
    what_was_committed_before_a_restart_is_continued
}

async fn a_strip_shows_what_was_said_in_its_time_oldest_first(place: Place) {
    let store = place.with(&["a.example", "b.example"]).await;
    // As they were committed, which need not be the order in which they began.
    for (minute, imap) in [(10, State::Fail), (0, State::Ok), (5, State::Unknown)] {
        let said = [(IMAP, imap), (SMTP, State::Skipped)];
        record(
            &store,
            &[run("a.example", minute, &said), run("b.example", minute, &[])],
        )
        .await;
    }
    let stretches = store.stretches(&name("a.example"), minute_of(5)).await.unwrap();
    assert_eq!(
        stretches.iter().map(|stretch| stretch.from).collect::<Vec<_>>(),
        [minute_of(5), minute_of(10)]
    );
    assert_eq!(
        stretches[1].states,
        [
            (CheckId::new(IMAP), State::Fail),
            (CheckId::new(SMTP), State::Skipped)
        ]
    );
}

async fn runs_that_say_the_same_are_one_stretch_until_one_says_another_or_none_came(place: Place) {
    let store = place.with(&["a.example"]).await;
    let (ok, fail) = ([(IMAP, State::Ok)], [(IMAP, State::Fail)]);
    // Some by themselves, some in one transaction.
    record(&store, &[run("a.example", 0, &ok)]).await;
    record(
        &store,
        &[
            run("a.example", 5, &ok),
            run("a.example", 10, &ok),
            run("a.example", 15, &fail),
        ],
    )
    .await;
    record(&store, &[run("a.example", 20, &fail)]).await;
    record(&store, &[run("a.example", 36, &fail)]).await;
    assert_eq!(
        stretches(&store, &name("a.example")).await,
        [(0, 10, 3), (15, 20, 2), (36, 36, 1)],
        "from, until, times"
    );
}

async fn what_was_committed_before_a_restart_is_continued(place: Place) {
    let said = [(IMAP, State::Ok)];
    let store = place.with(&["a.example"]).await;
    record(&store, &[run("a.example", 0, &said)]).await;
    store.close().await;
    let store = place.open().await;
    record(&store, &[run("a.example", 5, &said)]).await;
    assert_eq!(stretches(&store, &name("a.example")).await, [(0, 5, 2)]);
}

async fn stretches(store: &Store, domain: &DomainName) -> Vec<(i64, i64, u32)> {
    let stretches = store.stretches(domain, minute_of(0)).await.unwrap();
    let minute = |at: model::Timestamp| at.since(minute_of(0)) / model::time::MINUTE;
    stretches
        .iter()
        .map(|stretch| (minute(stretch.from), minute(stretch.until), stretch.times))
        .collect()
}
