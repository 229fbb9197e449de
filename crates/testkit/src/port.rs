//! A port of 127.0.0.1 that nobody else comes by.

use crate::peer;
use model::Endpoint;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};
use tokio::net::{TcpListener, TcpSocket};

/// A TCP port of 127.0.0.1 that the kernel gives to nobody else while the value lives, neither to a listener
/// nor to a client's end of a connection.
///
/// Its socket is bound and never listens, so whoever connects is refused: until a server listens there that
/// sets `SO_REUSEADDR`, as all of ours do, and again once that server has stopped.
#[derive(Debug)]
pub struct Port {
    endpoint: Endpoint,
    _bound: TcpSocket,
}

impl Port {
    /// One that is free, of the kernel's choice.
    pub fn new() -> io::Result<Self> {
        let bound = bind(0)?;
        Ok(Self {
            endpoint: peer::endpoint(bound.local_addr()?)?,
            _bound: bound,
        })
    }

    /// Where it is.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint.clone()
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.endpoint.port()
    }

    /// Listens on it, until the listener is dropped.
    pub(crate) fn listen(&self) -> io::Result<TcpListener> {
        bind(self.number())?.listen(BACKLOG)
    }
}

fn bind(port: u16) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    Ok(socket)
}

const BACKLOG: u32 = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Peer;
    use std::net::TcpStream;

    fn answers(port: &Port) -> bool {
        TcpStream::connect(("127.0.0.1", port.number())).is_ok()
    }

    #[tokio::test]
    async fn a_server_comes_and_goes_on_a_port_that_stays_ours() {
        let port = Port::new().unwrap();
        for _ in 0..2 {
            assert!(!answers(&port));
            let peer = Peer::on(port.listen().unwrap(), async |_| Ok(())).unwrap();
            assert!(answers(&port));
            peer.stop().await;
        }
        assert!(!answers(&port));
    }
}
