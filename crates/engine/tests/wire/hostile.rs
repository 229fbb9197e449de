//! A peer that means harm costs one bounded answer, and never an `ok`.

use super::{Operator, name};
use engine::{Limits, Starttls, Target};
use futures::future::join_all;
use model::{Code, Endpoint, Reason, State, evidence::Outcome};
use std::time::{Duration, Instant};
use testkit::{
    Ca, Crowd, Peer, Port, hostile,
    talk::{self, Protocol},
};

const HOST: &str = "mail.a.example";

/// Short, so that the tests are: what counts is that the whole is kept.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(1),
    whole: Duration::from_secs(2),
};
/// Far beyond the limit, for a machine that is busy with other tests; far below a hang.
const PATIENCE: Duration = Duration::from_secs(15);

async fn sees(ca: &Ca, endpoint: Endpoint, starttls: Option<Starttls>) -> Outcome {
    let operator = Operator::trusting(ca, LIMITS);
    let begun = Instant::now();
    let outcome = operator.sees(&endpoint, starttls, HOST).await;
    assert!(begun.elapsed() < PATIENCE, "{:?} {outcome:?}", begun.elapsed());
    outcome
}

fn ca() -> Ca {
    Ca::new("Test").unwrap()
}

const WAYS: [Option<Starttls>; 3] = [None, Some(Starttls::Smtp), Some(Starttls::Imap)];

#[tokio::test]
async fn who_says_nothing_is_out_of_time() {
    let (ca, silent) = (ca(), hostile::silent().await.unwrap());
    for way in WAYS {
        let outcome = sees(&ca, silent.endpoint(), way).await;
        assert_eq!(
            (outcome.state, outcome.code),
            (State::Unknown, Code::Timeout),
            "{way:?}"
        );
    }
}

#[tokio::test]
async fn a_byte_a_second_buys_no_time() {
    let ca = ca();
    for (tarpit, way) in [
        (hostile::tarpit().await, None),
        (hostile::slow_greeting(Protocol::Smtp).await, Some(Starttls::Smtp)),
        (hostile::slow_greeting(Protocol::Imap).await, Some(Starttls::Imap)),
    ] {
        let outcome = sees(&ca, tarpit.unwrap().endpoint(), way).await;
        assert_eq!(
            (outcome.state, outcome.code),
            (State::Unknown, Code::Timeout),
            "{way:?}"
        );
    }
}

