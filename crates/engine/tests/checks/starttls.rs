//! `smtp_starttls_587`, `smtp_starttls_25`, `imap_starttls_143`: what a client gets behind STARTTLS, and what the
//! server lets happen before it.

use super::{HOST, Stage, Verdict, reproduced};
use engine::Site;
use model::{Code, Endpoint, Language, Reason, State};
use std::sync::{Arc, Mutex};
use testkit::{
    Door, Peer, Port, Script, hostile,
    servers::{Lax, dovecot, lax_dovecot, lax_postfix, postfix},
    talk::{self, Protocol},
};

/// A check with its door and what is spoken there.
type Looks = (
    &'static str,
    Door,
    Protocol,
    fn(&mut Site) -> &mut Option<Endpoint>,
);

const ALL: [Looks; 3] = [
    ("smtp_starttls_587", Door::Submission, Protocol::Smtp, |site| {
        &mut site.submission
    }),
    ("smtp_starttls_25", Door::Smtp, Protocol::Smtp, |site| {
        &mut site.smtp
    }),
    ("imap_starttls_143", Door::Imap, Protocol::Imap, |site| {
        &mut site.imap
    }),
];

const OK: Verdict = (State::Ok, Code::Ok);
const COMMAND_INJECTION: Verdict = (State::Fail, Code::CommandInjection);
const AUTH_BEFORE_TLS: Verdict = (State::Fail, Code::AuthBeforeTls);
const OPEN_RELAY: Verdict = (State::Fail, Code::OpenRelay);

/// A certificate for somebody else.
fn other(stage: &Stage) -> testkit::ca::Issued {
    stage.ca.leaf().names(["mail.b.example"]).issue().unwrap()
}

impl Stage {
    /// All three doors are one peer's.
    fn behind(&mut self, protocol: Protocol, peer: &Peer) -> Vec<&'static str> {
        let doors = ALL.iter().filter(|(_, _, spoken, _)| *spoken == protocol);
        doors
            .map(|(check, _, _, door)| {
                *door(&mut self.site) = Some(peer.endpoint());
                *check
            })
            .collect()
    }

    fn script(&self, protocol: Protocol) -> Script {
        Script::new(protocol, &self.issued).unwrap()
    }
}

#[tokio::test]
async fn dovecot_and_postfix_are_well_on_all_three_ports() {
    let mut stage = Stage::set().await;
    let (imap, smtp) = (dovecot(&stage.issued).await, postfix(&stage.issued).await);
    for (check, door, protocol, at) in ALL {
        let server = if protocol == Protocol::Imap { &imap } else { &smtp };
        *at(&mut stage.site) = Some(server.at(door));
        let step = stage.step(check).await;
        assert_eq!((step.state, step.code), OK, "{check}: {:?}", step.evidence);
        assert!(step.evidence.starttls.is_some());
        assert_eq!(step.evidence.tls_version.as_deref(), Some("TLSv1.3"));
    }
}

#[tokio::test]
async fn passwords_before_tls_are_a_failure_on_real_servers() {
    let mut stage = Stage::set().await;
    let lax = [Lax::PasswordsBeforeTls];
    let (imap, smtp) = (
        lax_dovecot(&stage.issued, &lax).await,
        lax_postfix(&stage.issued, &lax).await,
    );
    for (check, door, protocol, at) in ALL {
        let server = if protocol == Protocol::Imap { &imap } else { &smtp };
        *at(&mut stage.site) = Some(server.at(door));
        let step = stage.step(check).await;
        assert_eq!(
            (step.state, step.code),
            AUTH_BEFORE_TLS,
            "{check}: {:?}",
            step.evidence
        );
        assert_eq!(step.evidence.reason, None);
        let said = reproduced(&step);
        assert!(said.contains("AUTH"), "{said}");
    }
}

