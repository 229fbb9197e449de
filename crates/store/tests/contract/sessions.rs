//! Browser sessions: found while they last, and never again.

use crate::{Place, minute_of};
use model::Timestamp;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use store::{Sessions, Store};
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
};

on_both_engines! {
    a_session_comes_back_with_all_that_was_put_into_it
    an_expired_session_is_not_found_and_then_forgotten
    two_sessions_never_share_an_id
    a_session_that_was_ended_is_not_brought_back_by_a_request_still_under_way
    the_database_holds_no_cookie
}

async fn a_session_comes_back_with_all_that_was_put_into_it(place: Place) {
    let sessions = sessions(&place.open().await, minute_of(0));
    let mut record = session(minute_of(60));
    record.data.insert("user".into(), "root\0'; --🦀".into());
    sessions.create(&mut record).await.unwrap();
    assert_eq!(sessions.load(&record.id).await.unwrap(), Some(record.clone()));

    record.data.insert("csrf".into(), 7.into());
    record.expiry_date = at(minute_of(90));
    sessions.save(&record).await.unwrap();
    assert_eq!(sessions.load(&record.id).await.unwrap(), Some(record.clone()));

    sessions.delete(&record.id).await.unwrap();
    assert_eq!(sessions.load(&record.id).await.unwrap(), None);
    sessions.delete(&record.id).await.unwrap();
}

async fn an_expired_session_is_not_found_and_then_forgotten(place: Place) {
    let store = place.open().await;
    let now = Arc::new(AtomicI64::new(minute_of(0).0));
    let clock = now.clone();
    let sessions = Sessions::new(store.clone(), move || Timestamp(clock.load(Ordering::Relaxed)));
    let (mut short, mut long) = (session(minute_of(10)), session(minute_of(60)));
    sessions.create(&mut short).await.unwrap();
    sessions.create(&mut long).await.unwrap();

    now.store(minute_of(10).0 - 1, Ordering::Relaxed);
    assert!(sessions.load(&short.id).await.unwrap().is_some());
    now.store(minute_of(10).0, Ordering::Relaxed);
    assert!(sessions.load(&short.id).await.unwrap().is_none());
    assert!(sessions.load(&long.id).await.unwrap().is_some());

    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.prune_sessions(minute_of(10)).await.unwrap(), 1);
    assert_eq!(tx.prune_sessions(minute_of(10)).await.unwrap(), 0);
    tx.commit().await.unwrap();
}

async fn two_sessions_never_share_an_id(place: Place) {
    let sessions = sessions(&place.open().await, minute_of(0));
    let mut first = session(minute_of(60));
    first.data.insert("user".into(), "root".into());
    sessions.create(&mut first).await.unwrap();
    let mut second = Record {
        id: first.id,
        ..session(minute_of(60))
    };
    sessions.create(&mut second).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(sessions.load(&first.id).await.unwrap(), Some(first));
    assert_eq!(sessions.load(&second.id).await.unwrap(), Some(second));
}

async fn a_session_that_was_ended_is_not_brought_back_by_a_request_still_under_way(place: Place) {
    let sessions = sessions(&place.open().await, minute_of(0));
    let mut record = session(minute_of(60));
    sessions.create(&mut record).await.unwrap();
    let under_way = sessions.load(&record.id).await.unwrap().unwrap();
    sessions.delete(&record.id).await.unwrap();
    sessions.save(&under_way).await.unwrap();
    assert_eq!(sessions.load(&record.id).await.unwrap(), None);
}

async fn the_database_holds_no_cookie(place: Place) {
    let sessions = sessions(&place.open().await, minute_of(0));
    let mut record = session(minute_of(60));
    sessions.create(&mut record).await.unwrap();
    let sql = "select id from sessions";
    let id: String = if place.url.starts_with("sqlite") {
        let db = sqlx::SqlitePool::connect(&place.url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&db).await.unwrap()
    } else {
        let db = sqlx::PgPool::connect(&place.url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&db).await.unwrap()
    };
    assert_eq!(id.len(), 64);
    assert!(!id.contains(&record.id.to_string()) && !id.contains(&record.id.0.to_string()));
}

fn sessions(store: &Store, now: Timestamp) -> impl SessionStore {
    Sessions::new(store.clone(), move || now)
}

fn session(until: Timestamp) -> Record {
    Record {
        id: Id::default(),
        data: std::collections::HashMap::new(),
        expiry_date: at(until),
    }
}

fn at(when: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(when.seconds()).unwrap()
}
