//! A machine in trouble: nothing is acknowledged that is not kept, whoever asks is told to come again, and when it is
//! over the Desk works again by itself.

use crate::harness::{Answer, Caller, Desk, Disk, PASSWORD, PATIENCE, Place, sqlite_at};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

#[test]
fn on_a_full_disk_callers_are_told_to_come_again_and_then_it_works_by_itself() {
    let storage = Disk::new();
    let mut desk = on(&storage).start();
    let (sender, root) = (sender(&desk), desk.token("root"));
    let mut kept: BTreeSet<String> = (0..20).map(|id| event_of(&post(&sender, id))).collect();
    let filler = storage.fill();
    // What was set aside for the log of the database takes some more.
    let mut refused = 0;
    for id in 100..2_000 {
        let answer = post(&sender, id);
        if answer.status == 202 {
            kept.insert(event_of(&answer));
            continue;
        }
        is_told_to_come_again(&answer);
        refused += 1;
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20);
    is_told_to_come_again(&desk.anonymous().log_in("mini", PASSWORD));
    let new = r#"{"domain": "b.example", "site": "here"}"#;
    is_told_to_come_again(&root.post("/api/v1/desk/domains", new));
    assert_eq!(readiness(&desk), (503, json!("the disk is full")));
    assert_eq!(root.get("/api/v1/desk/tickets").status, 200, "reads go on");
    assert_eq!(desk.anonymous().get("/health").status, 200);

    drop(filler);
    // It is looked at once a second.
    let until = Instant::now() + PATIENCE;
    while readiness(&desk) != (200, json!("ok")) {
        assert!(Instant::now() < until, "{:?}", readiness(&desk));
        pause();
    }
    kept.insert(event_of(&post(&sender, 5_000)));
    assert_eq!(root.post("/api/v1/desk/domains", new).status, 201);
    assert_eq!(
        events(&root),
        kept,
        "what was refused left nothing, and what was taken is there"
    );
    desk.says("Storing works again");
    let told = desk.stop().err;
    assert_eq!(told.matches("Cannot be stored or read now").count(), 1, "{told}");
}

#[test]
fn on_a_disk_that_can_only_be_read_callers_are_told_to_come_again_and_nothing_is_lost() {
    let mut storage = Disk::new();
    let place = on(&storage);
    let desk = place.start();
    let (sender, root) = (sender(&desk), desk.token("root"));
    let kept: BTreeSet<String> = (0..20).map(|id| event_of(&post(&sender, id))).collect();
    storage.turn_read_only();
    for id in 100..120 {
        is_told_to_come_again(&post(&sender, id));
    }
    is_told_to_come_again(&desk.anonymous().log_in("mini", PASSWORD));
    assert_eq!(readiness(&desk).0, 503);
    assert_eq!(root.get("/api/v1/desk/tickets").status, 200, "reads go on");
    // Only mounting it anew ends this; then the Desk starts as after any other end.
    let cut = storage.cut();
    desk.kill();
    storage.goes_on(cut);
    let desk = place.start_new();
    assert_eq!(events(&desk.token("root")), kept);
}

#[test]
fn without_descriptors_callers_are_told_to_come_again_until_others_leave() {
    let mut place = Place::sqlite();
    place.integrations(json!([{"name": "vm112", "secret": SECRET}]));
    let mut desk = place.start();
    let root = desk.token("root");
    assert_eq!(post(&sender(&desk), 1).status, 202);
    desk.may_open(4);
    let idle: Vec<TcpStream> = (0..8)
        .map(|_| TcpStream::connect(desk.address()).unwrap())
        .collect();
    desk.says("Turns callers away until others leave");
    for id in 10..15 {
        is_told_to_come_again(&post(&sender(&desk), id));
    }
    drop(idle);
    let until = Instant::now() + PATIENCE;
    while post(&sender(&desk), 20).status != 202 {
        assert!(Instant::now() < until, "others have left");
        pause();
    }
    desk.says("Takes callers again");
    let kept = events(&root.at(&desk));
    assert_eq!(kept.len(), 2);
    let told = desk.stop().err;
    assert_eq!(told.matches("Turns callers away").count(), 1, "{told}");
}

/// Bodies that are announced and do not come hold their place: the memory for them is what is bounded.
#[test]
fn beyond_the_bodies_that_there_is_room_for_senders_are_told_to_come_again() {
    let mut place = Place::sqlite();
    place.integrations(json!([{"name": "vm112", "secret": SECRET}]));
    let desk = place.start();
    let sender = sender(&desk);
    let head = format!(
        "POST /api/v1/webhooks/ingress/vm112 HTTP/1.1\r\nhost: desk\r\nx-webhook-secret: {SECRET}\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        1 << 20
    );
    let unfinished: Vec<TcpStream> = (0..ROOM)
        .map(|_| {
            let mut stream = TcpStream::connect(desk.address()).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            // The body is wanted: it has its place.
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, b"HTTP/1.1 100");
            stream
        })
        .collect();
    let refused = post(&sender, 1);
    refused.problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "1", "{refused:?}");
    let metrics = desk.anonymous().get("/metrics").text;
    let counted = "ligbox_desk_webhooks_total{integration=\"vm112\",outcome=\"unavailable\"} 1\n";
    assert!(metrics.contains(counted), "{metrics}");
    // Who proves nothing is told that, and holds no place.
    let wrong = desk.anonymous().with("x-webhook-secret", "wrong");
    assert_eq!(post(&wrong, 0).status, 401);
    drop(unfinished);
    let until = Instant::now() + PATIENCE;
    while post(&sender, 1).status != 202 {
        assert!(Instant::now() < until, "the others have left");
        pause();
    }
    assert_eq!(events(&desk.token("root")).len(), 1);
}

fn on(storage: &Disk) -> Place {
    let mut place = Place::sqlite();
    place.set("database.url", sqlite_at(&storage.path()));
    place.integrations(json!([{"name": "vm112", "secret": SECRET}]));
    place.add_domain("a.example", "here");
    place
}

fn sender(desk: &Desk) -> Caller {
    desk.anonymous().with("x-webhook-secret", SECRET)
}

/// Long, so that a few fill what is left.
fn post(sender: &Caller, id: usize) -> Answer {
    let data = json!({"domain": format!("d{id}.example"), "sans": vec!["x".repeat(250); 40]});
    let body = json!({"event": "infra.mail_tls.failed", "id": id.to_string(), "data": data});
    sender.post("/api/v1/webhooks/ingress/vm112", &body.to_string())
}

fn event_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["event_id"].as_str().unwrap().to_owned()
}

fn is_told_to_come_again(answer: &Answer) {
    answer.problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), "2", "{answer:?}");
}

fn readiness(desk: &Desk) -> (u16, Value) {
    let answer = desk.anonymous().get("/health/ready");
    (answer.status, answer.json()["database"].clone())
}

fn events(root: &Caller) -> BTreeSet<String> {
    let (mut ids, mut next) = (BTreeSet::new(), String::new());
    loop {
        let page = root
            .get(&format!(
                "/api/v1/webhooks/events?integration=vm112&limit=200{next}"
            ))
            .json();
        let items = page["items"].as_array().unwrap();
        ids.extend(
            items
                .iter()
                .map(|event| event["event_id"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            return ids;
        };
        next = format!("&cursor={cursor}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a story waits as its reader would")]
fn pause() {
    thread::sleep(Duration::from_millis(20));
}

const SECRET: &str = "a secret between machines";
/// Of the longest bodies, how many at once.
const ROOM: usize = 32;