#[tokio::test]
async fn a_login_that_is_offered_and_refused_before_tls_is_as_good_as_none() {
    let mut stage = Stage::set().await;
    for (offer, answer, verdict) in [
        ("AUTH PLAIN LOGIN", "530 5.7.0 Must issue STARTTLS first", OK),
        ("AUTH=PLAIN", "538 5.7.11 Encryption required", OK),
        ("AUTH PLAIN", "334 ", AUTH_BEFORE_TLS),
        ("AUTH CRAM-MD5", "334 PDE4OTYuNjk3MTcwOTUyQHg+", AUTH_BEFORE_TLS),
        ("AUTH PLAIN", "535 5.7.8 Wrong", AUTH_BEFORE_TLS),
    ] {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let says = said_before_tls(offer, answer, Arc::clone(&heard));
        let peer = stage.script(Protocol::Smtp).saying(says).start().await.unwrap();
        for check in stage.behind(Protocol::Smtp, &peer) {
            assert_eq!(stage.verdict(check).await, verdict, "{check} {offer} {answer}");
        }
        // A login that would have gone on is called off, and nothing that could be a password is sent.
        let heard = heard.lock().unwrap();
        let cancelled = heard.iter().any(|line| line == "*");
        assert_eq!(cancelled, answer.starts_with("334"), "{heard:?}");
        let asked = heard.iter().filter(|line| line.starts_with("AUTH"));
        assert!(asked.clone().count() > 0 && asked.into_iter().all(|line| line.split(' ').count() == 2));
    }
}

/// Offers a login until TLS has begun.
fn said_before_tls(
    offer: &'static str,
    answer: &'static str,
    heard: Arc<Mutex<Vec<String>>>,
) -> impl Fn(&str) -> Option<String> {
    move |line| {
        heard.lock().unwrap().push(line.to_owned());
        match line.split(' ').next().unwrap_or_default() {
            "EHLO" => Some(format!(
                "250-mail.test.example\r\n250-{offer}\r\n250 STARTTLS\r\n"
            )),
            "AUTH" => Some(format!("{answer}\r\n")),
            "*" => Some("501 5.7.0 Called off\r\n".to_owned()),
            _ => None,
        }
    }
}

#[tokio::test]
async fn an_imap_login_before_tls_is_disabled_or_refused() {
    let mut stage = Stage::set().await;
    for (capabilities, answer, verdict) in [
        ("STARTTLS LOGINDISABLED", "a3 OK never asked", OK),
        (
            "STARTTLS AUTH=PLAIN",
            "a3 NO [PRIVACYREQUIRED] Not in the clear",
            OK,
        ),
        ("STARTTLS", "a3 NO [PRIVACYREQUIRED] Not in the clear", OK),
        ("STARTTLS AUTH=PLAIN LOGINDISABLED", "+ ", AUTH_BEFORE_TLS),
        ("STARTTLS AUTH=LOGIN", "+ VXNlcm5hbWU6", AUTH_BEFORE_TLS),
        ("STARTTLS", "a3 NO [AUTHENTICATIONFAILED] Who?", AUTH_BEFORE_TLS),
    ] {
        let says = move |line: &str| match line.split(' ').nth(1).unwrap_or_default() {
            "CAPABILITY" => Some(format!("* CAPABILITY IMAP4rev1 {capabilities}\r\na1 OK Done\r\n")),
            "AUTHENTICATE" | "LOGIN" => Some(format!("{answer}\r\n")),
            "" => Some("a3 BAD Called off\r\n".to_owned()),
            _ => None,
        };
        let peer = stage.script(Protocol::Imap).saying(says).start().await.unwrap();
        for check in stage.behind(Protocol::Imap, &peer) {
            assert_eq!(stage.verdict(check).await, verdict, "{capabilities} {answer}");
        }
    }
}

#[tokio::test]
async fn a_command_in_the_packet_of_starttls_must_not_run() {
    let mut stage = Stage::set().await;
    for protocol in [Protocol::Smtp, Protocol::Imap] {
        let right = stage.script(protocol);
        let peer = right.clone().start().await.unwrap();
        for check in stage.behind(protocol, &peer) {
            assert_eq!(stage.verdict(check).await, OK, "{check}");
        }
        let peer = right.running_what_is_slipped_in().start().await.unwrap();
        for check in stage.behind(protocol, &peer) {
            let step = stage.step(check).await;
            assert_eq!((step.state, step.code), COMMAND_INJECTION, "{check}");
            assert!(step.evidence.detail.is_some(), "the server's answer");
        }
    }
}

