//! The stream of what happened: nothing is lost and nothing told twice, whenever a reader breaks off.

use crate::harness::{Caller, Desk, MailServer, Message, PASSWORD, Place};
use serde_json::Value;
use std::time::{Duration, Instant};
use testkit::{Ca, ca::Issued};

on_both_engines! {
    a_reader_resumes_where_it_broke_off
    an_id_of_the_future_is_told_to_reload
    the_stream_survives_a_restart
    a_stream_ends_soon_after_its_readers_login
}

/// A domain whose certificate is replaced at will.
struct Scene {
    server: MailServer,
    right: Issued,
    wrong: Issued,
}

impl Scene {
    fn set(place: &mut Place) -> Self {
        let ca = Ca::new("Test").unwrap();
        let right = ca.leaf().names(["mail.a.example"]).issue().unwrap();
        let wrong = ca.leaf().names(["other.example"]).issue().unwrap();
        let server = MailServer::serving(&right);
        place.watch("a.example", &server, &ca);
        Self { server, right, wrong }
    }

    /// Two events: the certificate goes wrong and right again.
    fn goes_wrong_and_right(&self, desk: &Desk) {
        let root = desk.token("root");
        for issued in [&self.wrong, &self.right] {
            self.server.reloads(issued);
            assert_eq!(root.get("/api/v1/infra/status/a.example?fresh=1").status, 200);
        }
    }
}

fn a_reader_resumes_where_it_broke_off(mut place: Place) {
    let scene = Scene::set(&mut place);
    let desk = place.start();
    let last = desk.has_checked("a.example") + 6;
    let noc = desk.token("noc");
    let all_along = noc.stream("/api/v1/stream?after=0");
    let mut live = noc.stream("/api/v1/stream");
    for _ in 0..3 {
        scene.goes_wrong_and_right(&desk);
    }
    let ids: Vec<i64> = (1..=last).collect();
    let all: Vec<Message> = all_along.take(ids.len()).collect();
    assert_eq!(all.iter().map(|message| message.id).collect::<Vec<_>>(), ids);
    let states = |message: &Message| [message.data["before"].clone(), message.data["state"].clone()];
    let first = all
        .iter()
        .find(|message| message.data["check"] == "imap_cert_san_993");
    assert_eq!(
        states(first.unwrap()),
        [Value::Null, "ok".into()],
        "its first word"
    );
    let [wrong, right, ..] = &all[all.len() - 6..] else {
        panic!("{all:?}")
    };
    assert_eq!(states(wrong), ["ok", "fail"]);
    assert_eq!(states(right), ["fail", "ok"]);
    // Without an id, the stream begins with what comes next.
    assert_eq!(live.next().as_ref(), Some(wrong));
    drop(live);

    for broken_off in 0..all.len() {
        let resumed = noc.with("last-event-id", &broken_off.to_string());
        // The header is newer than the page that has the query in its address.
        let mut rest = resumed.stream("/api/v1/stream?after=0");
        for message in &all[broken_off..] {
            assert_eq!(rest.next().as_ref(), Some(message), "after {broken_off}");
        }
    }
    let up_to_date = noc.with("last-event-id", &last.to_string());
    let mut rest = up_to_date.stream("/api/v1/stream");
    scene.goes_wrong_and_right(&desk);
    assert_eq!(rest.next().unwrap().id, last + 1);
}

fn an_id_of_the_future_is_told_to_reload(mut place: Place) {
    let scene = Scene::set(&mut place);
    let desk = place.start();
    let last = desk.has_checked("a.example");
    let stray = desk.token("root").with("last-event-id", "1000000");
    let mut stream = stray.stream("/api/v1/stream");
    let reset = stream.next().unwrap();
    assert_eq!((reset.event.as_str(), reset.id), ("reset", last));
    scene.goes_wrong_and_right(&desk);
    assert_eq!(stream.next().unwrap().id, last + 1, "it goes on from there");
}

fn the_stream_survives_a_restart(mut place: Place) {
    let scene = Scene::set(&mut place);
    let desk = place.start();
    let last = desk.has_checked("a.example");
    let reader = desk.token("root").with("last-event-id", &last.to_string());
    scene.goes_wrong_and_right(&desk);
    assert_eq!(desk.stop().code, Some(0));

    let desk = place.start();
    let stream = reader.at(&desk).stream("/api/v1/stream");
    scene.goes_wrong_and_right(&desk);
    let ids: Vec<i64> = stream.take(4).map(|message| message.id).collect();
    assert_eq!(ids, [last + 1, last + 2, last + 3, last + 4]);
}

fn a_stream_ends_soon_after_its_readers_login(mut place: Place) {
    let scene = Scene::set(&mut place);
    let desk = place.start();
    let last = desk.has_checked("a.example");
    let root = desk.token("root");
    let mut bystanders = [desk.token("root"), desk.cookie("admin")]
        .map(|caller| caller.stream(&format!("/api/v1/stream?after={last}")));

    let change = |user: &str, body: &str| {
        let answer = root.call("PATCH", &format!("/api/v1/auth/users/{user}"), body);
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    for reader in [desk.token("root"), desk.cookie("root")] {
        ends_soon(&reader, || {
            assert_eq!(reader.post("/api/v1/auth/logout", "").status, 204);
        });
    }
    ends_soon(&desk.token("mini"), || change("mini", r#"{"role":"ops_lead"}"#));
    ends_soon(&desk.cookie("mini"), || {
        change("mini", r#"{"role":"technician"}"#);
    });
    ends_soon(&desk.cookie("noc"), || change("noc", r#"{"active":false}"#));
    ends_soon(&desk.token("mini"), || {
        let words = ["user", "password", "mini", "--config", "desk.toml"];
        let done = place.run_reading(&format!("{PASSWORD}, again"), &words);
        assert_eq!(done.code, Some(0), "{done:?}");
    });
    scene.goes_wrong_and_right(&desk);
    for stream in &mut bystanders {
        assert_eq!(stream.next().unwrap().id, last + 1, "the others' streams live on");
    }
}

fn ends_soon(reader: &Caller, the_login_ends: impl FnOnce()) {
    let mut stream = reader.stream("/api/v1/stream");
    the_login_ends();
    let ended = Instant::now();
    assert_eq!(stream.next(), None);
    // A second where nothing else runs; the stream's next sign of life would come after fifteen.
    assert!(ended.elapsed() < Duration::from_secs(5), "{:?}", ended.elapsed());
}
