//! Recording runs: what is kept, what is counted, and what counts as news.

use crate::{IMAP, Place, SMTP, faults, minute_of, name, record, run};
use model::{
    CheckId, Code, Evidence, Leaf, Reason, State, Timestamp,
    certificate::Link,
    event::{Event, What},
};
use store::{Run, Store, StoredStep};

on_both_engines! {
    the_same_answer_twice_is_a_streak_and_no_news
    a_change_of_state_is_one_event_with_what_was_before
    another_reason_in_the_same_state_is_no_event_but_is_kept
    two_runs_of_one_domain_in_one_transaction_count_in_their_order
    evidence_comes_back_as_it_was_seen
    the_board_knows_what_its_rows_show
    a_large_sweep_is_recorded_whole
    nothing_to_record_is_nothing
}

async fn the_same_answer_twice_is_a_streak_and_no_news(place: Place) {
    let store = place.with(&["a.example"]).await;
    let first = record(&store, &[run("a.example", 0, &[(IMAP, State::Ok)])]).await;
    assert_eq!(first, [change(1, 0, None, State::Ok)]);
    assert_eq!(
        record(&store, &[run("a.example", 5, &[(IMAP, State::Ok)])]).await,
        []
    );

    let step = only(&store).await;
    assert_eq!((step.streak, step.since), (2, minute_of(0)));
    assert_eq!((step.checked_at, step.duration_ms), (minute_of(5), 12));
    assert_eq!(store.events_after(0, 10).await.unwrap(), first);
}

async fn a_change_of_state_is_one_event_with_what_was_before(place: Place) {
    let store = place.with(&["a.example"]).await;
    record(&store, &[run("a.example", 0, &[(IMAP, State::Ok)])]).await;
    record(&store, &[run("a.example", 5, &[(IMAP, State::Ok)])]).await;
    let events = record(&store, &[run("a.example", 10, &[(IMAP, State::Fail)])]).await;
    assert_eq!(events, [change(2, 10, Some(State::Ok), State::Fail)]);
    assert_eq!(store.events_after(1, 10).await.unwrap(), events);

    let step = only(&store).await;
    assert_eq!((step.state, step.code), (State::Fail, Code::Expired));
    assert_eq!((step.streak, step.since), (1, minute_of(10)));
}

async fn another_reason_in_the_same_state_is_no_event_but_is_kept(place: Place) {
    let store = place.with(&["a.example"]).await;
    let mut run = run("a.example", 0, &[(IMAP, State::Warn)]);
    record(&store, std::slice::from_ref(&run)).await;
    run.at = minute_of(5);
    run.findings[0].code = Code::Untrusted;
    run.findings[0].evidence = Evidence::default().because(Reason::SelfSigned);
    assert_eq!(record(&store, &[run]).await, []);

    let step = only(&store).await;
    assert_eq!((step.code, step.streak), (Code::Untrusted, 2));
    assert_eq!(step.evidence.reason, Some(Reason::SelfSigned));
}

async fn two_runs_of_one_domain_in_one_transaction_count_in_their_order(place: Place) {
    let store = place.with(&["a.example"]).await;
    let events = record(
        &store,
        &[
            run("a.example", 0, &[(IMAP, State::Ok)]),
            run("a.example", 1, &[(IMAP, State::Fail), (SMTP, State::Ok)]),
            run("a.example", 2, &[(IMAP, State::Fail)]),
        ],
    )
    .await;
    assert_eq!(events[0], change(1, 0, None, State::Ok));
    assert_eq!(events[1], change(2, 1, Some(State::Ok), State::Fail));
    assert_eq!(events.len(), 4, "the other check, and the fault that lasts");
    let steps = store.steps(Some(&name("a.example"))).await.unwrap();
    let imap = steps.iter().find(|step| step.check.as_str() == IMAP).unwrap();
    assert_eq!(
        (imap.since, imap.streak, imap.checked_at),
        (minute_of(1), 2, minute_of(2))
    );
    let stretches = store.stretches(&name("a.example"), minute_of(0)).await.unwrap();
    assert_eq!(stretches.len(), 3);
}

async fn evidence_comes_back_as_it_was_seen(place: Place) {
    let store = place.with(&["a.example"]).await;
    for (minute, evidence) in [seen(1), seen(1), seen(2), Evidence::default(), seen(2)]
        .into_iter()
        .enumerate()
    {
        let mut run = run("a.example", i64::try_from(minute).unwrap(), &[(IMAP, State::Ok)]);
        run.findings[0].evidence = evidence.clone();
        record(&store, &[run]).await;
        assert_eq!(only(&store).await.evidence, evidence);
    }
}