#[tokio::test]
async fn whoever_refuses_starttls_in_company_has_run_nothing() {
    let mut stage = Stage::set().await;
    let tells_apart = Mutex::new(0);
    // The first STARTTLS of three is the handshake's, alone in its packet.
    let says = move |line: &str| {
        if line != "STARTTLS" {
            return None;
        }
        let mut count = tells_apart.lock().unwrap();
        *count += 1;
        (*count == 2).then(|| "554 5.5.0 SMTP protocol synchronization\r\n".to_owned())
    };
    let peer = stage.script(Protocol::Smtp).saying(says).start().await.unwrap();
    stage.site.submission = Some(peer.endpoint());
    assert_eq!(stage.verdict("smtp_starttls_587").await, OK);
}

#[tokio::test]
async fn a_stranger_for_a_stranger_is_an_open_relay_and_nothing_is_ever_sent() {
    let mut stage = Stage::set().await;
    for (recipient, verdict) in [
        ("554 5.7.1 Relay access denied", OK),
        ("450 4.2.0 Greylisted", OK),
        ("250 2.1.5 Ok", OPEN_RELAY),
        ("251 2.1.5 Will forward", OPEN_RELAY),
    ] {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listening = Arc::clone(&heard);
        let says = move |line: &str| {
            listening.lock().unwrap().push(line.to_owned());
            line.starts_with("RCPT").then(|| format!("{recipient}\r\n"))
        };
        let peer = stage.script(Protocol::Smtp).saying(says).start().await.unwrap();
        stage.site.smtp = Some(peer.endpoint());
        let step = stage.step("smtp_starttls_25").await;
        assert_eq!((step.state, step.code), verdict, "{recipient}");
        let heard = heard.lock().unwrap();
        assert!(
            heard
                .iter()
                .any(|line| line == "RCPT TO:<relay-probe@example.net>")
        );
        assert!(
            heard
                .iter()
                .all(|line| !line.starts_with("DATA") && !line.starts_with("BDAT"))
        );
        assert_eq!(heard.last().map(String::as_str), Some("QUIT"));
    }
}

#[tokio::test]
async fn a_postfix_that_trusts_this_machine_is_an_open_relay_to_it() {
    let mut stage = Stage::set().await;
    let server = lax_postfix(&stage.issued, &[Lax::OpenRelay]).await;
    stage.site.smtp = Some(server.at(Door::Smtp));
    let step = stage.step("smtp_starttls_25").await;
    assert_eq!((step.state, step.code), OPEN_RELAY, "{:?}", step.evidence);
    let hint = step.say(Language::En).hint;
    assert!(hint.contains("trusted networks"), "{hint}");
    let said = reproduced(&step);
    assert!(said.contains("250 2.1.5 Ok"), "{said}");
}

#[tokio::test]
async fn a_relay_without_starttls_is_found_too() {
    let mut stage = Stage::set().await;
    for (recipient, verdict) in [
        ("250 2.1.5 Ok", OPEN_RELAY),
        ("554 5.7.1 No", (State::Fail, Code::HandshakeFailed)),
    ] {
        let says = move |line: &str| match line.split(' ').next().unwrap_or_default() {
            "EHLO" => Some("250 mail.test.example\r\n".to_owned()),
            "MAIL" => Some("250 2.1.0 Ok\r\n".to_owned()),
            "RCPT" => Some(format!("{recipient}\r\n")),
            _ => None,
        };
        let peer = stage.script(Protocol::Smtp).saying(says).start().await.unwrap();
        stage.site.smtp = Some(peer.endpoint());
        assert_eq!(stage.verdict("smtp_starttls_25").await, verdict, "{recipient}");
    }
}

