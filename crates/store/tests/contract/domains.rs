//! The domains: seeded by the file, edited by people.

use crate::{IMAP, Place, minute_of, name, record, run};
use model::{Domain, State};

on_both_engines! {
    the_file_only_seeds
    domains_are_listed_by_name
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
    tx.put_domain(&edited).await.unwrap();
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
    let said = [(IMAP, State::Fail)];
    record(&store, &[run("a.example", 0, &said), run("b.example", 0, &said)]).await;

    let mut tx = store.begin().await.unwrap();
    assert!(tx.delete_domain(&name("a.example")).await.unwrap());
    assert!(!tx.delete_domain(&name("a.example")).await.unwrap());
    tx.commit().await.unwrap();

    assert_eq!(store.steps(Some(&name("a.example"))).await.unwrap(), []);
    assert_eq!(store.runs(&name("a.example"), minute_of(0)).await.unwrap(), []);
    assert_eq!(store.steps(None).await.unwrap().len(), 1);
    assert_eq!(store.events_after(0, 10).await.unwrap().len(), 2);

    // A check that was under way when the domain went.
    let late = [run("a.example", 1, &said), run("b.example", 1, &said)];
    assert_eq!(record(&store, &late).await, []);
    assert_eq!(store.cells().await.unwrap().len(), 1);
}
