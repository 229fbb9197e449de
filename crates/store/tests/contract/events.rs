//! Events: each once, in the order of the commits, whoever writes.

use crate::{IMAP, Place, minute_of, record, run};
use model::{Patience, State};
use std::time::Duration;
use store::Store;

on_both_engines! {
    two_writers_at_once_never_show_a_later_event_before_an_earlier_one
    a_transaction_that_is_undone_leaves_no_hole
    forgotten_events_do_not_give_their_ids_away
    the_stream_is_forgotten_from_its_beginning
}

/// A reader that resumes after the newest id it saw must never miss one that was committed later.
async fn two_writers_at_once_never_show_a_later_event_before_an_earlier_one(place: Place) {
    // Two stores on one database, as of two processes.
    let (one, two) = (place.with(&["a.example", "b.example"]).await, place.open().await);
    let writer = |store: Store, domain: &'static str| {
        tokio::spawn(async move {
            for turn in 0..TURNS {
                let state = if turn % 2 == 0 { State::Ok } else { State::Fail };
                let mut tx = store.begin().await.unwrap();
                let runs = [run(domain, turn, &[(IMAP, state)])];
                tx.record(&runs, Patience::default()).await.unwrap();
                // Between getting an id and committing it: where another writer could slip in.
                tokio::time::sleep(Duration::from_millis(1)).await;
                tx.commit().await.unwrap();
            }
        })
    };
    let writers = [writer(one.clone(), "a.example"), writer(two, "b.example")];
    let mut seen = 0;
    while seen < TURNS * 2 {
        for event in one.events_after(seen, 7).await.unwrap() {
            assert_eq!(event.id, seen + 1, "one was left out");
            seen = event.id;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(one.last_event_id().await.unwrap(), TURNS * 2);
}

async fn a_transaction_that_is_undone_leaves_no_hole(place: Place) {
    let store = place.with(&["a.example"]).await;
    let mut tx = store.begin().await.unwrap();
    let runs = [run("a.example", 0, &[(IMAP, State::Ok)])];
    tx.record(&runs, Patience::default()).await.unwrap();
    drop(tx);
    assert_eq!(store.last_event_id().await.unwrap(), 0);
    assert_eq!(store.first_event_id().await.unwrap(), None);
    let events = record(&store, &[run("a.example", 1, &[(IMAP, State::Ok)])]).await;
    assert_eq!(events[0].id, 1);
    assert_eq!(store.first_event_id().await.unwrap(), Some(1));
}

async fn forgotten_events_do_not_give_their_ids_away(place: Place) {
    let store = place.with(&["a.example"]).await;
    for (minute, state) in [(0, State::Ok), (1, State::Fail), (2, State::Ok)] {
        record(&store, &[run("a.example", minute, &[(IMAP, state)])]).await;
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        tx.forget_events(minute_of(2), 1).await.unwrap(),
        1,
        "the oldest first"
    );
    assert_eq!(tx.forget_events(minute_of(2), 9).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(store.first_event_id().await.unwrap(), Some(3));

    let mut tx = store.begin().await.unwrap();
    tx.forget_events(minute_of(99), 9).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.first_event_id().await.unwrap(), None);
    assert_eq!(store.last_event_id().await.unwrap(), 3);
    let events = record(&store, &[run("a.example", 3, &[(IMAP, State::Fail)])]).await;
    assert_eq!(events[0].id, 4);
}

async fn the_stream_is_forgotten_from_its_beginning(place: Place) {
    let store = place.with(&["a.example", "b.example"]).await;
    for (domain, minute) in [("a.example", 9), ("b.example", 0)] {
        record(&store, &[run(domain, minute, &[(IMAP, State::Ok)])]).await;
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.forget_events(minute_of(2), 1).await.unwrap(), 0);
    assert_eq!(tx.forget_events(minute_of(2), 2).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(store.first_event_id().await.unwrap(), Some(1));
}

const TURNS: i64 = 40;