#[tokio::test]
async fn starttls_that_does_not_come_to_tls_is_a_failure() {
    let mut stage = Stage::set().await;
    for protocol in [Protocol::Smtp, Protocol::Imap] {
        for (manner, reason) in [
            (talk::Starttls::Absent, Reason::StarttlsNotOffered),
            (talk::Starttls::Refused, Reason::StarttlsRefused),
            (talk::Starttls::Injected, Reason::StarttlsInjection),
        ] {
            let peer = hostile::starttls(protocol, manner, &stage.issued).await.unwrap();
            for check in stage.behind(protocol, &peer) {
                let step = stage.step(check).await;
                assert_eq!(
                    (step.state, step.code),
                    (State::Fail, Code::HandshakeFailed),
                    "{check}"
                );
                assert_eq!(step.evidence.reason, Some(reason), "{check}");
            }
        }
    }
}

#[tokio::test]
async fn the_certificate_behind_starttls_is_judged() {
    let mut stage = Stage::set().await;
    let soon = stage.ca.leaf().names([HOST]).days_left(90, 15).issue().unwrap();
    let expired = stage.ca.leaf().names([HOST]).expired().issue().unwrap();
    for (issued, verdict) in [
        (soon, (State::Warn, Code::ExpiresSoon)),
        (expired, (State::Fail, Code::Expired)),
        (other(&stage), (State::Fail, Code::WrongSite)),
    ] {
        for protocol in [Protocol::Smtp, Protocol::Imap] {
            let peer = Script::new(protocol, &issued).unwrap().start().await.unwrap();
            for check in stage.behind(protocol, &peer) {
                assert_eq!(stage.verdict(check).await, verdict, "{check}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_dangerous_goes_before_what_is_wrong_with_the_certificate() {
    let mut stage = Stage::set().await;
    let other = other(&stage);
    let relays = |line: &str| line.starts_with("RCPT").then(|| "250 2.1.5 Ok\r\n".to_owned());
    let peer = Script::new(Protocol::Smtp, &other)
        .unwrap()
        .saying(relays)
        .start()
        .await
        .unwrap();
    stage.site.smtp = Some(peer.endpoint());
    assert_eq!(stage.verdict("smtp_starttls_25").await, OPEN_RELAY);
}

#[tokio::test]
async fn who_does_not_answer_or_says_not_now_is_unknown() {
    let mut stage = Stage::set().await;
    let (silent, busy) = (
        hostile::silent().await.unwrap(),
        hostile::greets("421 4.3.2 Too busy").await.unwrap(),
    );
    let nobody = Port::new().unwrap();
    for (check, _, protocol, door) in ALL {
        for (endpoint, code) in [
            (silent.endpoint(), Code::Timeout),
            (nobody.endpoint(), Code::Unreachable),
        ] {
            *door(&mut stage.site) = Some(endpoint);
            assert_eq!(stage.verdict(check).await, (State::Unknown, code), "{check}");
        }
        if protocol == Protocol::Smtp {
            *door(&mut stage.site) = Some(busy.endpoint());
            assert_eq!(
                stage.verdict(check).await,
                (State::Unknown, Code::Deferred),
                "{check}"
            );
        }
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_after_its_handshake_is_unknown() {
    let mut stage = Stage::set().await;
    // Whatever stands beside the handshake gets no answer: the login, or the recipient.
    for (deaf_to, check) in [("AUTH", "smtp_starttls_587"), ("RCPT", "smtp_starttls_25")] {
        let says = move |line: &str| {
            if line.starts_with(deaf_to) {
                return Some(String::new());
            }
            let ehlo = "250-mail.test.example\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n";
            (deaf_to == "AUTH" && line.starts_with("EHLO")).then(|| ehlo.to_owned())
        };
        let peer = stage.script(Protocol::Smtp).saying(says).start().await.unwrap();
        stage.behind(Protocol::Smtp, &peer);
        assert_eq!(
            stage.verdict(check).await,
            (State::Unknown, Code::Timeout),
            "{check}"
        );
    }
}

#[tokio::test]
async fn a_site_without_the_door_skips_the_check_and_names_the_key() {
    let mut stage = Stage::set().await;
    for ((check, .., door), key) in ALL.into_iter().zip(["submission", "smtp", "imap"]) {
        *door(&mut stage.site) = None;
        let step = stage.step(check).await;
        assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
        assert_eq!(step.evidence.wants, Some(format!("sites.vm112.{key}")));
    }
}
