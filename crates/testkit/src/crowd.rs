//! One TLS server that answers thousands of names, each with a certificate of its own.

use crate::{
    ca::{Ca, CaError, server_config},
    peer::{Peer, shake_hands},
};
use model::Endpoint;
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use std::{collections::HashMap, fmt, sync::Arc};
use tokio_rustls::TlsAcceptor;

/// `mail.d00000.example`, `mail.d00001.example`…, all on one port; stopped on drop.
#[derive(Debug)]
pub struct Crowd {
    peer: Peer,
    names: Vec<String>,
}

impl Crowd {
    /// Issues `size` certificates (EC P-256, served with the intermediate) and serves them by SNI. Who asks
    /// for another name gets none.
    pub async fn start(ca: &Ca, size: usize) -> Result<Self, CaError> {
        let names: Vec<_> = (0..size).map(|n| format!("mail.d{n:05}.example")).collect();
        let acceptor = acceptor(ca, &names)?;
        let peer = Peer::listen(move |stream| shake_hands(acceptor.clone(), stream)).await;
        Ok(Self {
            peer: peer.map_err(CaError::Listen)?,
            names,
        })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        self.peer.endpoint()
    }

    /// The names it has certificates for.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// A TLS server's side with a certificate (EC P-256, served with the intermediate) for each name, chosen by SNI.
pub fn acceptor(ca: &Ca, names: &[String]) -> Result<TlsAcceptor, CaError> {
    let mut by_name = HashMap::with_capacity(names.len());
    for name in names {
        let issued = ca.leaf().names([name.as_str()]).issue()?;
        by_name.insert(name.clone(), Arc::new(issued.certified_key()?));
    }
    Ok(TlsAcceptor::from(Arc::new(server_config(Arc::new(ByName(
        by_name,
    )))?)))
}

struct ByName(HashMap<String, Arc<CertifiedKey>>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.get(hello.server_name()?).cloned()
    }
}

impl fmt::Debug for ByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByName({} names)", self.0.len())
    }
}
