//! Letters to real web servers: only who proves to be the right one gets to read them, and their answer is bounded.

use engine::{
    Engine, Limits, Trust,
    net::{
        Ended,
        post::{Answered, Letter},
    },
};
use model::Code;
use std::{sync::Arc, time::Duration};
use testkit::{
    Ca, Peer, Receiver, clock,
    receiver::Reply::{Nothing, Says},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

#[tokio::test]
async fn a_letter_arrives_with_its_headers_and_its_body() {
    let mut receiver = Receiver::answering(&[]).await.unwrap();
    let url = format!("http://{}/hooks/a%20b?to=us", receiver.endpoint());
    let answered = post(&Trust::nobody(), &url).await;
    assert_eq!(answered, Ok(said(204, None)));
    let letter = receiver.letters(1).await.remove(0);
    assert_eq!(letter.request, "POST /hooks/a%20b?to=us HTTP/1.1");
    assert_eq!(letter.header("host"), receiver.endpoint().to_string());
    assert_eq!(letter.header("content-type"), "application/json");
    assert_eq!(letter.header("webhook-id"), "msg_1");
    assert_eq!(letter.body, BODY);
}

#[tokio::test]
async fn a_letter_is_not_sent_to_who_cannot_prove_to_be_the_right_one() {
    let (ca, other) = (Ca::new("Ours").unwrap(), Ca::new("Another").unwrap());
    let issued = ca.leaf().names(["localhost"]).issue().unwrap();
    let mut receiver = Receiver::over_tls(&issued, &[]).await.unwrap();
    let at = |host: &str| format!("https://{host}:{}/", receiver.endpoint().port());
    for (trust, url) in [
        (Trust::nobody(), at("localhost")),
        (trusting(&other), at("localhost")),
        (trusting(&ca), at("127.0.0.1")),
    ] {
        let ended = post(&trust, &url).await.unwrap_err();
        assert_eq!(ended.code, Code::HandshakeFailed, "{url}: {ended:?}");
    }
    assert_eq!(receiver.came(), []);
    assert_eq!(post(&trusting(&ca), &at("localhost")).await, Ok(said(204, None)));
    assert_eq!(receiver.letters(1).await[0].body, BODY);
}

#[tokio::test]
async fn an_answer_is_taken_as_it_is_and_no_redirect_is_followed() {
    let elsewhere = Receiver::answering(&[]).await.unwrap();
    let location: &'static str =
        Box::leak(format!("302 Found\r\nLocation: http://{}/", elsewhere.endpoint()).into());
    let receiver = Receiver::answering(&[
        Says(location),
        Says("503 Busy\r\nRetry-After: 120"),
        Says("429 Slow down\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT"),
        Says("410 Gone"),
    ])
    .await
    .unwrap();
    let url = format!("http://{}/", receiver.endpoint());
    for expected in [
        said(302, None),
        said(503, Some(120)),
        said(429, None),
        said(410, None),
    ] {
        assert_eq!(post(&Trust::nobody(), &url).await, Ok(expected));
    }
    assert_eq!(elsewhere.came(), []);
}

#[tokio::test]
async fn whoever_does_not_answer_as_a_web_server_is_not_waited_for() {
    let silent = Receiver::answering(&[Nothing]).await.unwrap();
    let chatty = Peer::listen(|mut stream| async move {
        stream.read_u8().await?;
        loop {
            stream.write_all(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n").await?;
        }
    });
    let chatty = chatty.await.unwrap();
    let greets = testkit::hostile::greets("220 mail.example ESMTP\r\n")
        .await
        .unwrap();
    let gone = testkit::Port::new().unwrap();
    for (endpoint, code) in [
        (silent.endpoint(), Code::Timeout),
        (chatty.endpoint(), Code::Timeout),
        (greets.endpoint(), Code::NotHttp),
        (gone.endpoint(), Code::Unreachable),
    ] {
        let ended = post(&Trust::nobody(), &format!("http://{endpoint}/")).await;
        assert_eq!(ended.unwrap_err().code, code, "{endpoint}");
    }
}

async fn post(trust: &Trust, url: &str) -> Result<Answered, Ended> {
    let limits = Limits {
        connect: Duration::from_secs(1),
        whole: Duration::from_secs(1),
    };
    let engine = Engine::new(&[], trust.clone(), limits, Arc::new(clock::now)).unwrap();
    let url: Url = url.parse().unwrap();
    let letter = Letter {
        url: &url,
        headers: &[("webhook-id", "msg_1")],
        body: BODY,
    };
    engine.post(letter).await
}

fn said(status: u16, retry_after: Option<u64>) -> Answered {
    Answered {
        status,
        retry_after: retry_after.map(Duration::from_secs),
    }
}

fn trusting(ca: &Ca) -> Trust {
    let folder = tempfile::tempdir().unwrap();
    let root = ca.write_root(folder.path()).unwrap();
    Trust::nobody().with_extra(&root).unwrap()
}

const BODY: &str = r#"{"type":"ticket.opened"}"#;
