//! A mail server with STARTTLS that is right in everything but what a test has it say.

use crate::{
    ca::{CaError, Issued},
    peer::Peer,
    talk::{self, Ending, Protocol, Starttls},
};
use std::{fmt, io, sync::Arc};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

/// What is answered to a line in place of the right answer; `None`: the right one.
type Says = dyn Fn(&str) -> Option<String> + Send + Sync;

/// A server to come. Unsaid, it discards what stands behind STARTTLS, refuses logins before TLS, and relays
/// nothing.
#[derive(Clone)]
#[must_use = "nothing listens before `start`"]
pub struct Script {
    protocol: Protocol,
    acceptor: TlsAcceptor,
    says: Arc<Says>,
    runs_what_is_slipped_in: bool,
}

impl Script {
    /// Serves the certificate, whatever name it is asked for.
    pub fn new(protocol: Protocol, issued: &Issued) -> Result<Self, CaError> {
        let acceptor = TlsAcceptor::from(issued.server_config()?);
        Ok(Self::over(protocol, acceptor))
    }

    /// With this TLS.
    pub(crate) fn over(protocol: Protocol, acceptor: TlsAcceptor) -> Self {
        Self {
            protocol,
            acceptor,
            says: Arc::new(|_| None),
            runs_what_is_slipped_in: false,
        }
    }

    /// Answers some lines otherwise, before TLS and in it. The answer brings its own line ends.
    pub fn saying(mut self, says: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.says = Arc::new(says);
        self
    }

    /// Keeps what came in one packet with STARTTLS, and runs it as if TLS had protected it (CVE-2011-0411).
    pub fn running_what_is_slipped_in(mut self) -> Self {
        self.runs_what_is_slipped_in = true;
        self
    }

    /// Listens on loopback until the peer is dropped.
    pub async fn start(self) -> io::Result<Peer> {
        Peer::listen(move |stream| self.clone().serve(stream)).await
    }

    /// One connection, from its greeting to its end.
    pub async fn serve(self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut unread = Vec::new();
        stream.write_all(talk::greeting(self.protocol).as_bytes()).await?;
        let ending = self.answer(&mut stream, &mut unread, Starttls::Offered);
        if ending.await? == Ending::Goodbye {
            return Ok(());
        }
        if !self.runs_what_is_slipped_in {
            unread.clear();
        }
        let mut stream = self.acceptor.accept(stream).await?;
        self.answer(&mut stream, &mut unread, Starttls::Absent).await?;
        stream.shutdown().await
    }

    async fn answer(
        &self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        unread: &mut Vec<u8>,
        starttls: Starttls,
    ) -> io::Result<Ending> {
        loop {
            while let Some(end) = unread.iter().position(|&b| b == b'\n') {
                let line: Vec<u8> = unread.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                let (answer, ending) = match (self.says)(&line) {
                    Some(answer) => (answer, None),
                    None => talk::reply(self.protocol, &line, starttls),
                };
                stream.write_all(answer.as_bytes()).await?;
                stream.flush().await?;
                if let Some(ending) = ending {
                    return Ok(ending);
                }
            }
            let mut bytes = [0; 1024];
            match stream.read(&mut bytes).await? {
                0 => return Ok(Ending::Goodbye),
                n => unread.extend_from_slice(&bytes[..n]),
            }
            if unread.len() > LONGEST {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script({:?})", self.protocol)
    }
}

const LONGEST: usize = 16 * 1024;
