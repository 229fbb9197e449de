//! A mail server's TLS, whose certificate can be replaced while it runs.

use super::PATIENCE;
use std::sync::{
    Arc, Mutex,
    mpsc::{Receiver, channel},
};
use testkit::{Ca, Peer, ca::Issued};
use tokio::{
    net::TcpStream,
    runtime::{Builder, Runtime},
    sync::watch,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// Serves one certificate, whatever name it is asked for; stopped on drop.
pub(crate) struct MailServer {
    peer: Peer,
    serves: Arc<Mutex<Arc<ServerConfig>>>,
    held: watch::Sender<bool>,
    knocks: Receiver<()>,
    _runtime: Runtime,
}

impl MailServer {
    /// With a right certificate for this name.
    pub(crate) fn of(name: &str, ca: &Ca) -> Self {
        Self::serving(&ca.leaf().names([name]).issue().unwrap())
    }

    pub(crate) fn serving(issued: &Issued) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let serves = Arc::new(Mutex::new(issued.server_config().unwrap()));
        let (held, is_held) = watch::channel(false);
        let (knock, knocks) = channel();
        let now = Arc::clone(&serves);
        let peer = Peer::listen(move |stream: TcpStream| {
            let acceptor = TlsAcceptor::from(Arc::clone(&now.lock().unwrap()));
            let mut is_held = is_held.clone();
            // The story may have ended.
            let _ = knock.send(());
            async move {
                let _ = is_held.wait_for(|held| !held).await;
                let mut tls = acceptor.accept(stream).await?;
                tokio::io::AsyncWriteExt::shutdown(&mut tls).await
            }
        });
        Self {
            peer: runtime.block_on(peer).unwrap(),
            serves,
            held,
            knocks,
            _runtime: runtime,
        }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn endpoint(&self) -> String {
        self.peer.endpoint().to_string()
    }

    /// The next client gets this certificate.
    pub(crate) fn reloads(&self, issued: &Issued) {
        *self.serves.lock().unwrap() = issued.server_config().unwrap();
    }

    /// Clients are let in and then left to wait.
    pub(crate) fn holds(&self) {
        while self.knocks.try_recv().is_ok() {}
        self.held.send_replace(true);
    }

    /// Returns when a client has come since [`Self::holds`].
    pub(crate) fn has_a_client(&self) {
        self.knocks.recv_timeout(PATIENCE).unwrap();
    }

    pub(crate) fn goes_on(&self) {
        self.held.send_replace(false);
    }
}
