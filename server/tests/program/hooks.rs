//! Outgoing hooks: other systems are told what becomes of tickets, signed, and until they take it.

use crate::harness::{Caller, Desk, Place};
use desk::webhooks::{Keys, Proof, Secret, Signature};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{
    Receiver,
    receiver::{
        Letter,
        Reply::{self, Nothing, Says},
    },
};
use tokio::runtime::Runtime;

on_both_engines! {
    a_ticket_is_told_until_the_receiver_takes_it
    each_is_told_of_what_it_wants_alone
    what_a_receiver_refuses_is_kept_for_people
    a_receiver_that_is_gone_from_the_configuration_is_told_nothing
    what_was_being_told_at_a_kill_is_told_after_the_start
    a_receiver_that_never_answers_holds_up_neither_the_others_nor_a_stop
}

fn a_ticket_is_told_until_the_receiver_takes_it(mut place: Place) {
    let mut siem = Siem::answering(&[Says("503 Busy\r\nRetry-After: 1")]);
    place.hooks(json!([siem.hook("siem", SIGNING)]));
    let desk = place.start();
    let ticket = open_ticket(&desk);
    let letters = siem.letters(2);
    let [refused, taken] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!(refused.request, "POST /from/desk?key=sesame-url HTTP/1.1");
    for letter in [refused, taken] {
        assert_eq!(letter.header("content-type"), "application/json");
        assert!(is_signed(letter, SIGNING), "{letter:?}");
        assert!(!is_signed(letter, "another secret"));
    }
    assert_eq!(refused.header("webhook-id"), taken.header("webhook-id"));
    assert_eq!(refused.body, taken.body);
    let told: Value = serde_json::from_str(&taken.body).unwrap();
    assert_eq!(told["type"], "ticket.opened");
    assert_eq!(told["timestamp"], ticket["created_at"]);
    assert_eq!(
        (&told["data"]["id"], &told["data"]["subject"]),
        (&ticket["id"], &json!("Maria cannot send"))
    );
    let told = eventually(|| moments(&desk, &ticket, "notified").pop());
    assert_eq!(
        (&told["event"], &told["to"]),
        (&json!("ticket.opened"), &json!("siem"))
    );
    eventually(|| (depths(&desk) == [0, 0, 0]).then_some(()));
    let done = desk.stop();
    for secret in [SIGNING, "sesame-url", "from/desk"] {
        assert!(
            !done.out.contains(secret) && !done.err.contains(secret),
            "{done:?}"
        );
    }
}

