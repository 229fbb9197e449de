//! The trail: what people changed, in a chain that shows who broke it.

use crate::{Place, minute_of};
use model::trail::{Action, Deed, Fields, Proof};
use sqlx::{Connection, PgConnection, SqliteConnection};
use store::Store;

on_both_engines! {
    the_trail_is_read_newest_first_as_it_was_written
    a_deed_that_was_undone_leaves_no_entry
    a_changed_entry_breaks_the_chain
    an_entry_taken_out_of_the_middle_breaks_the_chain
    a_trail_cut_off_at_its_end_does_not_have_the_hash_that_was_noted
}

async fn the_trail_is_read_newest_first_as_it_was_written(place: Place) {
    let store = place.open().await;
    note(&store, 3).await;
    let trail = store.trail(i64::MAX, 2).await.unwrap();
    assert_eq!(trail.iter().map(|entry| entry.id).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(trail[0].deed, deed(3));
    let rest = store.trail(2, 50).await.unwrap();
    assert_eq!(
        rest.iter().map(|entry| &entry.deed).collect::<Vec<_>>(),
        [&deed(1)]
    );
    let proof = store.prove_trail(None).await.unwrap();
    assert_eq!((proof.entries, proof.broken_at), (3, None));
    assert_eq!(proof.head, trail[0].hash);
}

async fn a_deed_that_was_undone_leaves_no_entry(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    tx.note(&deed(1)).await.unwrap();
    drop(tx);
    let proof = store.prove_trail(None).await.unwrap();
    assert_eq!((proof.entries, proof.head.as_str()), (0, Proof::BEGINNING));
}

async fn a_changed_entry_breaks_the_chain(place: Place) {
    for change in [
        "update trail set actor = 'mini' where id = 2",
        "update trail set at = at + 1 where id = 2",
        "update trail set address = null where id = 2",
        "update trail set after = '{}' where id = 2",
        "update trail set hash = (select hash from trail where id = 1) where id = 2",
    ] {
        let store = place.open().await;
        note(&store, 3).await;
        place.execute(change).await;
        assert_eq!(
            store.prove_trail(None).await.unwrap().broken_at,
            Some(2),
            "{change}"
        );
        place.execute("delete from trail").await;
    }
}

async fn an_entry_taken_out_of_the_middle_breaks_the_chain(place: Place) {
    let store = place.open().await;
    note(&store, 3).await;
    place.execute("delete from trail where id = 2").await;
    assert_eq!(store.prove_trail(None).await.unwrap().broken_at, Some(3));
    // Nor does it help to close the gap.
    place.execute("update trail set id = 2 where id = 3").await;
    assert_eq!(store.prove_trail(None).await.unwrap().broken_at, Some(2));
}

async fn a_trail_cut_off_at_its_end_does_not_have_the_hash_that_was_noted(place: Place) {
    let store = place.open().await;
    note(&store, 3).await;
    let noted = store.prove_trail(None).await.unwrap().head;
    place.execute("delete from trail where id = 3").await;
    let proof = store.prove_trail(Some(&noted)).await.unwrap();
    assert_eq!(
        (proof.entries, proof.broken_at, proof.has_known),
        (2, None, false)
    );
    let proof = store.prove_trail(Some(&proof.head)).await.unwrap();
    assert!(proof.has_known);
}

async fn note(store: &Store, count: i64) {
    let mut tx = store.begin().await.unwrap();
    for n in 1..=count {
        tx.note(&deed(n)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn deed(n: i64) -> Deed {
    let host = |host: String| Fields::from([("mail_host".to_owned(), host)]);
    Deed {
        at: minute_of(n),
        actor: "admin".into(),
        address: Some("2001:db8::7".parse().unwrap()),
        action: Action::DomainEdited,
        object: format!("d{n}.example"),
        before: host(format!("mail.d{n}.example")),
        after: host("correio \"ã\" 1\u{0}".into()),
    }
}

impl Place {
    /// As somebody with the database's own tools would.
    async fn execute(&self, sql: &'static str) {
        if self.url.starts_with("sqlite") {
            let mut db = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&mut db).await.unwrap();
        } else {
            let mut db = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&mut db).await.unwrap();
        }
    }
}
