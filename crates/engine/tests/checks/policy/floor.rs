//! `tls_protocol_floor`: what a server still takes of old TLS.

use super::{OK, Stage, reproduced};
use engine::Site;
use model::{Code, Endpoint, Language, State};
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::{
    Door, Peer,
    servers::{Lax, dovecot, lax_dovecot, lax_postfix, nginx},
};
use tokio_rustls::TlsAcceptor;

/// A door, and how it becomes the site's.
type Put = (Endpoint, fn(&mut Site, Endpoint));

#[tokio::test]
async fn whoever_still_speaks_tls_1_0_and_1_1_is_found_at_every_door() {
    let mut stage = Stage::set().await;
    let lax = [Lax::OldProtocols];
    let (imap, smtp) = (
        lax_dovecot(&stage.issued, &lax).await,
        lax_postfix(&stage.issued, &lax).await,
    );
    let well = stage.site.clone();
    let breaks: [Put; 5] = [
        (imap.at(Door::Imaps), |site, door| site.imaps = Some(door)),
        (imap.at(Door::Imap), |site, door| site.imap = Some(door)),
        (smtp.at(Door::Smtps), |site, door| site.smtps = Some(door)),
        (smtp.at(Door::Submission), |site, door| {
            site.submission = Some(door);
        }),
        (smtp.at(Door::Smtp), |site, door| site.smtp = Some(door)),
    ];
    for (door, put) in breaks {
        stage.site = well.clone();
        put(&mut stage.site, door.clone());
        let step = stage.step("tls_protocol_floor").await;
        assert_eq!(
            (step.state, step.code),
            (State::Fail, Code::OldProtocol),
            "{door}"
        );
        assert_eq!(step.evidence.found, ["TLS 1.1", "TLS 1.0"], "{door}");
        assert_eq!(step.evidence.endpoint, Some(door.to_string()));
        let message = step.say(Language::En).message;
        assert_eq!(message, format!("{door} still accepts TLS 1.1, TLS 1.0"));
        let said = reproduced(&step);
        assert!(said.contains("Protocol  : TLSv1.1"), "{said}");
    }
}

#[tokio::test]
async fn a_cipher_without_forward_secrecy_or_aead_is_a_warning_but_not_on_port_25() {
    let mut stage = Stage::set().await;
    let lax = [Lax::WeakCiphers];
    let (imap, smtp) = (
        lax_dovecot(&stage.issued, &lax).await,
        lax_postfix(&stage.issued, &lax).await,
    );
    stage.has_only(imap.at(Door::Imaps));
    let step = stage.step("tls_protocol_floor").await;
    assert_eq!((step.state, step.code), (State::Warn, Code::WeakCipher));
    let said = reproduced(&step);
    assert!(said.contains("Protocol  : TLSv1.2"), "{said}");
    let cipher = step.evidence.cipher.unwrap();
    assert!(
        cipher.contains("CBC") || cipher.starts_with("TLS_RSA"),
        "{cipher}"
    );

    stage.has_only(smtp.at(Door::Smtps));
    let warning = (State::Warn, Code::WeakCipher);
    assert_eq!(stage.verdict("tls_protocol_floor").await, warning);
    stage.has_only(dovecot(&stage.issued).await.at(Door::Imaps));
    stage.site.imaps = None;
    stage.site.smtp = Some(smtp.at(Door::Smtp));
    assert_eq!(stage.verdict("tls_protocol_floor").await, OK);
}

#[tokio::test]
async fn nginx_as_debian_ships_it_takes_ciphers_that_a_person_should_look_at() {
    let mut stage = Stage::set().await;
    let server = nginx(&stage.issued).await;
    stage.has_only(server.at(Door::Imaps));
    let verdict = stage.verdict("tls_protocol_floor").await;
    assert_eq!(verdict, (State::Warn, Code::WeakCipher));
}

#[tokio::test]
async fn a_server_that_falls_silent_at_an_old_hello_is_unknown() {
    let mut stage = Stage::set().await;
    let acceptor = TlsAcceptor::from(stage.issued.server_config().unwrap());
    // Everybody but the first waits.
    let first = AtomicBool::new(true);
    let peer = Peer::listen(move |stream| {
        let is_first = first.swap(false, Ordering::SeqCst);
        let handshake = acceptor.accept(stream);
        async move {
            if is_first {
                return handshake.await.map(drop);
            }
            std::future::pending().await
        }
    });
    let peer = peer.await.unwrap();
    stage.has_only(peer.endpoint());
    let verdict = stage.verdict("tls_protocol_floor").await;
    assert_eq!(verdict, (State::Unknown, Code::Timeout));
}