fn each_is_told_of_what_it_wants_alone(mut place: Place) {
    let (mut siem, mut billing) = (Siem::answering(&[]), Siem::answering(&[]));
    let mut wants_ends = billing.hook("billing", "another secret");
    wants_ends["events"] = json!(["ticket.resolved"]);
    place.hooks(json!([siem.hook("siem", SIGNING), wants_ends]));
    let desk = place.start();
    let ticket = open_ticket(&desk);
    for status in ["resolved", "closed", "in_progress", "waiting", "resolved"] {
        turn(&desk, &ticket, &json!({"status": status}));
    }
    let kinds = |letters: &[Letter]| {
        let kinds = letters
            .iter()
            .map(|letter| serde_json::from_str::<Value>(&letter.body).unwrap()["type"].clone());
        let mut kinds: Vec<_> = kinds.map(|kind| kind.as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds
    };
    assert_eq!(
        kinds(&siem.letters(4)),
        [
            "ticket.opened",
            "ticket.reopened",
            "ticket.resolved",
            "ticket.resolved"
        ]
    );
    let ends = billing.letters(2);
    assert_eq!(kinds(&ends), ["ticket.resolved", "ticket.resolved"]);
    assert!(is_signed(&ends[0], "another secret") && !is_signed(&ends[0], SIGNING));
    assert_ne!(ends[0].header("webhook-id"), ends[1].header("webhook-id"));
    eventually(|| (depths(&desk) == [0, 0, 0]).then_some(()));
    assert_eq!((siem.letters(4).len(), billing.letters(2).len()), (4, 2));
}

fn what_a_receiver_refuses_is_kept_for_people(mut place: Place) {
    let mut siem = Siem::answering(&[Says("410 Gone"), Says("403 Forbidden"), Says("404 Not Found")]);
    place.hooks(json!([siem.hook("siem", SIGNING)]));
    let desk = place.start();
    let first = open_ticket(&desk);
    siem.letters(1);
    let admin = desk.token("admin");
    let job = eventually(|| dead(&admin).pop());
    let about = format!("siem: ticket.opened #{}", first["number"]);
    assert_eq!((&job["name"], &job["about"]), (&json!("hook"), &json!(about)));
    assert_eq!(
        (&job["tries"], &job["error"]),
        (&json!(1), &json!("the receiver answered 410"))
    );
    assert_eq!(depths(&desk), [0, 0, 1]);

    let path = format!("/api/v1/jobs/{}", job["id"]);
    let form = |what: &str| format!("/jobs/{}/{what}", job["id"]);
    for user in ["mini", "noc"] {
        let caller = desk.token(user);
        assert_eq!(dead(&caller).len(), 1);
        caller
            .post(&format!("{path}/retry"), "")
            .problem(403, "forbidden");
        caller.call("DELETE", &path, "").problem(403, "forbidden");
        let page = desk.cookie(user).get("/status").text;
        assert!(page.contains("the receiver answered 410") && !page.contains(&form("retry")));
        assert_eq!(desk.cookie(user).form(&form("drop"), &[]).status, 403);
    }
    let page = desk.cookie("admin").get("/status").text;
    assert!(page.contains("the receiver answered 410") && page.contains(&form("drop")));
    let retried = desk.cookie("admin").form(&form("retry"), &[]);
    assert_eq!(retried.goes_to(), "/status#queue");
    siem.letters(2);
    let again = eventually(|| dead(&admin).pop());
    assert_eq!(again["error"], "the receiver answered 403");
    assert_eq!(admin.post(&format!("{path}/retry"), "").status, 202);
    siem.letters(3);
    eventually(|| dead(&admin).pop());
    assert_eq!(admin.call("DELETE", &path, "").status, 204);
    admin.call("DELETE", &path, "").problem(404, "not_found");
    admin.post(&format!("{path}/retry"), "").problem(404, "not_found");
    assert_eq!(dead(&admin), [] as [Value; 0]);

    let trail = desk.token("root").get("/api/v1/auth/trail").json();
    let deeds: Vec<_> = trail["items"].as_array().unwrap()[..2]
        .iter()
        .map(|deed| (&deed["action"], &deed["actor"], &deed["object"]))
        .collect();
    let (admin, about) = (&json!("admin"), &json!(about));
    assert_eq!(
        deeds,
        [
            (&json!("job.dropped"), admin, about),
            (&json!("job.retried"), admin, about)
        ]
    );
    assert_eq!(moments(&desk, &first, "notified"), [] as [Value; 0]);
}

fn a_receiver_that_is_gone_from_the_configuration_is_told_nothing(mut place: Place) {
    let mut siem = Siem::answering(&[Says("503 Busy\r\nRetry-After: 3600")]);
    place.hooks(json!([siem.hook("siem", SIGNING)]));
    let desk = place.start();
    open_ticket(&desk);
    siem.letters(1);
    eventually(|| (depths(&desk) == [1, 0, 0]).then_some(()));
    desk.kill();
    place.tamper("update jobs set due_at = 0");
    place.hooks(json!([]));
    let desk = place.start();
    let job = eventually(|| dead(&desk.token("root")).pop());
    assert_eq!(job["error"], "no hook of this name is configured");
    assert_eq!(siem.letters(1).len(), 1);
}

fn what_was_being_told_at_a_kill_is_told_after_the_start(mut place: Place) {
    let mut siem = Siem::answering(&[Nothing, Nothing, Nothing]);
    place.hooks(json!([siem.hook("siem", SIGNING)]));
    let desk = place.start();
    for _ in 0..3 {
        open_ticket(&desk);
    }
    let unanswered = siem.letters(3);
    assert_eq!(depths(&desk), [0, 3, 0]);
    desk.kill();
    let desk = place.start();
    let all = siem.letters(6);
    let ids = |letters: &[Letter]| {
        let mut ids: Vec<_> = letters
            .iter()
            .map(|letter| letter.header("webhook-id").to_owned())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&all[3..]), ids(&unanswered));
    eventually(|| (depths(&desk) == [0, 0, 0]).then_some(()));
}

