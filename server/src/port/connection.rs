//! One connection, from its handshake to its end.

use super::Certificate;
use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::Service, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Semaphore,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

/// What every connection needs. Cheap to clone.
#[derive(Clone)]
pub(super) struct Talk {
    pub(super) app: Router,
    pub(super) certificate: Option<Certificate>,
    pub(super) handshakes: Arc<Semaphore>,
    pub(super) stopping: CancellationToken,
}

impl Talk {
    /// Ends when the caller has left, or after the answer in hand once the port is stopping.
    pub(super) async fn with(self, stream: TcpStream, peer: SocketAddr) {
        // An answer is written as a whole: nothing is gained by waiting for more of it.
        let _ = stream.set_nodelay(true);
        let Some(certificate) = &self.certificate else {
            return self.answer(stream, peer).await;
        };
        let handshake = self.shake_hands(certificate, stream);
        if let Some(Some(stream)) = self.stopping.run_until_cancelled(handshake).await {
            self.answer(stream, peer).await;
        }
    }

    /// `None` for who is no TLS client, is too slow, or comes while too many others are at it.
    async fn shake_hands(
        &self,
        certificate: &Certificate,
        stream: TcpStream,
    ) -> Option<TlsStream<TcpStream>> {
        let Ok(_turn) = self.handshakes.try_acquire() else {
            tracing::warn!("Turned a caller away: too many TLS handshakes at once");
            return None;
        };
        let acceptor = TlsAcceptor::from(certificate.current());
        timeout(HANDSHAKE, acceptor.accept(stream)).await.ok()?.ok()
    }

    async fn answer(&self, stream: impl AsyncRead + AsyncWrite + Unpin, peer: SocketAddr) {
        let app = TowerToHyperService::new(self.app.clone());
        let with_address = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            app.call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(stream), with_address);
        let mut connection = pin!(connection);
        // How a connection ends is the caller's affair: there is nobody to tell.
        tokio::select! {
            _ = connection.as_mut() => return,
            () = self.stopping.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

const HANDSHAKE: Duration = Duration::from_secs(10);

/// For the head of a request, and so for how long an idle connection is kept.
const HEAD: Duration = Duration::from_secs(10);
