//! The talk before TLS: SMTP (RFC 3207) and IMAP (RFC 9051 section 6.2.1) up to the go-ahead.

use super::{
    Ended,
    talk::{Said, Talk, address_literal},
};
use crate::wire::imap;
use model::{Code, Reason};
use std::fmt;
use tokio::net::TcpStream;

/// The protocol that is spoken before TLS.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Starttls {
    Smtp,
    Imap,
}

impl Starttls {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Imap => "imap",
        }
    }
}

impl fmt::Display for Starttls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Asks for TLS. On `Ok` the next byte from the peer belongs to the TLS handshake, and none was read.
pub async fn upgrade(stream: &mut TcpStream, protocol: Starttls) -> Result<(), Ended> {
    let me = address_literal(stream);
    let mut talk = Talk::over(stream);
    match protocol {
        Starttls::Smtp => {
            talk.greeting().await?;
            let ehlo = talk.ehlo(&me).await?;
            if ehlo.code != 250 || !ehlo.offers("STARTTLS") {
                return Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsNotOffered));
            }
        }
        Starttls::Imap => {
            let capabilities = talk.capabilities().await?;
            if !imap::offers(&capabilities, "STARTTLS") {
                return Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsNotOffered));
            }
        }
    }
    start(&mut talk, protocol, "").await
}

/// Gives the command, with `behind` in the same packet, and reads the go-ahead.
pub(super) async fn start(
    talk: &mut Talk<&mut TcpStream>,
    protocol: Starttls,
    behind: &str,
) -> Result<(), Ended> {
    let refused = match protocol {
        Starttls::Smtp => {
            let answer = talk.ask(&format!("STARTTLS\r\n{behind}")).await?;
            (answer.code != 220).then(|| answer.text())
        }
        Starttls::Imap => {
            talk.send(&format!("a2 STARTTLS\r\n{behind}")).await?;
            match talk.until_tagged("a2", |_| {}).await? {
                Said::Done { ok: true, .. } => None,
                Said::Done { text, .. } => Some(text),
                Said::GoOn => Some("+".to_owned()),
            }
        }
    };
    match refused {
        Some(words) => Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsRefused).detail(words)),
        // Whatever came in the same packet was not protected by TLS and would be read as if it were
        // (CVE-2011-0411 and its kin). openssl's client overlooks it.
        None if talk.has_more() => Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsInjection)),
        None => Ok(()),
    }
}
