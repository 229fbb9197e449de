//! Onboarding: one row a domain, its events read from among the deliveries, and what is open for each tenant.

use crate::{Place, minute_of, name};
use model::{
    Timestamp,
    onboarding::{Heard, Progress},
    ticket::{Case, Draft, Kind, Priority, Status},
    webhook::Fate,
};
use store::{Delivery, LiveTickets, Store};

on_both_engines! {
    what_is_known_of_a_domain_is_there_once_it_is_committed
    a_row_takes_the_place_of_the_one_before
    thousands_of_domains_are_moved_at_once
    a_domains_events_are_found_among_others
    live_tickets_are_counted_by_domain_and_tenant
}

async fn what_is_known_of_a_domain_is_there_once_it_is_committed(place: Place) {
    let store = place.open().await;
    let nova = failed("nova.example");
    let mut tx = store.begin().await.unwrap();
    tx.save_onboardings(&[&nova]).await.unwrap();
    drop(tx);
    assert_eq!(store.onboardings().await.unwrap(), []);

    let plain = Progress::of(name("plain.example"));
    save(&store, &[&nova, &plain]).await;
    let mut all = store.onboardings().await.unwrap();
    all.sort_by(|a, b| a.domain.cmp(&b.domain));
    assert_eq!(all, [nova.clone(), plain]);
    let mut tx = store.begin().await.unwrap();
    let known = tx
        .onboardings(&[&nova.domain, &name("other.example")])
        .await
        .unwrap();
    assert_eq!(known.into_values().collect::<Vec<_>>(), [nova]);
}

async fn a_row_takes_the_place_of_the_one_before(place: Place) {
    let store = place.open().await;
    let mut nova = failed("nova.example");
    save(&store, &[&nova]).await;
    nova.hear(Heard::Started, minute_of(9), None);
    nova.event = 8;
    save(&store, &[&nova]).await;
    let all = store.onboardings().await.unwrap();
    assert_eq!(all, [nova.clone()]);
    assert_eq!((nova.failed, nova.met), (None, Vec::new()));
}

async fn thousands_of_domains_are_moved_at_once(place: Place) {
    let store = place.open().await;
    let all: Vec<Progress> = (0..2_500).map(|nth| failed(&format!("d{nth}.example"))).collect();
    save(&store, &all.iter().collect::<Vec<_>>()).await;
    let mut tx = store.begin().await.unwrap();
    let domains: Vec<_> = all.iter().map(|progress| &progress.domain).collect();
    assert_eq!(tx.onboardings(&domains).await.unwrap().len(), 2_500);
}

async fn a_domains_events_are_found_among_others(place: Place) {
    let store = place.open().await;
    let (nova, other) = (name("nova.example"), name("other.example"));
    let mut tx = store.begin().await.unwrap();
    let first = tx.delivery_ids(5).await.unwrap();
    let delivery = |nth: i64, event, domain| Delivery {
        id: first + nth,
        integration: "vm112",
        event,
        received_at: minute_of(nth),
        occurred_at: None,
        state: Fate::Accepted,
        why: None,
        domain: Some(domain),
        ticket: None,
        earlier: None,
        dedup: None,
        body: "{}",
    };
    let all = [
        delivery(0, "onboard.started", &nova),
        delivery(1, "onboard.started", &other),
        delivery(2, "infra.mail_tls.failed", &nova),
        delivery(3, "onboard.step", &nova),
        delivery(4, "onboard.failed", &nova),
    ];
    tx.add_deliveries(&all).await.unwrap();
    tx.commit().await.unwrap();
    let found = async |limit| {
        let events = store.onboarding_events(&nova, limit).await.unwrap();
        events
            .into_iter()
            .map(|event| event.webhook.event)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found(9).await,
        ["onboard.started", "onboard.step", "onboard.failed"]
    );
    assert_eq!(found(2).await, ["onboard.step", "onboard.failed"]);
}

async fn live_tickets_are_counted_by_domain_and_tenant(place: Place) {
    let store = place.open().await;
    let nova = || Some(name("nova.example"));
    let cases = [
        case(1, nova(), Some("padaria"), Status::Open),
        case(2, nova(), Some("padaria"), Status::Waiting),
        case(3, nova(), Some("padaria"), Status::Closed),
        case(4, None, None, Status::Open),
    ];
    let mut tx = store.begin().await.unwrap();
    tx.save_cases(&cases.iter().collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let mut live = store.live_tickets().await.unwrap();
    live.sort_by_key(|live| live.count);
    let of = |domain, tenant: Option<&str>, count| LiveTickets {
        domain,
        tenant: tenant.map(str::to_owned),
        count,
    };
    assert_eq!(live, [of(None, None, 1), of(nova(), Some("padaria"), 2)]);
}

async fn save(store: &Store, all: &[&Progress]) {
    let mut tx = store.begin().await.unwrap();
    tx.save_onboardings(all).await.unwrap();
    tx.commit().await.unwrap();
}

/// With everything that a row can hold.
fn failed(domain: &str) -> Progress {
    let mut progress = Progress::of(name(domain));
    let failed = Heard::Failed {
        step: Some("cert".into()),
        why: Some("não há 'MX'; --🦀".into()),
    };
    for (minute, heard) in [
        (1, Heard::Started),
        (2, Heard::Step("dns \"ã\"".into())),
        (3, Heard::Completed),
        (4, failed),
    ] {
        progress.hear(heard, minute_of(minute), Some(12));
    }
    progress.belongs_to(Some("padaria".into()), minute_of(4));
    progress.event = 7;
    progress
}

fn case(number: i64, domain: Option<model::DomainName>, tenant: Option<&str>, status: Status) -> Case {
    let draft = Draft {
        subject: "x".into(),
        body: None,
        priority: Priority::Normal,
        domain,
        kind: Kind::Manual,
    };
    let id = format!("id{number}");
    let mut case = Case::by_hand(id, number, draft, tenant.map(str::to_owned), Timestamp(0));
    case.ticket.status = status;
    case
}