fn a_receiver_that_never_answers_holds_up_neither_the_others_nor_a_stop(mut place: Place) {
    let mut deaf = Siem::answering(&[Nothing; 50]);
    let mut siem = Siem::answering(&[]);
    place.hooks(json!([
        deaf.hook("deaf", SIGNING),
        siem.hook("siem", "another secret")
    ]));
    let desk = place.start();
    for _ in 0..10 {
        open_ticket(&desk);
    }
    siem.letters(10);
    assert_eq!(deaf.letters(4).len(), 4, "so many at a time");
    eventually(|| (depths(&desk) == [6, 4, 0]).then_some(()));
    let asked = Instant::now();
    let done = desk.stop();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(asked.elapsed() < Duration::from_secs(9), "{:?}", asked.elapsed());
    assert!(done.err.contains("Jobs were left for the next start"), "{done:?}");
}

/// Another system that wants to be told.
struct Siem {
    receiver: Receiver,
    runtime: Runtime,
}

impl Siem {
    fn answering(replies: &[Reply]) -> Self {
        let runtime = Runtime::new().unwrap();
        Self {
            receiver: runtime.block_on(Receiver::answering(replies)).unwrap(),
            runtime,
        }
    }

    fn hook(&self, name: &str, secret: &str) -> Value {
        let url = format!("http://{}/from/desk?key=sesame-url", self.receiver.endpoint());
        json!({"name": name, "url": url, "secret": secret})
    }

    /// Waits until so many have come.
    fn letters(&mut self, count: usize) -> Vec<Letter> {
        let letters = self.receiver.letters(count);
        let came = self
            .runtime
            .block_on(async { tokio::time::timeout(Duration::from_secs(30), letters).await });
        came.unwrap_or_else(|_| panic!("{count} letters did not come"))
    }
}

/// As a receiver proves it, five minutes around its own time.
fn is_signed(letter: &Letter, secret: &str) -> bool {
    let proof = Proof {
        signature: Some(Signature {
            id: letter.header("webhook-id"),
            timestamp: letter.header("webhook-timestamp"),
            signatures: letter.header("webhook-signature"),
        }),
        ..Proof::default()
    };
    let keys = Keys::new(Secret::new(secret.to_owned()), None);
    keys.accepts(&proof, letter.body.as_bytes(), testkit::clock::now())
}

fn open_ticket(desk: &Desk) -> Value {
    let new = json!({"subject": "Maria cannot send"}).to_string();
    let answer = desk.token("root").post("/api/v1/desk/tickets", &new);
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

fn turn(desk: &Desk, ticket: &Value, change: &Value) {
    let path = format!("/api/v1/desk/tickets/{}", ticket["id"].as_str().unwrap());
    let root = desk.token("root");
    let version = root.get(&path).header("etag").to_owned();
    let answer = root
        .with("if-match", &version)
        .call("PATCH", &path, &change.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The lines of one kind in a ticket's time line.
fn moments(desk: &Desk, ticket: &Value, kind: &str) -> Vec<Value> {
    let path = format!("/api/v1/desk/tickets/{}", ticket["id"].as_str().unwrap());
    let mut card = desk.token("root").get(&path).json();
    let mut moments: Vec<Value> = serde_json::from_value(card["timeline"].take()).unwrap();
    moments.retain(|moment| moment["type"] == kind);
    moments
}

/// The jobs that were given up.
fn dead(caller: &Caller) -> Vec<Value> {
    serde_json::from_value(caller.get("/api/v1/jobs").json()["items"].take()).unwrap()
}

/// Waiting, in flight, dead.
fn depths(desk: &Desk) -> [u64; 3] {
    let depths = &desk.token("root").get("/api/v1/jobs").json()["depths"];
    ["waiting", "in_flight", "dead"].map(|depth| depths[depth].as_u64().unwrap())
}

fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "it never came");
        #[expect(clippy::disallowed_methods, reason = "nobody tells how far the queue is")]
        std::thread::sleep(Duration::from_millis(50));
    }
}

const SIGNING: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
