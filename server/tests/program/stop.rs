//! Stopping: no request is cut, and nothing that was acknowledged is lost.

use crate::harness::{MailServer, Place};
use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
};
use testkit::Ca;

on_both_engines! {
    a_slow_request_is_answered_and_its_result_kept
    an_open_stream_does_not_hold_up_the_stop
    what_was_acknowledged_survives_a_kill
}

fn a_slow_request_is_answered_and_its_result_kept(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("other.example", &ca);
    place.watch("a.example", &server, &ca);
    let mut desk = place.start();
    desk.has_checked("a.example");
    let root = desk.token("root");
    server.reloads(&ca.leaf().names(["mail.a.example"]).issue().unwrap());
    server.holds();
    let slow = thread::spawn({
        let root = root.clone();
        move || root.get("/api/v1/infra/status/a.example?fresh=1")
    });
    server.has_a_client();
    desk.is_told_to_stop();
    server.goes_on();
    let answer = slow.join().unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["ready"], true);
    let done = desk.ends();
    assert_eq!(done.code, Some(0), "{done:?}");

    // Whatever the first sweep of the next start finds, it is not this.
    server.holds();
    let desk = place.start();
    let kept = desk.token("root").get("/api/v1/infra/status/a.example");
    assert_eq!(kept.json(), answer.json());
}

fn an_open_stream_does_not_hold_up_the_stop(place: Place) {
    let desk = place.start();
    let mut stream = desk.token("root").stream("/api/v1/stream");
    let mut idle = TcpStream::connect(desk.address()).unwrap();
    idle.write_all(b"GET /health HTTP/1.1\r\nhost: desk\r\n\r\n")
        .unwrap();
    idle.read_exact(&mut [0; 12]).unwrap();
    assert_eq!(desk.stop().code, Some(0));
    assert_eq!(stream.next(), None);
}

fn what_was_acknowledged_survives_a_kill(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("other.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    let last = desk.has_checked("a.example");
    server.reloads(&ca.leaf().names(["mail.a.example"]).issue().unwrap());
    let root = desk.token("root");
    let acknowledged = root.get("/api/v1/infra/status/a.example?fresh=1").json();
    assert_eq!(acknowledged["ready"], true);
    desk.kill();

    server.holds();
    let desk = place.start();
    let root = desk.token("root");
    assert_eq!(root.get("/api/v1/infra/status/a.example").json(), acknowledged);
    let last = root
        .with("last-event-id", &last.to_string())
        .stream("/api/v1/stream")
        .next()
        .unwrap();
    assert_eq!(
        (&last.data["before"], &last.data["state"]),
        (&"fail".into(), &"ok".into())
    );
    server.goes_on();
}
