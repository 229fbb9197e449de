//! The server's side of SMTP (RFC 5321, RFC 3207) and IMAP (RFC 9051), as far as a client that looks at
//! certificates goes.

use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protocol {
    /// SMTP and submission.
    Smtp,
    /// IMAP4.
    Imap,
}

/// How a server deals with STARTTLS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Starttls {
    /// Offers it, and starts TLS when asked.
    Offered,
    /// Does not know it.
    Absent,
    /// Offers it, and answers 454 (`NO` in IMAP) when asked.
    Refused,
    /// Offers it, and sends another answer in the packet of its go-ahead, as somebody in the middle would.
    Injected,
}

/// How a conversation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// The next byte belongs to TLS.
    Upgrade,
    /// The client said goodbye or went away.
    Goodbye,
}

/// Greets and then answers, as [`answer`] does.
pub(crate) async fn greet(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    protocol: Protocol,
    starttls: Starttls,
) -> io::Result<Ending> {
    stream.write_all(greeting(protocol).as_bytes()).await?;
    answer(stream, protocol, starttls).await
}

/// The first line.
pub(crate) fn greeting(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Smtp => "220 mail.test.example ESMTP\r\n",
        Protocol::Imap => "* OK IMAP4rev1 ready\r\n",
    }
}

/// Answers until the client wants TLS or is gone. Never reads beyond a line's end.
pub(crate) async fn answer(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    protocol: Protocol,
    starttls: Starttls,
) -> io::Result<Ending> {
    stream.flush().await?;
    while let Some(line) = line(stream).await? {
        let (answer, ending) = reply(protocol, &line, starttls);
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
        if let Some(ending) = ending {
            return Ok(ending);
        }
    }
    Ok(Ending::Goodbye)
}

/// What is answered to one line, and whether the conversation ends with it.
pub(crate) fn reply(protocol: Protocol, line: &str, starttls: Starttls) -> Answer {
    match protocol {
        Protocol::Smtp => smtp(line, starttls),
        Protocol::Imap => imap(line, starttls),
    }
}

type Answer = (String, Option<Ending>);

fn smtp(line: &str, starttls: Starttls) -> Answer {
    let answer = match line
        .split(' ')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase()
        .as_str()
    {
        "EHLO" if starttls == Starttls::Absent => "250-mail.test.example\r\n250 SIZE 1000000\r\n",
        "EHLO" => "250-mail.test.example\r\n250-SIZE 1000000\r\n250 STARTTLS\r\n",
        "HELO" => "250 mail.test.example\r\n",
        "NOOP" | "RSET" => "250 2.0.0 Ok\r\n",
        "QUIT" => return ("221 2.0.0 Bye\r\n".to_owned(), Some(Ending::Goodbye)),
        "STARTTLS" => match starttls {
            Starttls::Offered => return ("220 2.0.0 Go ahead\r\n".to_owned(), Some(Ending::Upgrade)),
            Starttls::Injected => {
                return (
                    "220 2.0.0 Go ahead\r\n250 2.0.0 From the middle\r\n".to_owned(),
                    Some(Ending::Upgrade),
                );
            }
            Starttls::Refused => "454 4.7.0 TLS not available\r\n",
            Starttls::Absent => "502 5.5.1 No such command\r\n",
        },
        "AUTH" | "MAIL" if starttls != Starttls::Absent => "530 5.7.0 Must issue STARTTLS first\r\n",
        "MAIL" => "250 2.1.0 Ok\r\n",
        "RCPT" => "554 5.7.1 Relay access denied\r\n",
        _ => "502 5.5.1 No such command\r\n",
    };
    (answer.to_owned(), None)
}

fn imap(line: &str, starttls: Starttls) -> Answer {
    let mut words = line.split(' ');
    let (tag, command) = (words.next().unwrap_or("*"), words.next().unwrap_or_default());
    match command.to_ascii_uppercase().as_str() {
        "CAPABILITY" => {
            let offer = if starttls == Starttls::Absent {
                ""
            } else {
                " STARTTLS LOGINDISABLED"
            };
            (
                format!("* CAPABILITY IMAP4rev1{offer}\r\n{tag} OK Done\r\n"),
                None,
            )
        }
        "NOOP" => (format!("{tag} OK Done\r\n"), None),
        "LOGOUT" => (format!("* BYE\r\n{tag} OK Done\r\n"), Some(Ending::Goodbye)),
        "STARTTLS" => match starttls {
            Starttls::Offered => (format!("{tag} OK Begin TLS\r\n"), Some(Ending::Upgrade)),
            Starttls::Injected => (
                format!("{tag} OK Begin TLS\r\n* OK From the middle\r\n"),
                Some(Ending::Upgrade),
            ),
            Starttls::Refused => (format!("{tag} NO TLS not available\r\n"), None),
            Starttls::Absent => (format!("{tag} BAD No such command\r\n"), None),
        },
        _ => (format!("{tag} NO Nobody can log in here\r\n"), None),
    }
}

/// Byte by byte: what follows a STARTTLS line is not ours to read.
async fn line(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    loop {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 {
            return Ok(None);
        }
        match byte[0] {
            b'\n' => return Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned())),
            _ if line.len() >= LONGEST_LINE => return Err(io::ErrorKind::InvalidData.into()),
            other => line.push(other),
        }
    }
}

/// RFC 5321 section 4.5.3.1.6.
const LONGEST_LINE: usize = 1000;
