//! One probe: connect, speak STARTTLS where it is asked, shake hands. Bounded in time and size whatever the
//! peer does.

use super::{Ended, Handshake, Limits, Target, starttls, tls::Client};
use model::{Code, Reason};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};

/// Asks one endpoint for one name. Never fails: where it ended is in the answer.
pub async fn probe(client: &Client, target: &Target, limits: Limits) -> Handshake {
    let deadline = Instant::now() + limits.whole;
    let conversation = async {
        let mut stream = match connect(target, limits.connect).await {
            Ok(stream) => stream,
            Err(ended) => return Handshake::Ended(ended),
        };
        if let Some(protocol) = target.starttls
            && let Err(ended) = starttls::upgrade(&mut stream, protocol).await
        {
            return Handshake::Ended(ended);
        }
        client.handshake(stream, &target.sni).await
    };
    match timeout_at(deadline, conversation).await {
        Ok(handshake) => handshake,
        Err(_) => Handshake::Ended(out_of_time(limits.whole)),
    }
}

/// Tries every address of the endpoint's host in turn within `limit`.
async fn connect(target: &Target, limit: Duration) -> Result<TcpStream, Ended> {
    let attempt = async {
        let mut last = Ended::new(Code::Unreachable, Reason::NameNotFound);
        for address in resolve(target).await? {
            match TcpStream::connect(address).await {
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

async fn resolve(target: &Target) -> Result<Vec<SocketAddr>, Ended> {
    let (host, port) = (target.endpoint.host(), target.endpoint.port());
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

const MOST_ADDRESSES: usize = 8;