async fn the_board_knows_what_its_rows_show(place: Place) {
    let store = place.with(&["a.example", "b.example", "new.example"]).await;
    let mut a = run("a.example", 0, &[(IMAP, State::Ok), (SMTP, State::Skipped)]);
    a.findings[0].evidence = seen(1);
    let b = run("b.example", 1, &[(IMAP, State::Unknown), (SMTP, State::Warn)]);
    record(&store, &[a, b]).await;

    let cells = store.cells().await.unwrap();
    assert_eq!(
        cells.keys().collect::<Vec<_>>(),
        [&name("a.example"), &name("b.example")]
    );
    let imap = cells[&name("a.example")]
        .iter()
        .find(|cell| cell.check.as_str() == IMAP)
        .unwrap();
    assert_eq!(
        (imap.state, imap.code, imap.since, imap.checked_at),
        (State::Ok, Code::Ok, minute_of(0), minute_of(0))
    );
    assert_eq!(imap.expires_at, seen(1).leaf.map(|leaf| leaf.not_after));
    assert!(
        cells[&name("b.example")]
            .iter()
            .all(|cell| cell.expires_at.is_none())
    );

    let mut found: Vec<_> = faults(&store)
        .await
        .into_iter()
        .map(|step| (step.domain, step.state))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            (name("b.example"), State::Warn),
            (name("b.example"), State::Unknown)
        ]
    );
}

async fn a_large_sweep_is_recorded_whole(place: Place) {
    // More than one statement of each kind.
    let names: Vec<String> = (0..600).map(|n| format!("d{n}.example")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let store = place.with(&names).await;
    let sweep = |minute, state| -> Vec<Run> {
        names
            .iter()
            .map(|name| run(name, minute, &[(IMAP, state), (SMTP, State::Ok)]))
            .collect()
    };
    assert_eq!(record(&store, &sweep(0, State::Ok)).await.len(), 1_200);
    let events = record(&store, &sweep(5, State::Fail)).await;
    assert_eq!(events.len(), 600);
    assert_eq!((events[0].id, events[599].id), (1_201, 1_800));
    assert_eq!(store.events_after(1_200, 1_000).await.unwrap(), events);
    assert_eq!(faults(&store).await.len(), 600);
    let cells = store.cells().await.unwrap();
    assert_eq!(cells.values().map(Vec::len).sum::<usize>(), 1_200);
}

async fn nothing_to_record_is_nothing(place: Place) {
    let store = place.with(&["a.example"]).await;
    assert_eq!(record(&store, &[]).await, []);
    assert_eq!(record(&store, &[run("a.example", 0, &[])]).await, []);
    assert!(store.cells().await.unwrap().is_empty());
    assert_eq!(store.last_event_id().await.unwrap(), 0);
}

async fn only(store: &Store) -> StoredStep {
    let mut steps = store.steps(None).await.unwrap();
    assert_eq!(steps.len(), 1);
    steps.remove(0)
}

fn change(id: i64, minute: i64, before: Option<State>, state: State) -> Event {
    Event {
        id,
        at: minute_of(minute),
        what: What::Check {
            domain: name("a.example"),
            check: CheckId::new(IMAP),
            before,
            state,
            code: if state == State::Ok {
                Code::Ok
            } else {
                Code::Expired
            },
        },
    }
}

fn seen(serial: u8) -> Evidence {
    let link = Link {
        subject: "CN=Pão & Cia, O=\"quoted\"".into(),
        issuer: "CN=CA".into(),
        not_after: Timestamp::from_seconds(1_900_000_000),
        sha256: "00".repeat(32),
        public_key: "RSA 2048".into(),
    };
    Evidence {
        endpoint: Some("127.0.0.1:993".into()),
        sni: Some("mail.a.example".into()),
        leaf: Some(Leaf {
            cn: None,
            sans: vec!["mail.a.example".into(), "*.a.example".into()],
            sans_left_out: 3,
            issuer: "CN=CA".into(),
            serial: format!("{serial:02x}"),
            not_before: Timestamp::from_seconds(1_700_000_000),
            not_after: Timestamp::from_seconds(1_900_000_000 + i64::from(serial)),
            sha256: "11".repeat(32),
            public_key: "EC P-256".into(),
        }),
        chain: vec![link.clone(), link],
        ..Evidence::default()
    }
    .because(Reason::IncompleteChain)
}
