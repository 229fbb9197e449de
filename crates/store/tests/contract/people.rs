//! Who can log in, and which tokens no longer count.

use crate::{Place, minute_of};
use model::Role;
use store::{PasswordHash, User};

on_both_engines! {
    people_are_added_once_and_found_by_name
    a_new_password_ends_what_the_old_one_opened
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

async fn a_new_password_ends_what_the_old_one_opened(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    tx.add_user(&person("root", Role::SuperAdmin)).await.unwrap();
    let new = PasswordHash::new("$argon2id$new");
    assert!(tx.set_password("root", &new).await.unwrap());
    assert!(!tx.set_password("nobody", &new).await.unwrap());
    tx.commit().await.unwrap();

    let root = store.user("root").await.unwrap().unwrap();
    assert_eq!((root.password_hash, root.version), (new, 2));
}

async fn a_revoked_token_is_remembered_until_it_ends_by_itself(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    tx.revoke_token("one", minute_of(10)).await.unwrap();
    tx.revoke_token("one", minute_of(10)).await.unwrap();
    tx.revoke_token("two", minute_of(20)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.token_revoked("one").await.unwrap());
    assert!(!store.token_revoked("three").await.unwrap());

    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.prune_tokens(minute_of(10)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(!store.token_revoked("one").await.unwrap());
    assert!(store.token_revoked("two").await.unwrap());
}

fn person(username: &str, role: Role) -> User {
    User {
        username: username.to_owned(),
        role,
        password_hash: PasswordHash::new("$argon2id$old"),
        active: role != Role::Technician,
        version: 1,
        created_at: minute_of(0),
    }
}
