//! Saved views: everybody's own, one of each name.

use crate::Place;
use model::ticket::{Kind, Narrowed, Status, View};

on_both_engines! {
    a_view_is_its_owners_and_the_newest_of_its_name
}

async fn a_view_is_its_owners_and_the_newest_of_its_name(place: Place) {
    let store = place.open().await;
    let view = |name: &str, narrowed: Narrowed| View {
        name: name.to_owned(),
        narrowed,
    };
    let waiting = Narrowed {
        status: vec![Status::Waiting],
        ..Narrowed::default()
    };
    let nobodys = Narrowed {
        kind: Some(Kind::Security),
        assigned_to: Some(String::new()),
        q: Some("São Paulo '--".to_owned()),
        ..Narrowed::default()
    };
    let mut tx = store.begin().await.unwrap();
    for (username, name, narrowed) in [
        ("root", "z", &waiting),
        ("root", "Ação", &waiting),
        ("root", "z", &nobodys),
        ("mini", "z", &waiting),
    ] {
        tx.save_view(username, &view(name, narrowed.clone()))
            .await
            .unwrap();
    }
    assert_eq!(tx.views("mini").await.unwrap(), [view("z", waiting.clone())]);
    tx.commit().await.unwrap();
    assert_eq!(
        store.views("root").await.unwrap(),
        [view("Ação", waiting.clone()), view("z", nobodys)]
    );

    let mut tx = store.begin().await.unwrap();
    tx.remove_view("root", "z").await.unwrap();
    tx.remove_view("root", "not there").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        store.views("root").await.unwrap(),
        [view("Ação", waiting.clone())]
    );
    assert_eq!(store.views("mini").await.unwrap(), [view("z", waiting)]);
}
