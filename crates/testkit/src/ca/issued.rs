//! An issued certificate: its chain as served, its key, and both as files.

use super::CaError;
use crate::private;
use rustls::{
    ServerConfig, crypto,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A leaf with its key, ready to be served or written.
#[derive(Clone)]
pub struct Issued {
    chain: Vec<CertificateDer<'static>>,
    key: String,
    root: String,
}

/// Where [`Issued::write`] put things.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Files {
    /// The chain as served, leaf first.
    pub fullchain: PathBuf,
    /// The leaf's key, mode 0600.
    pub privkey: PathBuf,
    /// The root that clients trust.
    pub ca: PathBuf,
}

impl Issued {
    pub(super) fn new(chain: Vec<CertificateDer<'static>>, key: String, root: String) -> Self {
        Self { chain, key, root }
    }

    /// The chain as served, leaf first.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The leaf.
    pub fn leaf(&self) -> &CertificateDer<'static> {
        &self.chain[0]
    }

    /// The chain in PEM, leaf first.
    pub fn fullchain_pem(&self) -> String {
        self.chain.iter().map(|der| pem(der)).collect()
    }

    /// The leaf's key in PEM (PKCS #8).
    pub fn key_pem(&self) -> &str {
        &self.key
    }

    /// More certificates behind the chain, whatever they are.
    #[must_use]
    pub fn followed_by(mut self, more: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        self.chain.extend(more);
        self
    }

    /// Writes `fullchain.pem`, `privkey.pem` (0600) and `ca.pem`, each replaced as a whole, as certbot
    /// lays out a lineage.
    pub fn write(&self, folder: &Path) -> Result<Files, CaError> {
        let files = Files {
            fullchain: folder.join("fullchain.pem"),
            privkey: folder.join("privkey.pem"),
            ca: folder.join("ca.pem"),
        };
        self.write_as(&files.fullchain, &files.privkey)?;
        write(&files.ca, &self.root)?;
        Ok(files)
    }

    /// Writes chain and key under other names, each replaced as a whole.
    pub fn write_as(&self, chain: &Path, key: &Path) -> Result<(), CaError> {
        // The key first: a server that reloads between the two must not start with a foreign key twice.
        write(key, &self.key)?;
        write(chain, &self.fullchain_pem())
    }

    /// As rustls serves it.
    pub fn certified_key(&self) -> Result<CertifiedKey, CaError> {
        certified(self.chain.clone(), self.key.as_bytes())
    }

    /// A TLS server (1.2 and 1.3) that serves it whatever name it is asked for.
    pub fn server_config(&self) -> Result<Arc<ServerConfig>, CaError> {
        let certified = self.certified_key()?;
        Ok(Arc::new(server_config(Arc::new(
            rustls::sign::SingleCertAndKey::from(certified),
        ))?))
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issued({} certificates, key: ****)", self.chain.len())
    }
}

/// A chain and its key as rustls serves them, read from files as a server reads them.
pub(crate) fn certified_key(chain: &Path, key: &Path) -> Result<CertifiedKey, CaError> {
    let read = |path: &Path| {
        fs::read(path).map_err(|why| CaError::File {
            path: path.to_owned(),
            why,
        })
    };
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(chain)?).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => certified(certificates, &read(key)?),
        _ => Err(CaError::NotPem {
            path: chain.to_owned(),
        }),
    }
}

fn certified(chain: Vec<CertificateDer<'static>>, key: &[u8]) -> Result<CertifiedKey, CaError> {
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|_| rustls::Error::General("the key is not PEM".to_owned()))?;
    let key = crypto::aws_lc_rs::sign::any_supported_type(&key)?;
    Ok(CertifiedKey::new(chain, key))
}

/// A TLS server (1.2 and 1.3) without resumption: every client sees a certificate.
pub(crate) fn server_config(
    resolver: Arc<dyn rustls::server::ResolvesServerCert>,
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::ALL_VERSIONS)?
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    Ok(config)
}

pub(super) fn pem(der: &[u8]) -> String {
    let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&pem::Pem::new("CERTIFICATE", der), lines)
}

fn write(path: &Path, text: &str) -> Result<(), CaError> {
    private::write(path, text.as_bytes()).map_err(|why| CaError::File {
        path: path.to_owned(),
        why,
    })
}
