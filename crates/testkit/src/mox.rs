//! What stands for mox, which no distribution packages: like it, it reads its certificate at its start and
//! never again.

use crate::{
    Port,
    ca::{CaError, certified_key, server_config},
    peer::{Peer, shake_hands},
};
use model::Endpoint;
use rustls::sign::SingleCertAndKey;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_rustls::TlsAcceptor;

/// A mail server's IMAP port; its port closes on drop.
#[derive(Debug)]
pub struct Mox {
    chain: PathBuf,
    key: PathBuf,
    port: Port,
    running: Peer,
}

impl Mox {
    /// Starts with the files as they are. Like mox it does not start with a foreign key or without files.
    pub fn start(chain: &Path, key: &Path) -> Result<Self, CaError> {
        let port = Port::new().map_err(CaError::Listen)?;
        let running = serve(chain, key, &port)?;
        Ok(Self {
            chain: chain.to_owned(),
            key: key.to_owned(),
            port,
            running,
        })
    }

    /// Where it serves IMAP over TLS.
    pub fn endpoint(&self) -> Endpoint {
        self.port.endpoint()
    }

    /// Stops it, and starts it at the same port: what a new certificate needs. A `reload` it does not know.
    pub async fn restart(self) -> Result<Self, CaError> {
        self.running.stop().await;
        let running = serve(&self.chain, &self.key, &self.port)?;
        Ok(Self { running, ..self })
    }
}

fn serve(chain: &Path, key: &Path, port: &Port) -> Result<Peer, CaError> {
    let certified = certified_key(chain, key)?;
    certified.keys_match()?;
    let config = server_config(Arc::new(SingleCertAndKey::from(certified)))?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = port.listen().map_err(CaError::Listen)?;
    Peer::on(listener, move |stream| shake_hands(acceptor.clone(), stream)).map_err(CaError::Listen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ca, openssl::shown};
    use std::fs;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn mox_serves_what_it_read_at_its_start() {
        let folder = tempfile::tempdir().unwrap();
        let [chain, key] = ["mail.crt", "mail.key"].map(|name| folder.path().join(name));
        let ca = Ca::new("Test").unwrap();
        let issue = |cn| ca.leaf().cn(cn).names(["mail.a.example"]).issue().unwrap();
        issue("old").write_as(&chain, &key).unwrap();
        let mox = Mox::start(&chain, &key).unwrap();
        let look = |mox: &Mox| shown(&mox.endpoint(), None, "mail.a.example", None);

        issue("new").write_as(&chain, &key).unwrap();
        assert!(look(&mox).contains("CN = old"));
        let mox = mox.restart().await.unwrap();
        assert!(look(&mox).contains("CN = new"));

        fs::write(&key, issue("other").key_pem()).unwrap();
        assert!(mox.restart().await.is_err());
    }
}
