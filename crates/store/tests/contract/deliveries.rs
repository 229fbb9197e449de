//! Webhooks: each known again by its key, each ticket's found back from its last one, the oldest forgotten.

use crate::{Place, minute_of};
use model::{Domain, DomainName, webhook::Fate};
use std::collections::HashMap;
use store::{Delivery, Key, Store};

on_both_engines! {
    a_report_is_known_again_by_its_key
    what_a_transaction_puts_down_it_finds_and_leaves_only_once_committed
    the_reports_of_a_ticket_are_found_back_from_its_last_one
    the_oldest_reports_are_forgotten_and_a_chain_ends_where_they_were
    forgotten_reports_do_not_give_their_ids_away
    what_fails_undoes_all_that_came_in_with_it
}

async fn a_report_is_known_again_by_its_key(place: Place) {
    let store = place.open().await;
    let one = |id, dedup| Delivery {
        dedup,
        ..delivery(id, None, None)
    };
    let key = |indexed, rest| Key { indexed, rest };
    let least = key(i64::MIN, i64::MAX);
    add(
        &store,
        &[
            one(1, Some(least)),
            one(2, None),
            one(3, Some(key(7, 1))),
            one(4, Some(key(7, 1))),
            // Half of it falls together.
            one(5, Some(key(7, 2))),
        ],
    )
    .await;
    let mut tx = store.begin().await.unwrap();
    let asked = [key(7, 1), least, key(8, 1), key(7, 2), key(7, 3)];
    let known = tx.known_deliveries(&asked).await.unwrap();
    let expected = [
        (key(7, 1), (4, minute_of(4))),
        (least, (1, minute_of(1))),
        (key(7, 2), (5, minute_of(5))),
    ];
    assert_eq!(known, HashMap::from(expected), "the newest of each");
    let recalled = tx.recall(&asked, &[]).await.unwrap();
    assert_eq!(recalled, (known, HashMap::new()));
    assert_eq!(tx.known_deliveries(&[]).await.unwrap(), HashMap::new());
}

async fn what_a_transaction_puts_down_it_finds_and_leaves_only_once_committed(place: Place) {
    let store = place.open().await;
    let key = Key { indexed: 1, rest: 2 };
    for is_kept in [false, true] {
        let mut tx = store.begin().await.unwrap();
        let ids = [
            tx.delivery_ids(2).await.unwrap(),
            tx.delivery_ids(1).await.unwrap(),
        ];
        assert_eq!(ids, [1, 3], "what was undone was not given");
        let one = Delivery {
            dedup: Some(key),
            ..delivery(3, None, None)
        };
        tx.add_deliveries(&[one]).await.unwrap();
        let (known, _) = tx.recall(&[key], &[]).await.unwrap();
        assert_eq!(known, HashMap::from([(key, (3, minute_of(3)))]));
        if is_kept {
            tx.commit().await.unwrap();
        }
        assert_eq!(store.delivery(3).await.unwrap().is_some(), is_kept);
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.delivery_ids(1).await.unwrap(), 4);
}

async fn the_reports_of_a_ticket_are_found_back_from_its_last_one(place: Place) {
    let store = place.open().await;
    add(
        &store,
        &[
            delivery(1, Some(7), None),
            delivery(2, Some(8), None),
            delivery(3, Some(7), Some(1)),
            delivery(4, None, None),
            delivery(5, Some(7), Some(3)),
        ],
    )
    .await;
    assert_eq!(reports(&store, 5, 10).await, [5, 3, 1]);
    assert_eq!(reports(&store, 5, 2).await, [5, 3]);
    assert_eq!(reports(&store, 2, 10).await, [2]);

    // One that is read anew joins a ticket; what stands on one stays where it is.
    let mut tx = store.begin().await.unwrap();
    tx.settle_delivery(&delivery(4, Some(8), Some(2))).await.unwrap();
    tx.settle_delivery(&delivery(5, Some(9), Some(2))).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(reports(&store, 4, 10).await, [4, 2]);
    assert_eq!(reports(&store, 5, 10).await, [5, 3, 1]);
}

async fn the_oldest_reports_are_forgotten_and_a_chain_ends_where_they_were(place: Place) {
    let store = place.open().await;
    add(
        &store,
        &[
            delivery(1, Some(7), None),
            delivery(2, Some(7), Some(1)),
            delivery(3, Some(7), Some(2)),
        ],
    )
    .await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.forget_deliveries(minute_of(3), 1).await.unwrap(), 1);
    assert_eq!(tx.forget_deliveries(minute_of(3), 9).await.unwrap(), 1);
    assert_eq!(tx.forget_deliveries(minute_of(3), 9).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(reports(&store, 3, 10).await, [3]);
    assert!(store.delivery(1).await.unwrap().is_none());
}

async fn forgotten_reports_do_not_give_their_ids_away(place: Place) {
    let store = place.open().await;
    add(&store, &[delivery(1, None, None), delivery(2, None, None)]).await;
    // Alike whether there are rows left or not, and however often.
    for most in [1, 9, 9] {
        let mut tx = store.begin().await.unwrap();
        tx.forget_deliveries(minute_of(99), most).await.unwrap();
        assert_eq!(tx.delivery_ids(1).await.unwrap(), 3);
        tx.commit().await.unwrap();
    }
    add(&store, &[delivery(3, None, None)]).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.delivery_ids(2).await.unwrap(), 4);
}

async fn what_fails_undoes_all_that_came_in_with_it(place: Place) {
    let store = place.with(&["a.example"]).await;
    add(&store, &[delivery(1, None, None)]).await;
    let before = store.last_event_id().await.unwrap();
    let name = DomainName::parse("b.example").unwrap();
    let mut tx = store.begin().await.unwrap();
    let added = tx.add_domain(&Domain::plain(name), minute_of(2)).await;
    assert!(added.unwrap().is_some());
    let twice = [delivery(2, None, None), delivery(1, None, None)];
    let written = async {
        tx.add_deliveries(&twice).await?;
        tx.commit().await
    };
    assert!(written.await.is_err());
    assert_eq!(store.last_event_id().await.unwrap(), before);
    assert_eq!(store.domains().await.unwrap().len(), 1);
    assert!(store.delivery(2).await.unwrap().is_none());
    // The next one is none the worse for it.
    add(&store, &[delivery(2, None, None)]).await;
    assert!(store.delivery(2).await.unwrap().is_some());
}

pub(crate) fn delivery(id: i64, ticket: Option<i64>, earlier: Option<i64>) -> Delivery<'static> {
    Delivery {
        id,
        integration: "vm112",
        event: "infra.mail_tls.failed",
        received_at: minute_of(id),
        occurred_at: None,
        state: Fate::Accepted,
        why: None,
        domain: None,
        ticket,
        earlier,
        dedup: None,
        body: "{}",
    }
}

async fn add(store: &Store, deliveries: &[Delivery<'_>]) {
    let mut tx = store.begin().await.unwrap();
    tx.add_deliveries(deliveries).await.unwrap();
    tx.commit().await.unwrap();
}

async fn reports(store: &Store, last: i64, limit: u32) -> Vec<i64> {
    let reports = store.reports(last, limit).await.unwrap();
    reports
        .iter()
        .map(|report| report.event_id.parse().unwrap())
        .collect()
}
