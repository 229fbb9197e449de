//! The least that a server still accepts: versions before TLS 1.2 (RFC 8996), and suites without forward
//! secrecy or AEAD. Offered by hand, since no safe library speaks them, and never used.

use super::{
    Ended, Limits, Target,
    probe::{connect, within},
    starttls,
};
use crate::wire::{
    client_hello::{Offer, Version, client_hello},
    server_hello::{self, Answer},
};
use model::{Code, Reason};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What a server took that it should refuse.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Floor {
    /// Versions before TLS 1.2, newest first.
    pub old_versions: Vec<Version>,
    /// A suite of TLS 1.2. Not asked for where an old version was taken, which is worse.
    pub weak_suite: Option<u16>,
}

/// Opens two connections.
pub async fn floor(target: &Target, limits: Limits) -> Result<Floor, Ended> {
    let conversations = async {
        let Some((newest, _)) = chosen(target, Offer::UpTo(Version::Tls11), limits).await? else {
            let weak = chosen(target, Offer::WeakTls12, limits).await?;
            return Ok(Floor {
                weak_suite: weak.map(|(_, suite)| suite),
                ..Floor::default()
            });
        };
        let mut old_versions = vec![newest];
        if let Some(before) = newest.before() {
            let older = chosen(target, Offer::UpTo(before), limits).await?;
            old_versions.extend(older.map(|(version, _)| version));
        }
        Ok(Floor {
            old_versions,
            weak_suite: None,
        })
    };
    within(limits.whole, conversations).await
}

/// The version and suite that the server chose of an offer; `None`: it refuses, with an alert or by hanging up.
async fn chosen(target: &Target, offer: Offer, limits: Limits) -> Result<Option<(Version, u16)>, Ended> {
    let mut stream = connect(&target.endpoint, limits.connect).await?;
    if let Some(protocol) = target.starttls {
        starttls::upgrade(&mut stream, protocol).await?;
    }
    if stream.write_all(&client_hello(offer, &target.sni)).await.is_err() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let mut piece = [0; 2048];
    loop {
        match server_hello::read(&bytes) {
            Some(Answer::Chosen { version, suite }) => {
                return Ok(offer.includes(version).then_some((version, suite)));
            }
            Some(Answer::Refused { .. }) => return Ok(None),
            Some(Answer::NotTls) => return Err(Ended::new(Code::HandshakeFailed, Reason::NotTls)),
            None => {}
        }
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return Ok(None),
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
        }
    }
}
