//! Peers that no client should have to meet, and every client does. Each listens on loopback until it is
//! dropped.

mod web;

pub use web::{Manner, web};

use crate::{
    ca::{Ca, CaError, Issued},
    peer::{Peer, shake_hands},
    talk::{self, Ending, Protocol, Starttls},
};
use rustls::pki_types::CertificateDer;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

/// Takes the connection, then sends the head of a TLS record, which a client waits to be filled, and fills it
/// with a byte a second.
pub async fn tarpit() -> io::Result<Peer> {
    drip(TLS_RECORD).await
}

/// Takes the connection, then says its greeting, a byte a second, and never ends the line.
pub async fn slow_greeting(protocol: Protocol) -> io::Result<Peer> {
    drip(match protocol {
        Protocol::Smtp => b"220-",
        Protocol::Imap => b"* OK ",
    })
    .await
}

async fn drip(begin: &'static [u8]) -> io::Result<Peer> {
    Peer::listen(move |mut stream: TcpStream| async move {
        for byte in begin.iter().chain(std::iter::repeat(&b'.')) {
            stream.write_all(&[*byte]).await?;
            sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    })
    .await
}

/// Takes the connection and whatever is sent, and says nothing.
pub async fn silent() -> io::Result<Peer> {
    Peer::listen(|mut stream: TcpStream| async move {
        let mut bytes = [0; 1024];
        while stream.read(&mut bytes).await? > 0 {}
        Ok(())
    })
    .await
}

/// Greets without end, a whole line at a time, as fast as it is read.
pub async fn endless_banner(protocol: Protocol) -> io::Result<Peer> {
    let lines = match protocol {
        Protocol::Smtp => "220-Patience is a virtue\r\n",
        Protocol::Imap => "* OK Patience is a virtue\r\n",
    }
    .repeat(100);
    Peer::listen(move |mut stream: TcpStream| {
        let lines = lines.clone();
        async move {
            loop {
                stream.write_all(lines.as_bytes()).await?;
            }
        }
    })
    .await
}

/// Answers the first bytes with something that is neither TLS nor text.
pub async fn garbage() -> io::Result<Peer> {
    Peer::listen(|mut stream: TcpStream| async move {
        stream.read_u8().await?;
        let bytes: Vec<u8> = (0..4096_u32)
            .map(|n| n.wrapping_mul(167).to_le_bytes()[0] | 0x80)
            .collect();
        stream.write_all(&bytes).await
    })
    .await
}

/// Takes the connection and closes it.
pub async fn closes_at_once() -> io::Result<Peer> {
    Peer::listen(|stream: TcpStream| async move {
        drop(stream);
        Ok(())
    })
    .await
}

/// A TLS server whose chain has ten megabytes: a good leaf, its intermediate, and 640 blobs.
pub async fn huge_chain(ca: &Ca, name: &str) -> Result<Peer, CaError> {
    let blob = CertificateDer::from(vec![0x30; 16 * 1024]);
    let issued = ca.leaf().names([name]).issue()?;
    Peer::serving(&issued.followed_by(std::iter::repeat_n(blob, 640))).await
}

/// Names with a NUL byte in SAN and CN: `mail.good.example` to who reads C strings.
pub async fn nul_in_names(ca: &Ca, name: &str) -> Result<Peer, CaError> {
    let truncated = format!("{name}\0.evil.example");
    let issued = ca.leaf().cn(&truncated).names([truncated.clone()]).issue()?;
    Peer::serving(&issued).await
}

/// Speaks plain text first and deals with STARTTLS in one of the four ways; where it comes to TLS, it serves
/// the certificate.
pub async fn starttls(protocol: Protocol, way: Starttls, issued: &Issued) -> Result<Peer, CaError> {
    let acceptor = TlsAcceptor::from(issued.server_config()?);
    let peer = Peer::listen(move |mut stream: TcpStream| {
        let acceptor = acceptor.clone();
        async move {
            match talk::greet(&mut stream, protocol, way).await? {
                Ending::Upgrade => shake_hands(acceptor, stream).await,
                Ending::Goodbye => Ok(()),
            }
        }
    });
    peer.await.map_err(CaError::Listen)
}

/// Greets with one line, whatever it is, and then listens in silence: `* PREAUTH hello`, `421 Too busy`…
pub async fn greets(line: &'static str) -> io::Result<Peer> {
    Peer::listen(move |mut stream: TcpStream| async move {
        stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        let mut bytes = [0; 1024];
        while stream.read(&mut bytes).await? > 0 {}
        Ok(())
    })
    .await
}

/// A handshake record of 16 kB is to follow (RFC 8446 section 5.1).
const TLS_RECORD: &[u8] = &[22, 3, 3, 0x40, 0];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Crowd, clock, openssl};
    use tokio::{io::AsyncBufReadExt, io::BufReader, time::timeout};

    /// openssl blocks, and the peers live on this runtime's other thread.
    fn shown(peer: &Peer, starttls: Option<&str>) -> String {
        openssl::shown(&peer.endpoint(), starttls, "mail.a.example", None)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_client_that_is_let_into_tls_sees_the_certificate() {
        let ca = Ca::new("Test").unwrap();
        let issued = ca.leaf().names(["mail.a.example"]).issue().unwrap();
        for (protocol, name) in [(Protocol::Smtp, "smtp"), (Protocol::Imap, "imap")] {
            for (way, says) in [
                (Starttls::Offered, "subject=CN = mail.a.example"),
                // openssl overlooks the line from the middle.
                (Starttls::Injected, "subject=CN = mail.a.example"),
            ] {
                let peer = starttls(protocol, way, &issued).await.unwrap();
                let said = shown(&peer, Some(name));
                assert!(said.contains(says), "{protocol:?} {way:?}: {said}");
            }
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_huge_chain_is_too_much_for_openssl_too() {
        let ca = Ca::new("Test").unwrap();
        let said = shown(&huge_chain(&ca, "mail.a.example").await.unwrap(), None);
        assert!(said.contains("excessive message size"), "{said}");
        let said = shown(&nul_in_names(&ca, "mail.a.example").await.unwrap(), None);
        assert!(said.contains("mail.a.example\\00.evil.example"), "{said}");
        assert!(shown(&garbage().await.unwrap(), None).contains("wrong version number"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_of_a_crowd_gets_its_own_certificate() {
        let ca = Ca::new("Test").unwrap();
        let crowd = Crowd::start(&ca, 100).await.unwrap();
        for name in [&crowd.names()[0], &crowd.names()[99]] {
            let said = openssl::shown(&crowd.endpoint(), None, name, None);
            assert!(said.contains(&format!("subject=CN = {name}")), "{said}");
        }
    }

    #[tokio::test]
    async fn a_banner_goes_on_and_a_dropped_peer_is_gone() {
        let peer = endless_banner(Protocol::Imap).await.unwrap();
        let stream = TcpStream::connect(peer.endpoint().to_string()).await.unwrap();
        let mut lines = BufReader::new(stream).lines();
        for _ in 0..10_000 {
            assert!(lines.next_line().await.unwrap().unwrap().starts_with("* OK"));
        }
        let endpoint = peer.endpoint().to_string();
        drop(peer);
        let is_gone = async || TcpStream::connect(&endpoint).await.is_err();
        assert!(clock::until(Duration::from_secs(10), is_gone).await);
        let cut = async { while let Ok(Some(_)) = lines.next_line().await {} };
        assert!(timeout(Duration::from_secs(10), cut).await.is_ok());
    }
}
