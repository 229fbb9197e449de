//! One running mail server of the lab: seven doors, and an ear for what its folder says.

use super::{
    LabError,
    door::{self, Certificates},
    folder::Folder,
};
use crate::{
    Door, Peer,
    ca::{CaError, certified_key, server_config},
    peer,
};
use model::Endpoint;
use rustls::sign::SingleCertAndKey;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::net::TcpSocket;
use tokio_rustls::TlsAcceptor;

/// The server and what it has read last.
pub(super) struct Server {
    folder: Folder,
    doors: Vec<(Door, Endpoint, Port)>,
    certificates: Arc<RwLock<Certificates>>,
    order: String,
}

/// A port is bound as long as the lab lives, so that nobody else can answer in its place.
enum Port {
    Open(Peer),
    Closed(TcpSocket),
    /// Somebody took it in the moment between two sockets.
    Lost,
}

impl Server {
    /// Reads the certificates and binds a port for every door.
    pub(super) async fn open(folder: Folder) -> Result<Self, LabError> {
        let order = folder.reload_order();
        let certificates = Arc::new(RwLock::new(read(&folder)?));
        let mut doors = Vec::new();
        for door in Door::ALL {
            let socket = bind(0).map_err(LabError::Listen)?;
            let endpoint = socket
                .local_addr()
                .and_then(peer::endpoint)
                .map_err(LabError::Listen)?;
            doors.push((door, endpoint, Port::Closed(socket)));
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
        found.unwrap_or(&self.doors[0]).1.clone()
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
        for (door, endpoint, port) in &mut self.doors {
            let shall_be_closed = self.folder.is_closed(*door);
            *port = match std::mem::replace(port, Port::Lost) {
                Port::Open(peer) if shall_be_closed => {
                    peer.stop().await;
                    bind(endpoint.port()).map_or(Port::Lost, Port::Closed)
                }
                Port::Closed(socket) if !shall_be_closed => {
                    let opened = listen(socket, *door, &self.certificates, &self.folder);
                    opened.map_or(Port::Lost, Port::Open)
                }
                Port::Lost => bind(endpoint.port()).map_or(Port::Lost, Port::Closed),
                as_it_is => as_it_is,
            };
        }
    }
}

fn bind(port: u16) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Connections of the port's last life may still be fading.
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    Ok(socket)
}

fn listen(
    socket: TcpSocket,
    door: Door,
    certificates: &Arc<RwLock<Certificates>>,
    folder: &Folder,
) -> io::Result<Peer> {
    let (certificates, folder) = (Arc::clone(certificates), folder.clone());
    Peer::on(socket.listen(BACKLOG)?, move |stream| {
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
const BACKLOG: u32 = 128;
