//! Old runs become daily summaries, and those are forgotten in their time: the database stops growing.

use crate::{HOLDS, IMAP, Place, SMTP, minute_of, name, record, run};
use model::{
    CheckId, Patience, State, Timestamp,
    history::Tally,
    time::{DAY, HOUR},
};
use sqlx::{Connection, PgConnection, SqliteConnection};
use store::{Run, Store};

on_both_engines! {
    old_runs_become_the_numbers_of_their_day
    summing_up_again_changes_nothing_and_a_late_run_is_added
    what_is_undone_halfway_loses_nothing
    ten_years_take_no_more_room_than_three
}

async fn old_runs_become_the_numbers_of_their_day(place: Place) {
    let store = place.with(&["a.example"]).await;
    let day = minute_of(0).midnight();
    for (hour, imap) in [
        (0, State::Ok),
        (1, State::Ok),
        (2, State::Fail),
        (25, State::Warn),
        (48, State::Ok),
    ] {
        let said = [(IMAP, imap), (SMTP, State::Skipped)];
        record(&store, &[run_at(day.plus(hour * HOUR), &said)]).await;
    }
    // In the middle of the third day: it is not over.
    roll_up(&store, day.plus(60 * HOUR)).await;
    let days = store.days(&name("a.example"), day).await.unwrap();
    assert_eq!(
        days.iter().map(|day| day.at).collect::<Vec<_>>(),
        [day, day.plus(DAY)]
    );
    let tally = |nth: usize, check| days[nth].tallies[&CheckId::new(check)];
    assert_eq!((tally(0, IMAP).ok, tally(0, IMAP).fail), (2, 1));
    assert_eq!(tally(0, IMAP).worst(), Some(State::Fail));
    assert_eq!(tally(0, SMTP).skipped, 3);
    assert_eq!(tally(1, IMAP).worst(), Some(State::Warn));
    assert_eq!(store.stretches(&name("a.example"), day).await.unwrap().len(), 1);
    assert_eq!(
        store.steps(None).await.unwrap().len(),
        2,
        "the latest answers stay"
    );
    assert_eq!(
        store.days(&name("a.example"), day.plus(DAY)).await.unwrap().len(),
        1
    );
}

async fn summing_up_again_changes_nothing_and_a_late_run_is_added(place: Place) {
    let store = place.with(&["a.example"]).await;
    let day = minute_of(0).midnight();
    record(&store, &[run_at(day, &[(IMAP, State::Ok)])]).await;
    for _ in 0..3 {
        roll_up(&store, day.plus(DAY)).await;
    }
    assert_eq!(
        only(&store).await,
        Tally {
            ok: 1,
            ..Tally::default()
        }
    );
    record(&store, &[run_at(day.plus(HOUR), &[(IMAP, State::Fail)])]).await;
    roll_up(&store, day.plus(DAY)).await;
    assert_eq!(
        only(&store).await,
        Tally {
            ok: 1,
            fail: 1,
            ..Tally::default()
        }
    );
}

async fn what_is_undone_halfway_loses_nothing(place: Place) {
    let store = place.with(&["a.example"]).await;
    let day = minute_of(0).midnight();
    record(&store, &[run_at(day, &[(IMAP, State::Ok)])]).await;
    let mut tx = store.begin().await.unwrap();
    tx.roll_up(&name("a.example"), day.plus(DAY)).await.unwrap();
    // As a kill would.
    drop(tx);
    assert_eq!(store.days(&name("a.example"), day).await.unwrap(), []);
    roll_up(&store, day.plus(DAY)).await;
    assert_eq!(only(&store).await.runs(), 1);
}

/// A property: whatever the checks say, the rows after ten years are those after three.
async fn ten_years_take_no_more_room_than_three(place: Place) {
    let store = place.with(&["a.example"]).await;
    let begin = minute_of(0).midnight();
    let mut after_three = None;
    for month in 0..120 {
        let mut tx = store.begin().await.unwrap();
        for day in 0..30 {
            let day = begin.plus((month * 30 + day) * DAY);
            // One check flaps all day, the other changes once a month.
            let runs: Vec<Run> = (0..6)
                .map(|nth| {
                    let flapping = if nth % 2 == 0 { State::Ok } else { State::Fail };
                    let steady = if month % 2 == 0 { State::Ok } else { State::Warn };
                    run_at(day.plus(nth * 4 * HOUR), &[(IMAP, flapping), (SMTP, steady)])
                })
                .collect();
            tx.record(&runs, Patience::default()).await.unwrap();
            let a = name("a.example");
            tx.roll_up(&a, day.plus(-14 * DAY)).await.unwrap();
            tx.forget_days(&a, day.plus(-731 * DAY)).await.unwrap();
            tx.forget_changes(&a, day.plus(-731 * DAY), 500).await.unwrap();
            tx.forget_events(day.plus(-14 * DAY), 5_000).await.unwrap();
        }
        tx.commit().await.unwrap();
        if month == 36 {
            after_three = Some(rows(&place.url).await);
        }
    }
    let [runs, days, changes, events] = rows(&place.url).await;
    let [_, days_then, changes_then, _] = after_three.unwrap();
    assert_eq!((days, changes), (days_then, changes_then));
    assert_eq!(days, 731 - 14, "two years but the last fourteen days");
    assert!(
        changes <= 500 + 25 + 6 && runs <= 15 * 6 && events <= 15 * 7,
        "{changes} {runs} {events}"
    );
}

/// How many runs, days, changes and events there are.
async fn rows(url: &str) -> [i64; 4] {
    let sql = "select (select count(*) from runs), (select count(*) from days),
        (select count(*) from changes), (select count(*) from events)";
    let (runs, days, changes, events) = if url.starts_with("sqlite") {
        let mut file = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_as(sql).fetch_one(&mut file).await.unwrap()
    } else {
        let mut server = PgConnection::connect(url).await.unwrap();
        sqlx::query_as(sql).fetch_one(&mut server).await.unwrap()
    };
    [runs, days, changes, events]
}

async fn roll_up(store: &Store, before: Timestamp) {
    let mut tx = store.begin().await.unwrap();
    tx.roll_up(&name("a.example"), before).await.unwrap();
    tx.commit().await.unwrap();
}

/// The one day's numbers of the one check.
async fn only(store: &Store) -> Tally {
    let days = store.days(&name("a.example"), Timestamp(0)).await.unwrap();
    assert_eq!(days.len(), 1);
    days[0].tallies[&CheckId::new(IMAP)]
}

fn run_at(at: Timestamp, said: &[(&'static str, State)]) -> Run {
    Run {
        at,
        holds: HOLDS,
        ..run("a.example", 0, said)
    }
}
