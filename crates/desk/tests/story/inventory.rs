//! What the Desk has found, and the Desk itself: certificates, hosts, schedule, database.

use crate::{Day, name, operator};
use desk::Actor;
use model::{
    Error,
    health::Health,
    held::{Holdings, How, Urgency},
    time::DAY,
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn each_certificate_is_listed_once_with_all_its_places() {
    let day = Day::begin(3).await;
    for n in 0..3 {
        day.checks(n).await;
    }
    let held = day.desk.certificates(&operator(), None, 50).await.unwrap();
    let Holdings { items, next_cursor } = held.into_inner();
    assert_eq!(
        (items.len(), next_cursor),
        (3, None),
        "every name of the crowd has its own"
    );
    let first = items.iter().find(|item| item.domains == [name(0)]).unwrap();
    assert_eq!((first.domains_in_all, first.urgency), (1, Urgency::Fresh));
    let [place] = first.places.as_slice() else {
        panic!("both checks ask one door: {:?}", first.places)
    };
    assert_eq!((place.how, place.site.as_str()), (How::Served, "vm"));
    assert_eq!(first.leaf.sans, [format!("mail.{}", name(0))]);
    assert!(items.is_sorted_by_key(|item| item.leaf.not_after));

    // Page by page it is the same.
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let page = day
            .desk
            .certificates(&operator(), cursor.as_deref(), 2)
            .await
            .unwrap()
            .into_inner();
        pages.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, items);
    let wrong = day.desk.certificates(&operator(), Some("x"), 2).await;
    assert!(matches!(wrong, Err(Error::Invalid { .. })), "{wrong:?}");
}

#[tokio::test]
async fn a_certificate_that_nobody_sees_any_more_is_gone() {
    let day = Day::begin(2).await;
    day.checks(0).await;
    day.checks(1).await;
    day.desk.remove_domain(&operator(), &name(0)).await.unwrap();
    let seen = async || {
        let held = day.desk.certificates(&operator(), None, 50).await.unwrap();
        held.into_inner().items
    };
    assert_eq!(seen().await.len(), 1);
    day.desk.keep_house(&CancellationToken::new()).await.unwrap();
    day.later(100 * 366 * DAY);
    assert_eq!(seen().await[0].urgency, Urgency::Expired);
}

#[tokio::test]
async fn the_desk_says_what_it_stands_on() {
    let day = Day::begin(4).await;
    let look = async || day.desk.health(&operator()).await.unwrap();
    let before = look().await;
    assert_eq!((before.sweeps.last, before.sweeps.next_at), (None, None));
    assert!(
        before.hosts.iter().all(|host| host.reachable.is_none()),
        "{:?}",
        before.hosts
    );

    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (desk, stop) = (day.desk.clone(), stop.clone());
        async move { desk.run_schedule(stop).await }
    });
    let known = |health: &Health| {
        health.sweeps.last.is_some()
            && health.sweeps.next_at.is_some()
            && health.hosts.iter().all(|host| host.reachable.is_some())
    };
    let health = async {
        loop {
            let health = look().await;
            if known(&health) {
                return health;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let health = tokio::time::timeout(Duration::from_secs(30), health)
        .await
        .unwrap();
    assert_eq!((health.domains, health.sweeps.last.unwrap().domains), (4, 4));
    assert_eq!(
        (health.sweeps.period, health.sweeps.begun_at.is_some()),
        (300_000, true)
    );
    assert_eq!(health.database.engine, "SQLite");
    assert!(health.database.bytes > Some(4_096));
    assert_eq!(health.missing_secrets, ["auth.internal_token"]);
    let [there, here] = health.hosts.as_slice() else {
        panic!("{:?}", health.hosts)
    };
    assert_eq!(
        (here.reachable, here.fault.as_deref(), here.via.as_str()),
        (Some(true), None, "local")
    );
    assert_eq!(
        (there.reachable, there.via.as_str()),
        (Some(false), "ssh://root@127.0.0.1:1")
    );
    assert!(there.fault.as_deref().unwrap().contains("refused"), "{there:?}");
    assert_eq!(there.since, there.checked_at);
    stop.cancel();
    running.await.unwrap();

    for nobody in [
        day.desk.hosts(&Actor::Nobody).err(),
        day.desk.health(&Actor::Nobody).await.err(),
    ] {
        assert_eq!(nobody, Some(Error::Anonymous));
    }
}
