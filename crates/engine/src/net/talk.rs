//! A client's side of SMTP (RFC 5321) and IMAP (RFC 9051), inside TLS or before it: commands out, bounded
//! answers in.

use super::Ended;
use crate::wire::{
    imap,
    lines::{Lines, TooMuch},
    smtp::{NotAReply, Reply, ReplyReader},
};
use model::{Code, Reason};
use std::net::IpAddr;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

/// A conversation over a stream. The caller bounds its time.
#[derive(Debug)]
pub(super) struct Talk<S> {
    stream: S,
    lines: Lines,
}

/// What an IMAP server said to one command.
#[derive(Debug)]
pub(super) enum Said {
    /// `TAG OK`, `TAG NO` or `TAG BAD`.
    Done { ok: bool, text: String },
    /// `+`: it waits for more.
    GoOn,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    pub(super) fn over(stream: S) -> Self {
        Self {
            stream,
            lines: Lines::default(),
        }
    }

    /// Reads the greeting of an SMTP server.
    pub(super) async fn greeting(&mut self) -> Result<(), Ended> {
        let greeting = self.reply().await?;
        match greeting.code {
            220 => Ok(()),
            400..=499 => Err(Ended::saying(Code::Deferred, greeting.text())),
            _ => Err(Ended::new(Code::HandshakeFailed, Reason::BadGreeting).detail(greeting.text())),
        }
    }

    /// Says who we are, and reads what the server can do.
    pub(super) async fn ehlo(&mut self, me: &str) -> Result<Reply, Ended> {
        self.ask(&format!("EHLO {me}\r\n")).await
    }

    /// One SMTP command, line end included, and its reply.
    pub(super) async fn ask(&mut self, command: &str) -> Result<Reply, Ended> {
        self.send(command).await?;
        self.reply().await
    }

    pub(super) async fn reply(&mut self) -> Result<Reply, Ended> {
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

    /// Reads the greeting of an IMAP server, asks for its capabilities, and returns the words of the lists.
    pub(super) async fn capabilities(&mut self) -> Result<String, Ended> {
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
        let mut words = String::new();
        let said = self
            .until_tagged("a1", |list| {
                words.push_str(list);
                words.push(' ');
            })
            .await?;
        match said {
            Said::Done { ok: true, .. } => Ok(words),
            _ => Err(Ended::new(Code::HandshakeFailed, Reason::StarttlsNotOffered)),
        }
    }

    /// Reads up to the answer with this tag, handing every capability list to `heard`.
    pub(super) async fn until_tagged(
        &mut self,
        expected: &str,
        mut heard: impl FnMut(&str),
    ) -> Result<Said, Ended> {
        loop {
            let line = self.line().await?;
            match imap::read(&line) {
                imap::Line::Tagged { tag, ok, text } if tag == expected => {
                    let text = text.to_owned();
                    return Ok(Said::Done { ok, text });
                }
                imap::Line::GoOn => return Ok(Said::GoOn),
                imap::Line::Capability(list) => heard(list),
                imap::Line::Ready(_) | imap::Line::Untagged => {}
                imap::Line::Bye(text) => {
                    return Err(Ended::new(Code::HandshakeFailed, Reason::ClosedEarly).detail(text));
                }
                _ => return Err(Ended::new(Code::HandshakeFailed, Reason::BadGreeting).detail(line)),
            }
        }
    }

    pub(super) async fn line(&mut self) -> Result<String, Ended> {
        loop {
            match self.lines.next_line().map_err(too_much)? {
                Some(line) => return Ok(line),
                None => self.more().await?,
            }
        }
    }

    pub(super) async fn send(&mut self, command: &str) -> Result<(), Ended> {
        let sent = async {
            self.stream.write_all(command.as_bytes()).await?;
            self.stream.flush().await
        };
        sent.await.map_err(|why| closed(&why))
    }

    async fn more(&mut self) -> Result<(), Ended> {
        let mut bytes = [0; 2048];
        match self.stream.read(&mut bytes).await {
            Ok(0) => Err(Ended::new(Code::HandshakeFailed, Reason::ClosedEarly)),
            Ok(n) => self.lines.push(&bytes[..n]).map_err(too_much),
            Err(why) => Err(closed(&why)),
        }
    }

    /// Whether more was read than was asked for.
    pub(super) fn has_more(&self) -> bool {
        self.lines.left_over() > 0
    }
}

/// What to say in EHLO: an address literal (RFC 5321 section 4.1.3), true whatever this machine is called.
pub(super) fn address_literal(stream: &TcpStream) -> String {
    match stream.local_addr().map(|local| local.ip()) {
        Ok(IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
        Ok(ip) => format!("[{ip}]"),
        Err(_) => "[127.0.0.1]".to_owned(),
    }
}

fn closed(why: &std::io::Error) -> Ended {
    Ended::new(Code::HandshakeFailed, Reason::ClosedEarly).detail(why.to_string())
}

fn too_much(_: TooMuch) -> Ended {
    Ended::new(Code::HandshakeFailed, Reason::BadGreeting).detail("the peer talks without end")
}
