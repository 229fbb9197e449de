//! HTTPS by the Desk itself, and callers who take their time.

use crate::harness::{Desk, PASSWORD, Place, Visitor};
use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};
use testkit::{Ca, ca::Issued};

/// A Desk with a certificate of its own, which lies in its folder.
struct Scene {
    place: Place,
    ca: Ca,
    first: Issued,
}

impl Scene {
    fn set() -> Self {
        let mut place = Place::sqlite();
        let ca = Ca::new("Test").unwrap();
        let first = ca.leaf().names(["desk.test"]).issue().unwrap();
        first.write(place.folder()).unwrap();
        place.set("server.tls.cert", "fullchain.pem");
        place.set("server.tls.key", "privkey.pem");
        Self { place, ca, first }
    }

    fn visitor(&self, desk: &Desk) -> Visitor {
        Visitor::of(desk.address(), &self.ca)
    }
}

#[test]
fn the_desk_serves_https_by_itself() {
    let scene = Scene::set();
    let desk = scene.place.start();
    assert!(
        desk.origin().starts_with("https://127.0.0.1:"),
        "{}",
        desk.origin()
    );
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut visitor = Visitor::speaking(&[version], desk.address(), &scene.ca).unwrap();
        assert_eq!(visitor.sees(), *scene.first.leaf());
        let head = visitor.get("/health");
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(
            head.contains("strict-transport-security: max-age=31536000\r\n"),
            "{head}"
        );
    }
    let entry = format!("username=root&password={}", PASSWORD.replace(' ', "+"));
    let mut visitor = scene.visitor(&desk);
    let head = visitor.form("/login", "https://desk.test", &entry);
    assert!(
        head.starts_with("http/1.1 303") && head.contains("; secure"),
        "{head}"
    );
    let foreign = visitor.form("/login", "http://desk.test", &entry);
    assert!(
        foreign.starts_with("http/1.1 403"),
        "what came over plain HTTP may be anybody's: {foreign}"
    );
    assert_eq!(desk.stop().code, Some(0));
}

#[test]
fn a_renewed_certificate_is_served_without_a_restart() {
    let scene = Scene::set();
    let mut desk = scene.place.start();
    let mut long_standing = scene.visitor(&desk);
    let renewed = scene.ca.leaf().names(["desk.test"]).issue().unwrap();
    renewed.write(scene.place.folder()).unwrap();
    desk.says("Serves the certificate that fullchain.pem holds now");
    assert_eq!(scene.visitor(&desk).sees(), *renewed.leaf());
    let head = long_standing.get("/health");
    assert!(head.starts_with("http/1.1 200"), "{head}");
}

#[test]
fn a_certificate_that_breaks_is_not_served() {
    let scene = Scene::set();
    let mut desk = scene.place.start();
    let file = |name: &str| scene.place.folder().join(name);
    let other = scene.ca.leaf().names(["desk.test"]).issue().unwrap();
    for (name, text, said) in [
        (
            "fullchain.pem",
            "",
            "server.tls.cert: fullchain.pem: holds no certificate",
        ),
        (
            "privkey.pem",
            "hunter2",
            "server.tls.key: privkey.pem: holds no private key",
        ),
        (
            "privkey.pem",
            other.key_pem(),
            "is not that of the certificate in fullchain.pem",
        ),
    ] {
        scene.place.write(name, text);
        let line = desk.says("Goes on with the certificate from before");
        assert!(line.contains(said) && !line.contains("hunter2"), "{line}");
        assert_eq!(scene.visitor(&desk).sees(), *scene.first.leaf());
        scene.first.write(scene.place.folder()).unwrap();
        desk.says("Serves the certificate");
    }
    fs::remove_file(file("privkey.pem")).unwrap();
    let line = desk.says("Goes on with the certificate from before");
    assert!(
        line.contains("server.tls.key: privkey.pem: No such file"),
        "{line}"
    );
    // The next renewal ends it.
    other.write(scene.place.folder()).unwrap();
    desk.says("Serves the certificate");
    assert_eq!(scene.visitor(&desk).sees(), *other.leaf());
}

#[test]
fn who_takes_too_long_is_left_and_holds_nobody_up() {
    let scene = Scene::set();
    let (secure, plain) = (scene.place.start(), Place::sqlite().start());
    let silent = |desk: &Desk| TcpStream::connect(desk.address()).unwrap();
    let mut slow = [silent(&secure), silent(&plain), silent(&plain), silent(&plain)];
    slow[2].write_all(b"GET /health HTTP/1.1\r\nhost: ").unwrap();
    let body = b"POST /api/v1/auth/login HTTP/1.1\r\nhost: desk\r\ncontent-length: 50\r\n\r\n{\"username\":";
    slow[3].write_all(body).unwrap();
    // While they are at it, others are served.
    assert!(scene.visitor(&secure).get("/health").starts_with("http/1.1 200"));
    assert_eq!(plain.anonymous().get("/health").status, 200);
    for stream in &mut slow {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // What is left to read, which is nothing or a refusal, has an end.
        stream.read_to_end(&mut Vec::new()).unwrap();
    }
}

#[test]
fn more_handshakes_than_anybody_needs_are_turned_away() {
    let scene = Scene::set();
    let mut desk = scene.place.start();
    let unfinished: Vec<TcpStream> = (0..300)
        .map(|_| TcpStream::connect(desk.address()).unwrap())
        .collect();
    desk.says("too many TLS handshakes at once");
    drop(unfinished);
    let patience = Instant::now() + Duration::from_secs(30);
    while Visitor::attempt(desk.address(), &scene.ca).is_err() {
        assert!(Instant::now() < patience, "nobody is let in any more");
    }
}
