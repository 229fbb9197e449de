//! A listener on loopback whose every connection is served by one function, and that stops on drop.

use crate::ca::{CaError, Issued};
use model::Endpoint;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// A server in this process. Dropping it closes its port and cuts its connections.
#[derive(Debug)]
pub struct Peer {
    endpoint: Endpoint,
    accepting: JoinHandle<()>,
}

impl Peer {
    /// Listens on a port of 127.0.0.1 that the kernel picks, and hands each connection to `serve`.
    pub async fn listen<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> io::Result<Self>
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        Self::on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, serve)
    }

    /// Hands each connection of a listener to `serve`. A connection ends after a minute, whatever it does.
    pub fn on<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F + Send + 'static) -> io::Result<Self>
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let endpoint = endpoint(listener.local_addr()?)?;
        let accepting = tokio::spawn(accept(listener, serve));
        Ok(Self { endpoint, accepting })
    }

    /// A TLS server that shakes hands, whatever name it is asked for, and says goodbye.
    pub async fn serving(issued: &Issued) -> Result<Self, CaError> {
        let acceptor = TlsAcceptor::from(issued.server_config()?);
        let peer = Self::listen(move |stream| shake_hands(acceptor.clone(), stream)).await;
        peer.map_err(CaError::Listen)
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint.clone()
    }

    /// Stops listening. When this returns the port is closed, and the connections are cut.
    pub async fn stop(mut self) {
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    // Dropped with this task, and with it every connection.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(timeout(LONGEST, serve(stream))); }
                // Out of file handles: the next moment may be better.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

pub(crate) fn endpoint(address: SocketAddr) -> io::Result<Endpoint> {
    Endpoint::new(&address.ip().to_string(), address.port()).map_err(io::Error::other)
}

/// TLS from the first byte, and nothing after it.
pub(crate) async fn shake_hands(acceptor: TlsAcceptor, stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    acceptor.accept(stream).await?.shutdown().await
}

const LONGEST: Duration = Duration::from_mins(1);
