//! Audits: one at a time, judged all at once, read the worst first, kept for as long as they are wanted.

use crate::{Place, minute_of, name};
use model::{
    CheckId, Group, Priority, State,
    audit::{Cycle, Origin},
    score::{Judged, Score},
};
use store::{Card, NewCycle, SoughtCards, Store};

on_both_engines! {
    two_audits_at_once_are_one
    an_audit_that_was_not_finished_is_found_again_and_ends_once
    scorecards_are_read_the_worst_first_and_page_by_page
    scorecards_are_found_by_tenant_and_by_part_of_a_name
    a_score_is_compared_with_the_audit_before
    scores_are_counted_and_tenants_summed_up
    a_domain_that_went_takes_its_scorecards_with_it
    old_audits_are_forgotten_with_their_scorecards
    thousands_of_domains_are_judged_at_once
}

async fn two_audits_at_once_are_one(place: Place) {
    let store = place.with(&["a.example"]).await;
    assert_eq!(store.last_cycle_at().await.unwrap(), None);
    let first = begin(&store, 0).await;
    assert_eq!(first, (1, true));
    assert_eq!(begin(&store, 1).await, (1, false));
    end(&store, 1, 2, &[("a.example", 0)]).await;
    assert_eq!(begin(&store, 3).await, (2, true));
    assert_eq!(store.last_cycle_at().await.unwrap(), Some(minute_of(3)));
}

