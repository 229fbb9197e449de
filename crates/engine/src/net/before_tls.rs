//! What a mail server lets happen before TLS: passwords in the clear (RFC 4954 section 4, RFC 9051 section
//! 6.2.1), and commands slipped in with STARTTLS that it runs as if TLS had protected them (CVE-2011-0411).

use super::{
    Ended, Limits,
    probe::{connect_as_stranger, within},
    starttls::{self, Starttls},
    talk::{Said, Talk, address_literal},
    tls::Client,
};
use crate::wire::{imap, smtp::Reply};
use model::{Code, DomainName, Endpoint, Reason};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// What was found out over one connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BeforeTls {
    pub passwords: Passwords,
    pub slipped: Slipped,
}

/// Whether a client could send its password in the clear.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Passwords {
    NotOffered,
    /// Offered, and refused until there is TLS.
    Refused,
    /// The server's own words.
    Taken(String),
}

/// What became of a command in the same packet behind STARTTLS.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Slipped {
    Discarded,
    /// Its answer came over TLS.
    Ran(String),
}

/// Asks for a login without a password, then for TLS with a command slipped in behind. No credentials are
/// ever sent.
pub async fn before_tls(
    client: &Client,
    endpoint: &Endpoint,
    protocol: Starttls,
    sni: &DomainName,
    limits: Limits,
) -> Result<BeforeTls, Ended> {
    let conversation = async {
        let mut stream = connect_as_stranger(endpoint, limits.connect).await?;
        let me = address_literal(&stream);
        let mut talk = Talk::over(&mut stream);
        let passwords = match protocol {
            Starttls::Smtp => smtp_passwords(&mut talk, &me).await?,
            Starttls::Imap => imap_passwords(&mut talk).await?,
        };
        let slipped = match slip_in(talk, protocol).await? {
            Some(slipped) => slipped,
            None => over_tls(client, stream, protocol, sni).await?,
        };
        Ok(BeforeTls { passwords, slipped })
    };
    within(limits.whole, conversation).await
}

async fn smtp_passwords(talk: &mut Talk<&mut TcpStream>, me: &str) -> Result<Passwords, Ended> {
    talk.greeting().await?;
    let ehlo = talk.ehlo(me).await?;
    let Some(mechanism) = mechanism(&ehlo) else {
        return Ok(Passwords::NotOffered);
    };
    let answer = talk.ask(&format!("AUTH {mechanism}\r\n")).await?;
    Ok(match answer.code {
        // "Must issue a STARTTLS command first", and its older sister (RFC 4954 section 6, RFC 2554).
        530 | 538 => Passwords::Refused,
        334 => {
            talk.ask(CANCEL).await?;
            Passwords::Taken(answer.text())
        }
        _ => Passwords::Taken(answer.text()),
    })
}

/// The mechanism to ask for: one that sends the password itself where there is one.
fn mechanism(ehlo: &Reply) -> Option<&str> {
    // At most twenty characters (RFC 4422 section 3.1).
    let is_named = |name: &&str| {
        name.len() <= 20
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let plain = |name: &&str| name.eq_ignore_ascii_case("PLAIN") || name.eq_ignore_ascii_case("LOGIN");
    let mut offered = ehlo.mechanisms().filter(is_named);
    ehlo.mechanisms().find(plain).or_else(|| offered.next())
}

async fn imap_passwords(talk: &mut Talk<&mut TcpStream>) -> Result<Passwords, Ended> {
    let capabilities = talk.capabilities().await?;
    let offers = |word| imap::offers(&capabilities, word);
    let command = if offers("AUTH=PLAIN") {
        "a3 AUTHENTICATE PLAIN\r\n"
    } else if offers("AUTH=LOGIN") {
        "a3 AUTHENTICATE LOGIN\r\n"
    } else if offers("LOGINDISABLED") {
        return Ok(Passwords::NotOffered);
    } else {
        // Nobody has an empty name.
        "a3 LOGIN \"\" \"\"\r\n"
    };
    talk.send(command).await?;
    Ok(match talk.until_tagged("a3", |_| {}).await? {
        Said::Done { ok: false, text } if imap::needs_privacy(&text) => Passwords::Refused,
        Said::Done { text, .. } => Passwords::Taken(text),
        Said::GoOn => {
            talk.send(CANCEL).await?;
            talk.until_tagged("a3", |_| {}).await?;
            Passwords::Taken(command.trim_end().to_owned())
        }
    })
}

/// Gives STARTTLS with a command behind it. `None`: TLS begins.
async fn slip_in(mut talk: Talk<&mut TcpStream>, protocol: Starttls) -> Result<Option<Slipped>, Ended> {
    let command = match protocol {
        Starttls::Smtp => "NOOP\r\n",
        Starttls::Imap => "b1 NOOP\r\n",
    };
    match starttls::start(&mut talk, protocol, command).await {
        Ok(()) => Ok(None),
        // The answer came before TLS.
        Err(ended) if ended.reason == Some(Reason::StarttlsInjection) => {
            Ok(Some(Slipped::Ran(talk.line().await?)))
        }
        Err(ended) if refuses(&ended) => Ok(Some(Slipped::Discarded)),
        Err(ended) => Err(ended),
    }
}

/// Says goodbye over TLS: what is answered before the goodbye answers the command that was slipped in, so
/// that nobody has to wait for what may never come.
async fn over_tls(
    client: &Client,
    stream: TcpStream,
    protocol: Starttls,
    sni: &DomainName,
) -> Result<Slipped, Ended> {
    let mut talk = match client.connect(stream, sni).await {
        Ok(connected) => Talk::over(connected.stream),
        Err(Ended {
            reason: Some(Reason::NotTls),
            detail,
            ..
        }) => return Ok(Slipped::Ran(detail.unwrap_or_default())),
        // It took the command for the beginning of TLS, and so for none.
        Err(_) => return Ok(Slipped::Discarded),
    };
    let answered = match protocol {
        Starttls::Smtp => smtp_goodbye(&mut talk).await,
        Starttls::Imap => imap_goodbye(&mut talk).await,
    };
    match answered {
        Err(ended) if refuses(&ended) => Ok(Slipped::Discarded),
        answered => answered,
    }
}

async fn smtp_goodbye(talk: &mut Talk<TlsStream<TcpStream>>) -> Result<Slipped, Ended> {
    let answer = talk.ask("QUIT\r\n").await?;
    match answer.code {
        221 => Ok(Slipped::Discarded),
        400..=499 => Err(Ended::saying(Code::Deferred, answer.text())),
        _ => Ok(Slipped::Ran(answer.text())),
    }
}

async fn imap_goodbye(talk: &mut Talk<TlsStream<TcpStream>>) -> Result<Slipped, Ended> {
    talk.send("c1 LOGOUT\r\n").await?;
    loop {
        let line = talk.line().await?;
        match imap::read(&line) {
            imap::Line::Tagged { tag: "b1", .. } => return Ok(Slipped::Ran(line)),
            imap::Line::Tagged { tag: "c1", .. } => return Ok(Slipped::Discarded),
            _ => {}
        }
    }
}

/// A server that says no to STARTTLS in company, or hangs up on it, has run nothing.
fn refuses(ended: &Ended) -> bool {
    matches!(ended.reason, Some(Reason::StarttlsRefused | Reason::ClosedEarly))
}

/// Ends a login that the server would have gone on with (RFC 4954 section 4, RFC 9051 section 6.2.2).
const CANCEL: &str = "*\r\n";