#[tokio::test]
async fn a_banner_without_end_is_cut() {
    let ca = ca();
    for (protocol, way) in [(Protocol::Smtp, Starttls::Smtp), (Protocol::Imap, Starttls::Imap)] {
        let peer = hostile::endless_banner(protocol).await.unwrap();
        let outcome = sees(&ca, peer.endpoint(), Some(way)).await;
        assert_eq!(
            (outcome.state, outcome.code),
            (State::Fail, Code::HandshakeFailed),
            "{outcome:?}"
        );
        assert_eq!(outcome.evidence.reason, Some(Reason::BadGreeting));
    }
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_not_a_failure() {
    let (ca, closed) = (ca(), Port::new().unwrap());
    for way in WAYS {
        let outcome = sees(&ca, closed.endpoint(), way).await;
        assert_eq!((outcome.state, outcome.code), (State::Unknown, Code::Unreachable));
        assert_eq!(outcome.evidence.reason, Some(Reason::Refused));
    }
}

#[tokio::test]
async fn who_speaks_no_tls_or_hangs_up_is_a_failed_handshake() {
    let ca = ca();
    let garbage = hostile::garbage().await.unwrap();
    let outcome = sees(&ca, garbage.endpoint(), None).await;
    assert_eq!(
        (outcome.state, outcome.code),
        (State::Fail, Code::HandshakeFailed)
    );
    assert_eq!(outcome.evidence.reason, Some(Reason::NotTls));

    let closes = hostile::closes_at_once().await.unwrap();
    for way in WAYS {
        let outcome = sees(&ca, closes.endpoint(), way).await;
        assert_eq!(
            (outcome.state, outcome.code),
            (State::Fail, Code::HandshakeFailed)
        );
        assert_eq!(outcome.evidence.reason, Some(Reason::ClosedEarly), "{way:?}");
    }
}

#[tokio::test]
async fn a_chain_of_ten_megabytes_is_refused() {
    let ca = ca();
    let peer = hostile::huge_chain(&ca, HOST).await.unwrap();
    let outcome = sees(&ca, peer.endpoint(), None).await;
    assert_eq!(
        (outcome.state, outcome.code),
        (State::Fail, Code::HandshakeFailed)
    );
    assert!(outcome.evidence.chain.is_empty());
}

#[tokio::test]
async fn a_name_with_a_nul_byte_is_another_name() {
    let ca = ca();
    let peer = hostile::nul_in_names(&ca, HOST).await.unwrap();
    let outcome = sees(&ca, peer.endpoint(), None).await;
    assert_eq!((outcome.state, outcome.code), (State::Fail, Code::WrongSite));
    let leaf = outcome.evidence.leaf.unwrap();
    assert!(!leaf.cn.unwrap().contains('\0') && !leaf.sans[0].contains('\0'));
}

#[tokio::test]
async fn starttls_that_does_not_come_to_tls_says_why() {
    let ca = ca();
    let issued = ca.leaf().names([HOST]).issue().unwrap();
    for (protocol, way) in [(Protocol::Smtp, Starttls::Smtp), (Protocol::Imap, Starttls::Imap)] {
        for (manner, reason) in [
            (talk::Starttls::Absent, Reason::StarttlsNotOffered),
            (talk::Starttls::Refused, Reason::StarttlsRefused),
            // TLS is there and its certificate is good: openssl says OK to this one.
            (talk::Starttls::Injected, Reason::StarttlsInjection),
        ] {
            let peer = hostile::starttls(protocol, manner, &issued).await.unwrap();
            let outcome = sees(&ca, peer.endpoint(), Some(way)).await;
            assert_eq!(
                (outcome.state, outcome.code),
                (State::Fail, Code::HandshakeFailed),
                "{manner:?}"
            );
            assert_eq!(outcome.evidence.reason, Some(reason), "{protocol:?}");
        }
        let peer = hostile::starttls(protocol, talk::Starttls::Offered, &issued)
            .await
            .unwrap();
        assert_eq!(sees(&ca, peer.endpoint(), Some(way)).await.code, Code::Ok);
    }
}

#[tokio::test]
async fn a_greeting_that_leads_nowhere_is_told_apart() {
    let ca = ca();
    for (greeting, way, state, code) in [
        (
            "* PREAUTH Welcome back",
            Starttls::Imap,
            State::Fail,
            Code::HandshakeFailed,
        ),
        (
            "* BYE Not today",
            Starttls::Imap,
            State::Fail,
            Code::HandshakeFailed,
        ),
        (
            "421 4.3.2 Too busy",
            Starttls::Smtp,
            State::Unknown,
            Code::Deferred,
        ),
        (
            "554 5.7.1 Go away",
            Starttls::Smtp,
            State::Fail,
            Code::HandshakeFailed,
        ),
        (
            "SSH-2.0-OpenSSH_9.2",
            Starttls::Smtp,
            State::Fail,
            Code::HandshakeFailed,
        ),
        (
            "SSH-2.0-OpenSSH_9.2",
            Starttls::Imap,
            State::Fail,
            Code::HandshakeFailed,
        ),
    ] {
        let peer = hostile::greets(greeting).await.unwrap();
        let outcome = sees(&ca, peer.endpoint(), Some(way)).await;
        assert_eq!((outcome.state, outcome.code), (state, code), "{greeting}");
    }
    let preauth: Peer = hostile::greets("* PREAUTH Welcome back").await.unwrap();
    let outcome = sees(&ca, preauth.endpoint(), Some(Starttls::Imap)).await;
    assert_eq!(outcome.evidence.reason, Some(Reason::Preauth));
}

#[tokio::test]
async fn a_crowd_of_names_behind_one_port_gets_each_its_own_verdict() {
    let ca = ca();
    let crowd = Crowd::start(&ca, 200).await.unwrap();
    let operator = Operator::trusting(&ca, Limits::default());
    let ask = |host: String| {
        let target = Target {
            endpoint: crowd.endpoint(),
            starttls: None,
            sni: name(&host),
        };
        let operator = &operator;
        async move { (host, operator.engine.examine(&target, &operator.site).await) }
    };
    for (host, outcome) in join_all(crowd.names().iter().cloned().map(ask)).await {
        assert_eq!(outcome.code, Code::Ok, "{host}");
        assert_eq!(outcome.evidence.leaf.unwrap().sans, [host]);
    }
}
