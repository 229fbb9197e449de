//! What is spoken behind each door of a lab server.

use crate::{
    Door,
    talk::{Ending, Protocol, Starttls, answer, greet},
};
use std::io;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

/// What the doors serve: usually twice the same.
#[derive(Clone)]
pub(super) struct Certificates {
    pub(super) mail: TlsAcceptor,
    /// Behind the three SMTP doors.
    pub(super) smtp: TlsAcceptor,
}

/// One connection, from its first byte to its last.
pub(super) async fn serve(door: Door, stream: TcpStream, certificates: Certificates) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let Certificates { mail, smtp } = certificates;
    match door {
        Door::Imaps => tls_first(stream, mail, Protocol::Imap).await,
        Door::Smtps => tls_first(stream, smtp, Protocol::Smtp).await,
        Door::Imap => starttls(stream, mail, Protocol::Imap).await,
        Door::Submission | Door::Smtp => starttls(stream, smtp, Protocol::Smtp).await,
        Door::Https => page(&mut mail.accept(stream).await?, WEBMAIL).await,
        Door::Admin => page(&mut mail.accept(stream).await?, ADMIN).await,
    }
}

async fn tls_first(stream: TcpStream, acceptor: TlsAcceptor, protocol: Protocol) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    greet(&mut stream, protocol, Starttls::Absent).await?;
    stream.shutdown().await
}

async fn starttls(mut stream: TcpStream, acceptor: TlsAcceptor, protocol: Protocol) -> io::Result<()> {
    if greet(&mut stream, protocol, Starttls::Offered).await? == Ending::Goodbye {
        return Ok(());
    }
    // Nobody greets twice (RFC 3207 section 4.2, RFC 9051 section 6.2.1).
    let mut stream = acceptor.accept(stream).await?;
    answer(&mut stream, protocol, Starttls::Absent).await?;
    stream.shutdown().await
}

/// Answers one request (RFC 9112), whatever it asks for.
async fn page(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), body: &str) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= LONGEST_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(stream.read_u8().await?);
    }
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

const WEBMAIL: &str = "<!doctype html><title>Webmail</title><p>The lab's webmail.\n";
const ADMIN: &str = "<!doctype html><title>Admin</title><form method=post>\
    <input name=username><input name=password type=password><button>Login</button></form>\n";
const LONGEST_HEAD: usize = 8 * 1024;
