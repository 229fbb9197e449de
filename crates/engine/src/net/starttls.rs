//! The talk before TLS: SMTP (RFC 3207) and IMAP (RFC 9051 section 6.2.1) up to the go-ahead.

use super::Ended;
use crate::wire::{
    imap,
    lines::{Lines, TooMuch},
    smtp::{NotAReply, Reply, ReplyReader},
};
use model::{Code, Reason};
use std::fmt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
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
    let mut talk = Talk {
        stream,
        lines: Lines::default(),
    };
    match protocol {
        Starttls::Smtp => talk.smtp().await?,
        Starttls::Imap => talk.imap().await?,
    }
    // Whatever came in the same packet was not protected by TLS and would be read as if it were
    // (CVE-2011-0411 and its kin). openssl's client overlooks it.
    if talk.lines.left_over() > 0 {
        return Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsInjection));
    }
    Ok(())
}

struct Talk<'a> {
    stream: &'a mut TcpStream,
    lines: Lines,
}

impl Talk<'_> {
    async fn smtp(&mut self) -> Result<(), Ended> {
        let greeting = self.reply().await?;
        match greeting.code {
            220 => {}
            400..=499 => return Err(Ended::saying(Code::Deferred, greeting.text())),
            _ => return Err(Ended::new(Code::HandshakeFailed, Reason::BadGreeting).detail(greeting.text())),
        }
        // An address literal (RFC 5321 section 4.1.3): true whatever this machine is called.
        let name = match self.stream.local_addr().map(|local| local.ip()) {
            Ok(std::net::IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
            Ok(ip) => format!("[{ip}]"),
            Err(_) => "[127.0.0.1]".to_owned(),
        };
        self.send(&format!("EHLO {name}\r\n")).await?;
        let ehlo = self.reply().await?;
        if ehlo.code != 250 || !ehlo.offers("STARTTLS") {
            return Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsNotOffered));
        }
        self.send("STARTTLS\r\n").await?;
        let go_ahead = self.reply().await?;
        if go_ahead.code != 220 {
            return Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsRefused).detail(go_ahead.text()));
        }
        Ok(())
    }

    async fn imap(&mut self) -> Result<(), Ended> {
        let greeting = self.line().await?;
        match imap::read(&greeting) {
            imap::Line::Ready(_) => {}
            imap::Line::Preauth => return Err(Ended::new(Code::HandshakeFailed, Reason::Preauth)),
            imap::Line::Bye(text) => {
                return Err(Ended::new(Code::HandshakeFailed, Reason::ClosedEarly).detail(text));
            }
            _ => return Err(Ended::new(Code::HandshakeFailed, Reason::BadGreeting).detail(greeting)),
        }
        self.send("a1 CAPABILITY\r\n").await?;
        let mut offered = false;
        self.until_tagged("a1", |list| offered |= imap::offers(list, "STARTTLS"))
            .await?;
        if !offered {
            return Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsNotOffered));
        }
        self.send("a2 STARTTLS\r\n").await?;
        self.until_tagged("a2", |_| {}).await
    }

    /// Reads up to the tagged OK, handing every capability list to `heard`.
    async fn until_tagged(&mut self, expected: &str, mut heard: impl FnMut(&str)) -> Result<(), Ended> {
        loop {
            let line = self.line().await?;
            match imap::read(&line) {
                imap::Line::Tagged { tag, ok: true, .. } if tag == expected => return Ok(()),
                imap::Line::Tagged { ok: false, text, .. } => {
                    return Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsRefused).detail(text));
                }
                imap::Line::Capability(list) => heard(list),
                imap::Line::Ready(_) | imap::Line::Untagged => {}
                imap::Line::Bye(text) => {
                    return Err(Ended::new(Code::HandshakeFailed, Reason::ClosedEarly).detail(text));
                }
                _ => return Err(Ended::new(Code::HandshakeFailed, Reason::BadGreeting).detail(line)),
            }
        }
    }

    async fn reply(&mut self) -> Result<Reply, Ended> {
        let mut reader = ReplyReader::default();
        loop {
            match reader.read(&mut self.lines) {
                Ok(Some(reply)) => return Ok(reply),
                Ok(None) => self.more().await?,
                Err(NotAReply::TooMuch) => return Err(too_much(TooMuch)),
                Err(NotAReply::Garbage) => {
                    return Err(Ended::new(Code::HandshakeFailed, Reason::BadGreeting));
                }
            }
        }
    }

    async fn line(&mut self) -> Result<String, Ended> {
        loop {
            match self.lines.next_line().map_err(too_much)? {
                Some(line) => return Ok(line),
                None => self.more().await?,
            }
        }
    }

    async fn more(&mut self) -> Result<(), Ended> {
        let mut bytes = [0; 2048];
        match self.stream.read(&mut bytes).await {
            Ok(0) => Err(Ended::new(Code::HandshakeFailed, Reason::ClosedEarly)),
            Ok(n) => self.lines.push(&bytes[..n]).map_err(too_much),
            Err(why) => Err(Ended::new(Code::HandshakeFailed, Reason::ClosedEarly).detail(why.to_string())),
        }
    }

    async fn send(&mut self, command: &str) -> Result<(), Ended> {
        let sent = self.stream.write_all(command.as_bytes()).await;
        sent.map_err(|why| Ended::new(Code::HandshakeFailed, Reason::ClosedEarly).detail(why.to_string()))
    }
}

fn too_much(_: TooMuch) -> Ended {
    Ended::new(Code::HandshakeFailed, Reason::BadGreeting).detail("the peer talks without end")
}
