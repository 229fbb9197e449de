//! Web servers that no browser should have to meet: a good handshake, and then one of these manners.

use crate::{
    ca::{CaError, Issued},
    peer::Peer,
};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

/// How a web server answers (RFC 9112).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// Closes the connection after the handshake.
    Closes,
    /// Takes the request and says nothing.
    Silent,
    /// Greets as a mail server does.
    NotHttp,
    /// Fields of the head without end, as fast as they are read.
    EndlessHead,
    /// A whole head, and of the promised body a byte a second.
    SlowBody,
    /// A whole head, and less than the promised body.
    ShortBody,
    /// Ten megabytes of nothing, then a login form.
    HugeBody,
    /// A login form in HTTP/1.0, which ends with the connection.
    OldVersion,
    /// A redirect to the page itself.
    RedirectLoop,
    /// Two redirects in one answer.
    TwoLocations,
}

/// Answers every request in this manner.
pub async fn web(issued: &Issued, manner: Manner) -> Result<Peer, CaError> {
    let acceptor = TlsAcceptor::from(issued.server_config()?);
    let peer = Peer::listen(move |stream: TcpStream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = BufReader::new(acceptor.accept(stream).await?);
            if manner != Manner::Closes {
                while requested(&mut stream).await? {
                    answer(&mut stream, manner).await?;
                }
            }
            stream.shutdown().await
        }
    });
    peer.await.map_err(CaError::Listen)
}

/// Reads a request's head to its end, which a client that is gone does not send.
async fn requested(stream: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<bool> {
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        if line == "\r\n" {
            return Ok(true);
        }
        line.clear();
    }
    Ok(false)
}

async fn answer(stream: &mut (impl AsyncWrite + Unpin), manner: Manner) -> io::Result<()> {
    const FORM: &str = "<form><input type=password></form>";
    match manner {
        Manner::Closes | Manner::Silent => {}
        Manner::NotHttp => stream.write_all(b"220 mail.test.example ESMTP\r\n").await?,
        Manner::EndlessHead => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            loop {
                stream.write_all(b"X-Patience: a virtue\r\n").await?;
            }
        }
        Manner::SlowBody => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
                .await?;
            loop {
                stream.write_all(b".").await?;
                stream.flush().await?;
                sleep(Duration::from_secs(1)).await;
            }
        }
        Manner::ShortBody => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{FORM}");
            stream.write_all(head.as_bytes()).await?;
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Manner::HugeBody => {
            let body = " ".repeat(10 * 1024 * 1024) + FORM;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
        }
        Manner::OldVersion => {
            let whole = format!("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n{FORM}");
            stream.write_all(whole.as_bytes()).await?;
            return stream.shutdown().await;
        }
        Manner::RedirectLoop => {
            let head = "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(head.as_bytes()).await?;
        }
        Manner::TwoLocations => {
            let there = "https://mail.a.example:6071/";
            let head = format!(
                "HTTP/1.1 302 Found\r\nLocation: {there}\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
        }
    }
    stream.flush().await
}
