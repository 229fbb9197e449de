//! Whether an SMTP server takes mail from anybody for anybody (RFC 5321 section 7.9). Nothing is ever sent:
//! the conversation ends before DATA.

use super::{
    Ended, Limits, Target,
    probe::{connect_as_stranger, within},
    starttls::{self, Starttls},
    talk::{Talk, address_literal},
    tls::Client,
};
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

/// What became of a recipient in a foreign domain, in the server's own words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Relay {
    /// Refused for good or for now: it was not accepted.
    Refused(String),
    Accepted(String),
}

/// Asks over TLS where the server offers it, as other servers would.
pub async fn relay(client: &Client, target: &Target, limits: Limits) -> Result<Relay, Ended> {
    let conversation = async {
        let mut stream = connect_as_stranger(&target.endpoint, limits.connect).await?;
        let me = address_literal(&stream);
        let mut talk = Talk::over(&mut stream);
        talk.greeting().await?;
        if !talk.ehlo(&me).await?.offers("STARTTLS") {
            return recipient(&mut talk).await;
        }
        starttls::start(&mut talk, Starttls::Smtp, "").await?;
        let mut talk = Talk::over(client.connect(stream, &target.sni).await?.stream);
        talk.ehlo(&me).await?;
        recipient(&mut talk).await
    };
    within(limits.whole, conversation).await
}

async fn recipient(talk: &mut Talk<impl AsyncRead + AsyncWrite + Unpin>) -> Result<Relay, Ended> {
    let sender = talk.ask(NOBODY).await?;
    let answer = if sender.is_positive() {
        talk.ask(STRANGER).await?
    } else {
        sender
    };
    let goodbye = async {
        talk.ask("RSET\r\n").await?;
        talk.ask("QUIT\r\n").await
    };
    // The answer stands, whatever is said to the goodbye.
    let _ = timeout(FAREWELL, goodbye).await;
    Ok(if answer.is_positive() {
        Relay::Accepted(answer.text())
    } else {
        Relay::Refused(answer.text())
    })
}

/// The sender of bounces, whom every server lets speak (RFC 5321 section 4.5.5).
const NOBODY: &str = "MAIL FROM:<>\r\n";
/// In a domain that belongs to nobody who has mail (RFC 2606 section 3).
const STRANGER: &str = "RCPT TO:<relay-probe@example.net>\r\n";
const FAREWELL: Duration = Duration::from_secs(1);
