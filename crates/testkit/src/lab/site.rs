//! One running mail server of the lab: seven doors, and an ear for what its folder says.

use super::{
    LabError,
    door::{self, Certificates},
    folder::Folder,
};
use crate::{
    Door, Peer, Port,
    ca::{CaError, certified_key, server_config},
};
use model::Endpoint;
use rustls::sign::SingleCertAndKey;
use std::{
    io,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio_rustls::TlsAcceptor;

/// The server and what it has read last.
pub(super) struct Server {
    folder: Folder,
    /// Each with its port, which nobody else can answer on, and what answers there while it is open.
    doors: Vec<(Door, Port, Option<Peer>)>,
    certificates: Arc<RwLock<Certificates>>,
    order: String,
}

impl Server {
    /// Reads the certificates and binds a port for every door.
    pub(super) async fn open(folder: Folder) -> Result<Self, LabError> {
        let order = folder.reload_order();
        let certificates = Arc::new(RwLock::new(read(&folder)?));
        let mut doors = Vec::new();
        for door in Door::ALL {
            doors.push((door, Port::new().map_err(LabError::Listen)?, None));
        }
        let mut server = Self {
            folder,
            doors,
            certificates,
            order,
        };
        server.open_and_close().await;
        Ok(server)
    }

    pub(super) fn endpoint(&self, door: Door) -> Endpoint {
        let found = self.doors.iter().find(|(is, ..)| *is == door);
        found.unwrap_or(&self.doors[0]).1.endpoint()
    }

    /// Serves until it is dropped.
    pub(super) async fn run(mut self) {
        loop {
            tokio::time::sleep(POLL).await;
            self.reload_if_told();
            self.open_and_close().await;
        }
    }

    /// A server that cannot read its files goes on with what it has, and tries again.
    fn reload_if_told(&mut self) {
        let order = self.folder.reload_order();
        if order == self.order {
            return;
        }
        if let Ok(certificates) = read(&self.folder) {
            *self.certificates.write().unwrap_or_else(PoisonError::into_inner) = certificates;
            self.order = order;
        }
    }

    async fn open_and_close(&mut self) {
        for (door, port, open) in &mut self.doors {
            if self.folder.is_closed(*door) {
                if let Some(peer) = open.take() {
                    peer.stop().await;
                }
            } else if open.is_none() {
                // Where it fails, the next moment may be better.
                *open = listen(port, *door, &self.certificates, &self.folder).ok();
            }
        }
    }
}

fn listen(
    port: &Port,
    door: Door,
    certificates: &Arc<RwLock<Certificates>>,
    folder: &Folder,
) -> io::Result<Peer> {
    let (certificates, folder) = (Arc::clone(certificates), folder.clone());
    Peer::on(port.listen()?, move |stream| {
        let now = certificates
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        door::serve(door, stream, now, folder.clone())
    })
}

fn read(folder: &Folder) -> Result<Certificates, CaError> {
    let mail = acceptor(folder.deployed())?;
    let smtp = folder.smtp();
    Ok(Certificates {
        smtp: if smtp[0].exists() {
            acceptor(smtp)?
        } else {
            mail.clone()
        },
        mail,
    })
}

fn acceptor([chain, key]: [PathBuf; 2]) -> Result<TlsAcceptor, CaError> {
    let certified = certified_key(&chain, &key)?;
    // As a real server does on reload; half of a pair may just have been replaced.
    certified.keys_match()?;
    let config = server_config(Arc::new(SingleCertAndKey::from(certified)))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

const POLL: Duration = Duration::from_millis(300);
