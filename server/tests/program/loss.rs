//! Nothing that was acknowledged is lost, and nothing is done twice, wherever the program is killed.

use crate::harness::{Caller, Desk, Disk, Place, sqlite_at};
use serde_json::{Value, json};
use sqlx::{
    ConnectOptions, Connection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};
use tokio::runtime::Runtime;

on_both_engines! {
    every_acknowledged_event_survives_a_kill_at_any_instant
}

fn every_acknowledged_event_survives_a_kill_at_any_instant(mut place: Place) {
    place.integrations(json!([{"name": "vm112", "secret": SECRET}]));
    let mut desk = place.start();
    let (mut acknowledged, sent) = (BTreeMap::new(), AtomicUsize::new(0));
    for kill in 0..KILLS {
        acknowledged.extend(storm(&desk, &sent, kill, Desk::kill_now));
        desk.kill();
        desk = place.start_new();
    }
    assert!(acknowledged.len() >= EVENTS, "{}", acknowledged.len());
    is_all_there_once(&desk, &acknowledged, &sent);
}

/// Twenty cuts, each at another instant of a storm.
#[test]
fn every_acknowledged_event_survives_a_power_cut() {
    let (mut place, mut storage) = (Place::sqlite(), Disk::new());
    place.set("database.url", sqlite_at(&storage.path()));
    place.integrations(json!([{"name": "vm112", "secret": SECRET}]));
    let mut desk = place.start();
    let (mut acknowledged, sent) = (BTreeMap::new(), AtomicUsize::new(0));
    for nth in 0..KILLS {
        acknowledged.extend(storm(&desk, &sent, nth, |desk| {
            desk.freeze();
            // Nothing more is acknowledged, and what was not synced by now is lost.
            let cut = storage.cut();
            desk.kill_now();
            storage.goes_on(cut);
        }));
        desk.kill();
        desk = place.start_new();
    }
    is_all_there_once(&desk, &acknowledged, &sent);
}

/// Without this the story above would prove nothing.
#[test]
fn a_power_cut_takes_what_was_committed_and_not_synced() {
    let survivors = |synchronous| {
        let runtime = Runtime::new().unwrap();
        let mut disk = Disk::new();
        let options = SqliteConnectOptions::new()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .create_if_missing(true);
        runtime.block_on(async {
            let file = disk.path().join("db");
            let mut db = options.clone().filename(&file).connect().await.unwrap();
            sqlx::query("create table numbers (n)")
                .execute(&mut db)
                .await
                .unwrap();
            for n in 0..ROWS {
                sqlx::query("insert into numbers values ($1)")
                    .bind(n)
                    .execute(&mut db)
                    .await
                    .unwrap();
            }
            let cut = disk.cut();
            db.close().await.unwrap();
            disk.goes_on(cut);
            let mut db = options.filename(file).connect().await.unwrap();
            let count = sqlx::query_scalar::<_, i64>("select count(*) from numbers")
                .fetch_one(&mut db)
                .await;
            let count = count.unwrap_or_default();
            db.close().await.unwrap();
            count
        })
    };
    assert_eq!(survivors(SqliteSynchronous::Full), ROWS);
    assert!(survivors(SqliteSynchronous::Normal) < ROWS);
}

fn is_all_there_once(desk: &Desk, acknowledged: &BTreeMap<usize, String>, sent: &AtomicUsize) {
    // What was acknowledged is there, under the id that was told.
    let sender = desk.anonymous().with("x-webhook-secret", SECRET);
    for (id, event) in acknowledged.iter().step_by(1 + acknowledged.len() / 500) {
        let again = sender.post(INGRESS, &body(*id)).json();
        assert_eq!(again, json!({"event_id": event, "duplicate": true}), "{id}");
    }
    let root = desk.token("root");
    let stored = all(&root, "/api/v1/webhooks/events?integration=vm112");
    let ids: BTreeSet<&str> = stored
        .iter()
        .map(|event| event["event_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), stored.len());
    for event in acknowledged.values() {
        assert!(
            ids.contains(event.as_str()),
            "event {event} was acknowledged and is lost"
        );
    }
    assert!(
        stored.len() <= sent.load(Ordering::SeqCst),
        "something is there twice"
    );

    // One ticket a fault, which counts exactly what is there.
    let tickets = all(&root, "/api/v1/desk/tickets?kind=mail_tls");
    let faults: BTreeSet<&str> = tickets
        .iter()
        .map(|ticket| ticket["domain"].as_str().unwrap())
        .collect();
    assert_eq!(faults.len(), tickets.len(), "a fault has two tickets");
    let counted: u64 = tickets
        .iter()
        .map(|ticket| ticket["occurrences"].as_u64().unwrap())
        .sum();
    assert_eq!(counted, stored.len() as u64);
}

/// Sends events of their own from several connections until the program is about to be killed; returns those that
/// were acknowledged, with the ids that were told.
#[expect(clippy::disallowed_methods, reason = "a story waits as its reader would")]
fn storm(desk: &Desk, sent: &AtomicUsize, kill: usize, end: impl FnOnce(&Desk)) -> BTreeMap<usize, String> {
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|_| {
                let sender = desk.anonymous().with("x-webhook-secret", SECRET);
                let (stop, acknowledged) = (&stop, &acknowledged);
                scope.spawn(move || {
                    let mut told = Vec::new();
                    while !stop.load(Ordering::SeqCst) {
                        let id = sent.fetch_add(1, Ordering::SeqCst);
                        let answer = sender.attempt("POST", INGRESS, &body(id));
                        match answer {
                            Some(answer) if answer.status == 202 => {
                                acknowledged.fetch_add(1, Ordering::SeqCst);
                                told.push((id, answer.json()["event_id"].as_str().unwrap().to_owned()));
                            }
                            Some(answer) => panic!("{answer:?}"),
                            // Killed before it answered: whether it is there is anybody's guess.
                            None => break,
                        }
                    }
                    told
                })
            })
            .collect();
        // However slow the machine is, this many; then at another instant each time, within a batch as often as
        // between two.
        let all_gave_up = || senders.iter().all(thread::ScopedJoinHandle::is_finished);
        while acknowledged.load(Ordering::SeqCst) < EVENTS / KILLS && !all_gave_up() {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros((kill as u64 * 7_919) % 20_000));
        end(desk);
        stop.store(true, Ordering::SeqCst);
        senders
            .into_iter()
            .flat_map(|sender| sender.join().unwrap())
            .collect()
    })
}

fn body(id: usize) -> String {
    json!({"event": "infra.mail_tls.failed", "id": id.to_string(), "data": {"domain": format!("d{}.example", id % 40)}})
        .to_string()
}

/// All items of a list, page by page.
fn all(who: &Caller, path: &str) -> Vec<Value> {
    let (mut items, mut next) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{path}&limit=200{next}")).json();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else {
            return items;
        };
        next = format!("&cursor={cursor}");
    }
}

const INGRESS: &str = "/api/v1/webhooks/ingress/vm112";
const SECRET: &str = "a secret between machines";
const SENDERS: usize = 6;
const KILLS: usize = 20;
/// In all lives together, at the least.
const EVENTS: usize = 10_000;
const ROWS: i64 = 300;
