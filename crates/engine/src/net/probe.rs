//! One probe: connect, speak STARTTLS where it is asked, shake hands. Bounded in time and size whatever the
//! peer does.

use super::{
    Ended, Handshake, Limits, Target, starttls,
    tls::{Client, Connected},
};
use model::{Code, Endpoint, Reason};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    net::{TcpSocket, TcpStream, UdpSocket},
    time::timeout,
};

/// Asks one endpoint for one name. Never fails: where it ended is in the answer.
pub async fn probe(client: &Client, target: &Target, limits: Limits) -> Handshake {
    let conversation = async { Ok(open(client, target, limits).await?.goodbye().await) };
    match within(limits.whole, conversation).await {
        Ok(served) => Handshake::Served(served),
        Err(ended) => Handshake::Ended(ended),
    }
}

/// A connection with TLS on it, for who has more to say. The caller bounds the time.
pub async fn open(client: &Client, target: &Target, limits: Limits) -> Result<Connected, Ended> {
    let mut stream = connect(&target.endpoint, limits.connect).await?;
    if let Some(protocol) = target.starttls {
        starttls::upgrade(&mut stream, protocol).await?;
    }
    client.connect(stream, &target.sni).await
}

/// Bounds a conversation.
pub async fn within<T, E: From<Ended>>(
    limit: Duration,
    conversation: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    timeout(limit, conversation)
        .await
        .unwrap_or_else(|_| Err(out_of_time(limit).into()))
}

/// Tries every address of the endpoint's host in turn within `limit`.
pub async fn connect(endpoint: &Endpoint, limit: Duration) -> Result<TcpStream, Ended> {
    connect_as(Caller::Ourselves, endpoint, limit).await
}

/// Connects from another loopback address where the endpoint is on this very machine: a server that trusts
/// whoever shares its address (dovecot does) shows then what it shows to the rest of the world.
pub async fn connect_as_stranger(endpoint: &Endpoint, limit: Duration) -> Result<TcpStream, Ended> {
    connect_as(Caller::Stranger, endpoint, limit).await
}

#[derive(Clone, Copy)]
enum Caller {
    Ourselves,
    Stranger,
}

async fn connect_as(caller: Caller, endpoint: &Endpoint, limit: Duration) -> Result<TcpStream, Ended> {
    let attempt = async {
        let mut last = Ended::new(Code::Unreachable, Reason::NameNotFound);
        for address in resolve(endpoint).await? {
            let connected = match caller {
                Caller::Ourselves => TcpStream::connect(address).await,
                Caller::Stranger => dial_as_stranger(address).await,
            };
            match connected {
                Ok(stream) => {
                    // A handshake is a few small messages: waiting to fill a segment would only delay them.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(why) => last = refused(&why),
            }
        }
        Err(last)
    };
    match timeout(limit, attempt).await {
        Ok(connected) => connected,
        // No connection came about: that is `unreachable`, however long it took.
        Err(_) => Err(Ended::saying(
            Code::Unreachable,
            format!("no connection within {} s", limit.as_secs_f32()),
        )),
    }
}

async fn dial_as_stranger(address: SocketAddr) -> io::Result<TcpStream> {
    if let (SocketAddr::V4(to), true) = (address, is_ours(address).await) {
        let stranger = if *to.ip() == STRANGER {
            STRANGERS_NEIGHBOUR
        } else {
            STRANGER
        };
        let socket = TcpSocket::new_v4()?;
        // Not every system answers for the whole loopback network.
        if socket.bind((stranger, 0).into()).is_ok() {
            return socket.connect(address).await;
        }
    }
    TcpStream::connect(address).await
}

/// Whether packets to an address come from it. "Connecting" a datagram socket sends nothing.
async fn is_ours(address: SocketAddr) -> bool {
    let source = async {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
        socket.connect(address).await?;
        socket.local_addr()
    };
    address.ip().is_loopback() || source.await.is_ok_and(|source| source.ip() == address.ip())
}

async fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Ended> {
    let (host, port) = (endpoint.host(), endpoint.port());
    if let Ok(address) = host.parse() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    match tokio::net::lookup_host((host, port)).await {
        Ok(addresses) => Ok(addresses.take(MOST_ADDRESSES).collect()),
        Err(why) => Err(Ended::new(Code::Unreachable, Reason::NameNotFound).detail(why.to_string())),
    }
}

fn refused(why: &io::Error) -> Ended {
    match why.kind() {
        io::ErrorKind::ConnectionRefused => Ended::new(Code::Unreachable, Reason::Refused),
        _ => Ended::saying(Code::Unreachable, why.to_string()),
    }
}

fn out_of_time(limit: Duration) -> Ended {
    Ended::saying(
        Code::Timeout,
        format!("no answer within {} s", limit.as_secs_f32()),
    )
}

const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const STRANGERS_NEIGHBOUR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
const MOST_ADDRESSES: usize = 8;
