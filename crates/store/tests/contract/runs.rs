//! The raw history behind the strips.

use crate::{IMAP, Place, SMTP, minute_of, name, record, run};
use model::{CheckId, State};

on_both_engines! {
    a_strip_shows_every_run_of_its_time_oldest_first
    old_runs_are_forgotten
}

async fn a_strip_shows_every_run_of_its_time_oldest_first(place: Place) {
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
    let runs = store.runs(&name("a.example"), minute_of(5)).await.unwrap();
    assert_eq!(
        runs.iter().map(|run| run.at).collect::<Vec<_>>(),
        [minute_of(5), minute_of(10)]
    );
    assert_eq!(
        runs[1].states,
        [
            (CheckId::new(IMAP), State::Fail),
            (CheckId::new(SMTP), State::Skipped)
        ]
    );
}

async fn old_runs_are_forgotten(place: Place) {
    let store = place.with(&["a.example"]).await;
    for minute in 0..4 {
        record(&store, &[run("a.example", minute, &[(IMAP, State::Ok)])]).await;
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.prune_runs(minute_of(3)).await.unwrap(), 3);
    tx.commit().await.unwrap();
    assert_eq!(
        store.runs(&name("a.example"), minute_of(0)).await.unwrap().len(),
        1
    );
    assert_eq!(
        store.steps(None).await.unwrap()[0].streak,
        4,
        "the latest answer stays"
    );
}
