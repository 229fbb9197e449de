//! The domains: seeded by the file, edited by people.

use crate::{IMAP, Place, minute_of, name, record, run};
use model::{
    Domain, State,
    event::{Change, Event, What},
};

on_both_engines! {
    the_file_only_seeds
    domains_are_listed_by_name
    a_removed_domain_comes_back_by_a_person_alone
    a_domain_that_is_there_is_not_added_and_one_that_is_not_there_is_not_edited
    a_deleted_domain_takes_its_answers_with_it_and_leaves_what_happened
}

async fn the_file_only_seeds(place: Place) {
    let store = place.open().await;
    let mut seed = Domain {
        site: "vm112".into(),
        tenant: Some("padaria".into()),
        aliases: vec![name("nfe.padaria.example")],
        ..Domain::plain(name("padaria.example"))
    };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.seed_domain(&seed).await.unwrap());
    let edited = Domain {
        tenant: None,
        mail_host: name("correio.padaria.example"),
        ..seed.clone()
    };
    assert_eq!(
        tx.edit_domain(&edited, minute_of(1)).await.unwrap(),
        Some(happened(1, 1, "padaria.example", Change::Edited))
    );
    seed.site = "vm114".into();
    assert!(
        !tx.seed_domain(&seed).await.unwrap(),
        "what people said stands against the file"
    );
    tx.commit().await.unwrap();
    assert_eq!(
        store.domain(&name("padaria.example")).await.unwrap(),
        Some(edited)
    );
    assert_eq!(store.domain(&name("nobody.example")).await.unwrap(), None);
}

async fn domains_are_listed_by_name(place: Place) {
    let store = place
        .with(&["b.example", "a-b.example", "ab.example", "a.example"])
        .await;
    let listed: Vec<_> = store
        .domains()
        .await
        .unwrap()
        .into_iter()
        .map(|domain| domain.name)
        .collect();
    assert_eq!(
        listed,
        ["a-b.example", "a.example", "ab.example", "b.example"].map(name)
    );
}

async fn a_deleted_domain_takes_its_answers_with_it_and_leaves_what_happened(place: Place) {
    let store = place.with(&["a.example", "b.example"]).await;
    let said = [(IMAP, State::Warn)];
    record(&store, &[run("a.example", 0, &said), run("b.example", 0, &said)]).await;

    let mut tx = store.begin().await.unwrap();
    let gone = tx.remove_domain(&name("a.example"), minute_of(1)).await.unwrap();
    assert_eq!(gone, Some(happened(3, 1, "a.example", Change::Removed)));
    let again = tx.remove_domain(&name("a.example"), minute_of(1)).await.unwrap();
    assert_eq!(again, None);
    tx.commit().await.unwrap();

    assert_eq!(store.steps(Some(&name("a.example"))).await.unwrap(), []);
    assert_eq!(
        store.stretches(&name("a.example"), minute_of(0)).await.unwrap(),
        []
    );
    assert_eq!(store.steps(None).await.unwrap().len(), 1);
    assert_eq!(store.events_after(0, 10).await.unwrap().len(), 3);

    // A check that was under way when the domain went.
    let late = [run("a.example", 1, &said), run("b.example", 1, &said)];
    assert_eq!(record(&store, &late).await, []);
    assert_eq!(store.cells().await.unwrap().len(), 1);
}

async fn a_removed_domain_comes_back_by_a_person_alone(place: Place) {
    let store = place.with(&["a.example"]).await;
    let domain = Domain::plain(name("a.example"));
    let mut tx = store.begin().await.unwrap();
    tx.remove_domain(&domain.name, minute_of(0)).await.unwrap();
    assert!(!tx.seed_domain(&domain).await.unwrap(), "the file only seeds");
    tx.commit().await.unwrap();
    store.close().await;

    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.seed_domain(&domain).await.unwrap());
    assert_eq!(
        tx.add_domain(&domain, minute_of(1)).await.unwrap(),
        Some(happened(2, 1, "a.example", Change::Added))
    );
    tx.commit().await.unwrap();
    assert_eq!(store.domain(&domain.name).await.unwrap(), Some(domain));
}

async fn a_domain_that_is_there_is_not_added_and_one_that_is_not_there_is_not_edited(place: Place) {
    let store = place.with(&["a.example"]).await;
    let before = store.domain(&name("a.example")).await.unwrap().unwrap();
    let mut tx = store.begin().await.unwrap();
    let other = Domain {
        site: "vm112".into(),
        ..before.clone()
    };
    assert_eq!(tx.add_domain(&other, minute_of(0)).await.unwrap(), None);
    let nobody = Domain::plain(name("nobody.example"));
    assert_eq!(tx.edit_domain(&nobody, minute_of(0)).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(store.domains().await.unwrap(), [before]);
    assert_eq!(store.last_event_id().await.unwrap(), 0);
}

fn happened(id: i64, minute: i64, domain: &str, change: Change) -> Event {
    Event {
        id,
        at: minute_of(minute),
        what: What::Domain {
            domain: name(domain),
            change,
        },
    }
}
