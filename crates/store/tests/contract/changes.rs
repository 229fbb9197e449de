//! The changes of a domain's checks, as people read them later.

use crate::{IMAP, Place, SMTP, minute_of, name, record, run};
use model::{CheckId, Code, State, Timestamp};
use store::{Run, Store, StoredChange, Wanted};

on_both_engines! {
    a_change_is_kept_with_what_it_was_seen_by
    changes_are_read_newest_first_page_by_page
    they_are_forgotten_by_age_and_number_and_with_their_domain
}

async fn a_change_is_kept_with_what_it_was_seen_by(place: Place) {
    let store = place.with(&["a.example", "b.example"]).await;
    record(
        &store,
        &[
            run("a.example", 0, &[(IMAP, State::Ok)]),
            run("b.example", 0, &[(IMAP, State::Ok)]),
        ],
    )
    .await;
    let mut fail = run("a.example", 5, &[(IMAP, State::Fail)]);
    fail.findings[0].evidence.sni = Some("mail.a.example".into());
    let events = record(&store, &[fail]).await;
    record(&store, &[run("a.example", 10, &[(IMAP, State::Fail)])]).await;

    let changes = changes(&store, &all()).await;
    assert_eq!(changes.len(), 2, "what was announced is no change");
    let change = &changes[0];
    assert_eq!(
        (change.id, change.at, change.before, change.state, change.code),
        (
            events[0].id,
            minute_of(5),
            Some(State::Ok),
            State::Fail,
            Code::Expired
        )
    );
    assert_eq!(change.evidence.sni.as_deref(), Some("mail.a.example"));
    assert_eq!(changes[1].before, None);
}

async fn changes_are_read_newest_first_page_by_page(place: Place) {
    let store = place.with(&["a.example"]).await;
    flap(&store, 0..6).await;
    record(&store, &[run("a.example", 6, &[(SMTP, State::Ok)])]).await;
    let minutes = |changes: &[StoredChange]| -> Vec<i64> {
        changes
            .iter()
            .map(|change| change.at.since(minute_of(0)) / model::time::MINUTE)
            .collect()
    };
    let first = changes(&store, &Wanted { limit: 3, ..all() }).await;
    assert_eq!(minutes(&first), [6, 5, 4]);
    let rest = Wanted {
        before: first[2].id,
        ..all()
    };
    assert_eq!(minutes(&changes(&store, &rest).await), [3, 2, 1, 0]);
    let (smtp, imap) = (CheckId::new(SMTP), CheckId::new(IMAP));
    let of = |check| Wanted {
        check: Some(check),
        since: minute_of(4),
        ..all()
    };
    assert_eq!(minutes(&changes(&store, &of(&smtp)).await), [6]);
    assert_eq!(minutes(&changes(&store, &of(&imap)).await), [5, 4]);
}

async fn they_are_forgotten_by_age_and_number_and_with_their_domain(place: Place) {
    let store = place.with(&["a.example"]).await;
    record(&store, &[run("a.example", 0, &[(SMTP, State::Ok)])]).await;
    flap(&store, 1..20).await;
    let forget = async |before: i64, most| {
        let mut tx = store.begin().await.unwrap();
        tx.forget_changes(&name("a.example"), minute_of(before), most)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        changes(&store, &all()).await.len()
    };
    assert_eq!(forget(0, 50).await, 20);
    assert_eq!(
        forget(0, 5).await,
        6,
        "five of one check, and the only one of the other"
    );
    assert_eq!(forget(17, 5).await, 3);
    let mut tx = store.begin().await.unwrap();
    tx.remove_domain(&name("a.example"), minute_of(30)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(changes(&store, &all()).await, []);
}

/// One run a minute, each with another answer.
async fn flap(store: &Store, minutes: std::ops::Range<i64>) {
    let state = |minute| if minute % 2 == 0 { State::Ok } else { State::Fail };
    let runs: Vec<Run> = minutes
        .map(|minute| run("a.example", minute, &[(IMAP, state(minute))]))
        .collect();
    record(store, &runs).await;
}

async fn changes(store: &Store, wanted: &Wanted<'_>) -> Vec<StoredChange> {
    store.changes(&name("a.example"), wanted).await.unwrap()
}

fn all() -> Wanted<'static> {
    Wanted {
        check: None,
        since: Timestamp(0),
        before: i64::MAX,
        limit: 100,
    }
}
