//! What is spoken behind each door of a lab server.

use super::{folder::Folder, pages};
use crate::{
    Door, Script,
    talk::{Protocol, Starttls, greet},
};
use std::io;
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the doors serve: usually twice the same.
#[derive(Clone)]
pub(super) struct Certificates {
    pub(super) mail: TlsAcceptor,
    /// Behind the three SMTP doors.
    pub(super) smtp: TlsAcceptor,
}

/// One connection, from its first byte to its last.
pub(super) async fn serve(
    door: Door,
    stream: TcpStream,
    certificates: Certificates,
    folder: Folder,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let Certificates { mail, smtp } = certificates;
    match door {
        Door::Imaps => tls_first(stream, mail, Protocol::Imap).await,
        Door::Smtps => tls_first(stream, smtp, Protocol::Smtp).await,
        Door::Imap => Script::over(Protocol::Imap, mail).serve(stream).await,
        Door::Submission | Door::Smtp => Script::over(Protocol::Smtp, smtp).serve(stream).await,
        Door::Https | Door::Admin => pages::serve(mail.accept(stream).await?, door, &folder).await,
    }
}

async fn tls_first(stream: TcpStream, acceptor: TlsAcceptor, protocol: Protocol) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    greet(&mut stream, protocol, Starttls::Absent).await?;
    stream.shutdown().await
}
