//! Who can log in, and which tokens no longer count.

use crate::{Place, minute_of};
use model::{Role, time::MINUTE};
use store::{Holder, PasswordHash, User};

on_both_engines! {
    people_are_added_once_and_found_by_name
    a_change_ends_what_was_given_before_but_the_token_that_is_kept
    a_dismissed_user_holds_nothing
    tries_are_counted_until_their_window_is_over
    a_revoked_token_is_remembered_until_it_ends_by_itself
}

async fn people_are_added_once_and_found_by_name(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    for (username, role) in [("root", Role::SuperAdmin), ("mini", Role::Technician)] {
        assert!(tx.add_user(&person(username, role)).await.unwrap());
    }
    assert!(
        !tx.add_user(&person("root", Role::Noc)).await.unwrap(),
        "the name is taken"
    );
    tx.commit().await.unwrap();

    assert_eq!(
        store.users().await.unwrap(),
        [person("mini", Role::Technician), person("root", Role::SuperAdmin)]
    );
    assert_eq!(
        store.user("root").await.unwrap(),
        Some(person("root", Role::SuperAdmin))
    );
    assert_eq!(
        store.user("Root").await.unwrap(),
        None,
        "a name is written one way"
    );
}

async fn a_change_ends_what_was_given_before_but_the_token_that_is_kept(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    tx.add_user(&person("root", Role::SuperAdmin)).await.unwrap();
    tx.commit().await.unwrap();
    let holds = async |version, jti| store.holder("root", version, jti).await.unwrap().is_some();
    assert_eq!((holds(1, "one").await, holds(1, "").await), (true, true));

    let mut tx = store.begin().await.unwrap();
    let root = tx.user("root").await.unwrap().unwrap();
    let changed = User {
        password_hash: PasswordHash::new("$argon2id$new"),
        role: Role::OpsLead,
        must_change_password: true,
        ..root
    };
    assert!(tx.change_user(&changed, Some("one")).await.unwrap());
    assert!(!tx.change_user(&person("nobody", Role::Noc), None).await.unwrap());
    tx.commit().await.unwrap();

    let now = store.user("root").await.unwrap().unwrap();
    assert_eq!(
        now,
        User {
            version: 2,
            ..changed
        }
    );
    assert_eq!(
        (
            holds(1, "one").await,
            holds(1, "two").await,
            holds(1, "").await,
            holds(2, "").await
        ),
        (true, false, false, true)
    );
    let holder = Holder {
        role: Role::OpsLead,
        must_change_password: true,
    };
    assert_eq!(store.holder("root", 2, "new").await.unwrap(), Some(holder));
}

async fn a_dismissed_user_holds_nothing(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    tx.add_user(&person("mini", Role::Technician)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.holder("mini", 1, "").await.unwrap(), None);
    assert_eq!(store.holder("nobody", 1, "").await.unwrap(), None);
}

async fn a_revoked_token_is_remembered_until_it_ends_by_itself(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    tx.add_user(&person("root", Role::SuperAdmin)).await.unwrap();
    tx.revoke_token("one", minute_of(10)).await.unwrap();
    tx.revoke_token("one", minute_of(10)).await.unwrap();
    tx.revoke_token("two", minute_of(20)).await.unwrap();
    tx.commit().await.unwrap();
    let holds = async |jti| store.holder("root", 1, jti).await.unwrap().is_some();
    assert_eq!((holds("one").await, holds("three").await), (false, true));

    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.prune_tokens(minute_of(10)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!((holds("one").await, holds("two").await), (true, false));
}

async fn tries_are_counted_until_their_window_is_over(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    for n in 1..=3 {
        let counted = tx.count_try("net:192.0.2.1", minute_of(0), MINUTE).await.unwrap();
        assert_eq!(counted, (minute_of(0), n));
    }
    let other = tx
        .count_try("user:root", minute_of(0).plus(MINUTE - 1), MINUTE)
        .await
        .unwrap();
    assert_eq!(other, (minute_of(0).plus(MINUTE - 1), 1));
    tx.commit().await.unwrap();
    // Another process counts on.
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    let counted = tx
        .count_try("net:192.0.2.1", minute_of(0).plus(MINUTE - 1), MINUTE)
        .await
        .unwrap();
    assert_eq!(counted, (minute_of(0), 4));
    let counted = tx.count_try("net:192.0.2.1", minute_of(1), MINUTE).await.unwrap();
    assert_eq!(counted, (minute_of(1), 1));
    let counted = tx.count_try("user:root", minute_of(1), MINUTE).await.unwrap();
    assert_eq!(
        counted,
        (minute_of(0).plus(MINUTE - 1), 2),
        "its own window is not over"
    );
}

fn person(username: &str, role: Role) -> User {
    User {
        username: username.to_owned(),
        role,
        password_hash: PasswordHash::new("$argon2id$old"),
        active: role != Role::Technician,
        version: 1,
        must_change_password: false,
        created_at: minute_of(0),
    }
}