async fn an_audit_that_was_not_finished_is_found_again_and_ends_once(place: Place) {
    let store = place.with(&["a.example"]).await;
    begin(&store, 0).await;
    let asked = Cycle {
        cycle_id: 1,
        origin: Origin::Person,
        asked_by: Some("root".into()),
        asked_at: minute_of(0),
        began_at: None,
        ended_at: None,
        domains: 0,
        mean: None,
    };
    assert_eq!(store.running_cycle().await.unwrap(), Some(asked.clone()));
    assert_eq!(store.ended_cycles(9).await.unwrap(), []);
    // The second try begins anew.
    for minute in [1, 5] {
        let mut tx = store.begin().await.unwrap();
        tx.start_cycle(1, minute_of(minute)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = store.begin().await.unwrap();
    assert!(
        tx.end_cycle(1, minute_of(6), cards(&[("a.example", 2)]))
            .await
            .unwrap()
    );
    drop(tx);
    let found = store.running_cycle().await.unwrap().unwrap();
    assert_eq!(
        found.began_at,
        Some(minute_of(5)),
        "what is not committed did not happen"
    );

    end(&store, 1, 7, &[("a.example", 2)]).await;
    let mut tx = store.begin().await.unwrap();
    assert!(
        !tx.end_cycle(1, minute_of(8), cards(&[("a.example", 0)]))
            .await
            .unwrap()
    );
    tx.start_cycle(1, minute_of(8)).await.unwrap();
    tx.commit().await.unwrap();
    let ended = Cycle {
        began_at: Some(minute_of(5)),
        ended_at: Some(minute_of(7)),
        domains: 1,
        mean: Some(50),
        ..asked
    };
    assert_eq!(store.cycle(1).await.unwrap().as_ref(), Some(&ended));
    assert_eq!(store.ended_cycles(9).await.unwrap(), [ended]);
    assert_eq!(store.running_cycle().await.unwrap(), None);
    assert_eq!(store.cycle(2).await.unwrap(), None);
}

async fn scorecards_are_read_the_worst_first_and_page_by_page(place: Place) {
    let store = place
        .with(&["a.example", "b.example", "c.example", "d.example"])
        .await;
    let said = [
        ("a.example", 0),
        ("b.example", 4),
        ("c.example", 2),
        ("d.example", NOTHING),
    ];
    audit(&store, 0, &said).await;
    let all = read(&store, SoughtCards { cycle: 1, ..EVERY }).await;
    assert_eq!(
        all,
        ["b.example 0", "c.example 50", "a.example 100", "d.example -"]
    );
    let rest = SoughtCards {
        cycle: 1,
        after: 1,
        limit: 2,
        ..EVERY
    };
    assert_eq!(read(&store, rest).await, ["c.example 50", "a.example 100"]);
    assert_eq!(read(&store, SoughtCards { cycle: 2, ..EVERY }).await, [""; 0]);

    let card = store
        .scorecards(SoughtCards { cycle: 1, ..EVERY })
        .await
        .unwrap()
        .swap_remove(1);
    assert_eq!((card.nth, card.before), (2, None));
    assert_eq!(card.card, cards(&said).swap_remove(2), "its groups and costs too");
    assert_eq!(
        store.last_score(&name("c.example")).await.unwrap(),
        Some((1, Some(50)))
    );
    assert_eq!(
        store.last_score(&name("d.example")).await.unwrap(),
        Some((1, None))
    );
    assert_eq!(store.last_score(&name("e.example")).await.unwrap(), None);
}

async fn scorecards_are_found_by_tenant_and_by_part_of_a_name(place: Place) {
    let store = place
        .with(&["padaria.example", "a-b.example", "axb.example"])
        .await;
    let mut all = cards(&[("padaria.example", 0), ("a-b.example", 0), ("axb.example", 0)]);
    all[0].tenant = Some("Jogos_Sul".into());
    all[1].tenant = Some("jogos-sul".into());
    begin(&store, 0).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.end_cycle(1, minute_of(0), all).await.unwrap());
    tx.commit().await.unwrap();
    let find = async |tenant, q| {
        read(
            &store,
            SoughtCards {
                cycle: 1,
                tenant,
                q,
                ..EVERY
            },
        )
        .await
    };
    assert_eq!(find(Some("jogos-sul"), "").await, ["a-b.example 100"]);
    assert_eq!(find(None, " PADA").await, ["padaria.example 100"]);
    assert_eq!(
        find(None, "jogos").await,
        ["a-b.example 100", "padaria.example 100"]
    );
    assert_eq!(find(None, "s_s").await, ["padaria.example 100"]);
    for nothing in ["%", "a_b", "!", "'; --", "\0"] {
        assert_eq!(find(None, nothing).await, [""; 0], "{nothing:?}");
    }
    assert_eq!(find(Some("\0"), "").await, [""; 0]);
}

async fn a_score_is_compared_with_the_audit_before(place: Place) {
    let store = place.with(&["a.example", "b.example"]).await;
    audit(&store, 0, &[("a.example", 0)]).await;
    audit(&store, 10, &[("a.example", 1), ("b.example", 0)]).await;
    // Under way, and no audit to compare with.
    begin(&store, 20).await;
    let compared = store.scorecards(SoughtCards { cycle: 2, ..EVERY }).await.unwrap();
    let compared: Vec<_> = compared
        .iter()
        .map(|card| (card.card.score.value, card.before))
        .collect();
    assert_eq!(compared, [(Some(75), Some(100)), (Some(100), None)]);
}

async fn scores_are_counted_and_tenants_summed_up(place: Place) {
    let store = place
        .with(&["a.example", "b.example", "c.example", "d.example"])
        .await;
    let mut all = cards(&[
        ("a.example", 0),
        ("b.example", 1),
        ("c.example", 4),
        ("d.example", NOTHING),
    ]);
    all[0].tenant = Some("sul".into());
    all[1].tenant = Some("sul".into());
    all[3].tenant = Some("norte".into());
    begin(&store, 0).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.end_cycle(1, minute_of(0), all).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(
        store.cycle(1).await.unwrap().unwrap().mean,
        Some(58),
        "of the three that have one"
    );
    let mut counts = store.score_counts(1).await.unwrap();
    counts.sort();
    assert_eq!(counts, [(None, 1), (Some(0), 1), (Some(75), 1), (Some(100), 1)]);
    let tenants = store.tenant_scores(1).await.unwrap();
    let tenants: Vec<_> = tenants
        .iter()
        .map(|one| (one.tenant.as_deref(), one.domains, one.mean, one.lowest))
        .collect();
    assert_eq!(
        tenants,
        [
            (None, 1, Some(0), Some(0)),
            (Some("sul"), 2, Some(87), Some(75)),
            (Some("norte"), 1, None, None),
        ]
    );
}

async fn a_domain_that_went_takes_its_scorecards_with_it(place: Place) {
    let store = place.with(&["a.example", "b.example"]).await;
    audit(&store, 0, &[("a.example", 0), ("b.example", 1)]).await;
    let mut tx = store.begin().await.unwrap();
    tx.remove_domain(&name("a.example"), minute_of(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        read(&store, SoughtCards { cycle: 1, ..EVERY }).await,
        ["b.example 75"]
    );
    // It was removed while it was being judged.
    audit(&store, 2, &[("a.example", 0), ("b.example", 1)]).await;
    assert_eq!(
        read(&store, SoughtCards { cycle: 2, ..EVERY }).await,
        ["b.example 75"]
    );
    assert_eq!(store.cycle(2).await.unwrap().unwrap().domains, 1);
}

async fn old_audits_are_forgotten_with_their_scorecards(place: Place) {
    let store = place.with(&["a.example"]).await;
    audit(&store, 0, &[("a.example", 0)]).await;
    audit(&store, 10, &[("a.example", 0)]).await;
    begin(&store, 20).await;
    let mut tx = store.begin().await.unwrap();
    tx.forget_cycles(minute_of(10)).await.unwrap();
    tx.commit().await.unwrap();
    let ids = store.ended_cycles(9).await.unwrap();
    assert_eq!(ids.iter().map(|cycle| cycle.cycle_id).collect::<Vec<_>>(), [2]);
    assert_eq!(read(&store, SoughtCards { cycle: 1, ..EVERY }).await, [""; 0]);
    assert_eq!(read(&store, SoughtCards { cycle: 2, ..EVERY }).await.len(), 1);
    assert!(store.running_cycle().await.unwrap().is_some());
}

async fn thousands_of_domains_are_judged_at_once(place: Place) {
    let names: Vec<String> = (0..2_345).map(|n| format!("d{n:05}.example")).collect();
    let store = place
        .with(&names.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let said: Vec<_> = names.iter().map(|name| (name.as_str(), 2)).collect();
    audit(&store, 0, &said).await;
    let cycle = store.cycle(1).await.unwrap().unwrap();
    assert_eq!((cycle.domains, cycle.mean), (2_345, Some(50)));
    let last = SoughtCards {
        cycle: 1,
        after: 2_344,
        ..EVERY
    };
    assert_eq!(read(&store, last).await, ["d02344.example 50"]);
}

/// Domains, each with how many of its four checks fail.
type Said<'a> = [(&'a str, usize)];

/// None of the checks applies.
const NOTHING: usize = 9;

fn cards(said: &Said<'_>) -> Vec<Card> {
    let card = |(domain, failing): &(&str, usize)| Card {
        domain: name(domain),
        tenant: None,
        score: Score::of(&judged(*failing)),
    };
    said.iter().map(card).collect()
}

fn judged(failing: usize) -> Vec<Judged> {
    let one = |nth| Judged {
        check: CheckId::new("imap_cert_san_993"),
        group: Group::MailTls,
        priority: Priority::P1,
        state: match failing {
            NOTHING => State::Skipped,
            failing if nth < failing => State::Fail,
            _ => State::Ok,
        },
    };
    (0..4).map(one).collect()
}

async fn audit(store: &Store, minute: i64, said: &Said<'_>) {
    let (id, is_new) = begin(store, minute).await;
    assert!(is_new);
    end(store, id, minute, said).await;
}

async fn begin(store: &Store, minute: i64) -> (i64, bool) {
    let mut tx = store.begin().await.unwrap();
    let new = NewCycle {
        origin: Origin::Person,
        asked_by: Some("root"),
        asked_at: minute_of(minute),
    };
    let begun = tx.begin_cycle(new).await.unwrap();
    tx.commit().await.unwrap();
    begun
}

async fn end(store: &Store, id: i64, minute: i64, said: &Said<'_>) {
    let mut tx = store.begin().await.unwrap();
    assert!(tx.end_cycle(id, minute_of(minute), cards(said)).await.unwrap());
    tx.commit().await.unwrap();
}

async fn read(store: &Store, sought: SoughtCards<'_>) -> Vec<String> {
    let found = store.scorecards(sought).await.unwrap();
    let said = found.iter().map(|stored| {
        let value = stored.card.score.value;
        let value = value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        format!("{} {value}", stored.card.domain)
    });
    said.collect()
}

const EVERY: SoughtCards<'_> = SoughtCards {
    cycle: 0,
    tenant: None,
    q: "",
    after: 0,
    limit: 50,
};
