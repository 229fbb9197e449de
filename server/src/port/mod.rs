//! The port: connections are accepted, encrypted where a certificate is configured, and handed to the doors.
//!
//! ```text
//!  accept ──> a task each ──> handshake (10 s, 256 at once) ──> HTTP/1.1 (a head within 10 s) ──> doors
//!                                 └── Certificate: the files as they are now, looked at every 2 s
//! ```

mod certificate;
mod connection;
mod spare;

pub(crate) use certificate::Certificate;

use anyhow::{Result, anyhow};
use axum::Router;
use connection::Talk;
use spare::Spare;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A listening socket, and the certificate that it serves.
#[derive(Debug)]
pub(crate) struct Port {
    listener: TcpListener,
    certificate: Option<Certificate>,
}

impl Port {
    /// Comes before anything is written: a port that is taken must leave nothing behind.
    pub(crate) async fn open(address: SocketAddr, certificate: Option<Certificate>) -> Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|why| taken(address, &why))?;
        Ok(Self {
            listener,
            certificate,
        })
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    pub(crate) fn is_https(&self) -> bool {
        self.certificate.is_some()
    }

    /// Serves until `stopping`, then until everybody is served, within [`GRACE`].
    pub(crate) async fn serve(self, app: Router, stopping: &CancellationToken) {
        let watched = self.certificate.clone().map(|certificate| {
            let stopping = stopping.clone();
            tokio::spawn(stopping.run_until_cancelled_owned(async move { certificate.keep_fresh().await }))
        });
        let talk = Talk {
            app,
            certificate: self.certificate,
            handshakes: Arc::new(Semaphore::new(HANDSHAKES)),
            stopping: stopping.clone(),
        };
        let open = TaskTracker::new();
        let mut spare = Spare::new(talk.certificate.is_none());
        while let Some(accepted) = stopping
            .run_until_cancelled(accept(&self.listener, &mut spare))
            .await
        {
            let (stream, peer) = accepted;
            open.spawn(talk.clone().with(stream, peer));
        }
        // From now on nobody new is let in.
        drop(self.listener);
        open.close();
        if !all_ended_within(GRACE, &open).await {
            tracing::warn!("Left behind whoever had not ended a request");
        }
        if let Some(watched) = watched {
            let _ = watched.await;
        }
    }
}

/// The next connection. What is wrong with one of them, or with this moment, does not end the port.
async fn accept(listener: &TcpListener, spare: &mut Spare) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => {
                spare.is_not_needed();
                return accepted;
            }
            Err(why) if is_the_callers(&why) => {}
            // Most likely there are too many open files.
            Err(why) => spare.turn_away(listener, &why).await,
        }
    }
}

fn is_the_callers(why: &io::Error) -> bool {
    matches!(
        why.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// False where somebody never ends a request.
async fn all_ended_within(grace: Duration, open: &TaskTracker) -> bool {
    tokio::time::timeout(grace, open.wait()).await.is_ok()
}

fn taken(address: SocketAddr, why: &io::Error) -> anyhow::Error {
    match why.kind() {
        io::ErrorKind::AddrInUse => {
            anyhow!(
                "{address} is already in use: is another Desk running? Choose another address with server.listen"
            )
        }
        _ => anyhow!("cannot listen on {address}: {why}"),
    }
}

/// More than this many unfinished handshakes at once are strangers who want to tie up the Desk.
const HANDSHAKES: usize = 256;

/// Longer than a check may take, and shorter than systemd waits before it kills (90 s).
const GRACE: Duration = Duration::from_secs(35);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_never_ends_a_request_does_not_hold_up_the_stop() {
        let (open, grace) = (TaskTracker::new(), Duration::from_millis(10));
        let never = open.spawn(std::future::pending::<()>());
        open.close();
        assert!(!all_ended_within(grace, &open).await);
        never.abort();
        assert!(all_ended_within(1_000 * grace, &open).await);
    }
}
