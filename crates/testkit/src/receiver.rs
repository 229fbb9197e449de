//! A web server that takes letters (RFC 9112): what came is kept, and answered as it was told.

use crate::{
    ca::{CaError, Issued},
    peer::Peer,
};
use model::Endpoint;
use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    sync::watch,
};
use tokio_rustls::TlsAcceptor;

/// Gone on drop.
#[derive(Debug)]
pub struct Receiver {
    peer: Peer,
    tray: Arc<InTray>,
    count: watch::Receiver<usize>,
}

/// A request as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// `POST /path HTTP/1.1`
    pub request: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As text.
    pub body: String,
}

/// What a receiver says to a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    /// A status line's end and further fields: `503 Busy\r\nRetry-After: 1`.
    Says(&'static str),
    /// Nothing; it keeps the connection.
    Nothing,
}

#[derive(Debug)]
struct InTray {
    letters: Mutex<Vec<Letter>>,
    replies: Mutex<VecDeque<Reply>>,
    count: watch::Sender<usize>,
}

impl Letter {
    /// Empty where there is no such header.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

impl Receiver {
    /// Answers one letter with each of these in turn, and all that follow with 204.
    pub async fn answering(replies: &[Reply]) -> io::Result<Self> {
        Self::start(replies, None).await
    }

    /// The same over TLS.
    pub async fn over_tls(issued: &Issued, replies: &[Reply]) -> Result<Self, CaError> {
        let acceptor = TlsAcceptor::from(issued.server_config()?);
        let started = Self::start(replies, Some(acceptor)).await;
        started.map_err(CaError::Listen)
    }

    async fn start(replies: &[Reply], tls: Option<TlsAcceptor>) -> io::Result<Self> {
        let (sender, count) = watch::channel(0);
        let tray = Arc::new(InTray {
            letters: Mutex::default(),
            replies: Mutex::new(replies.iter().copied().collect()),
            count: sender,
        });
        let taking = Arc::clone(&tray);
        let peer = Peer::listen(move |stream| {
            let (tray, tls) = (Arc::clone(&taking), tls.clone());
            async move {
                match tls {
                    Some(tls) => tray.take(tls.accept(stream).await?).await,
                    None => tray.take(stream).await,
                }
            }
        });
        Ok(Self {
            peer: peer.await?,
            tray,
            count,
        })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        self.peer.endpoint()
    }

    /// Waits until so many letters have come, and returns all.
    pub async fn letters(&mut self, count: usize) -> Vec<Letter> {
        // The sender lives as long as this.
        let _ = self.count.wait_for(|came| *came >= count).await;
        self.came()
    }

    /// What has come so far.
    pub fn came(&self) -> Vec<Letter> {
        self.tray
            .letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl InTray {
    async fn take(&self, stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let letter = read(&mut stream).await?;
        let reply = {
            let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
            replies.pop_front().unwrap_or(Reply::Says("204 No Content"))
        };
        self.letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(letter);
        self.count.send_modify(|count| *count += 1);
        match reply {
            Reply::Says(status) => {
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).await?;
                stream.shutdown().await
            }
            Reply::Nothing => std::future::pending().await,
        }
    }
}

async fn read(stream: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Letter> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: Vec<(String, String)> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Letter {
        request: lines.first().cloned().unwrap_or_default(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
