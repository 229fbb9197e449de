//! The certificate that the Desk serves, read again whenever its files change.

use crate::config::Tls;
use anyhow::{Context, Result, anyhow, bail, ensure};
use rustls::{ServerConfig, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{
    fmt,
    fs::File,
    io::Read,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Cheap to clone: all clones serve the same.
#[derive(Clone)]
pub(crate) struct Certificate(Arc<Inner>);

struct Inner {
    files: Tls,
    current: Mutex<Arc<ServerConfig>>,
    /// What the files held when they were last looked at, be it good or not.
    seen: Mutex<Result<Pair, String>>,
}

/// Both files as they are.
#[derive(Clone, PartialEq, Eq)]
struct Pair {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Certificate {
    /// The error names the key of the configuration, the file and the reason.
    pub(crate) fn read(files: &Tls) -> Result<Self> {
        let pair = Pair::read(files)?;
        let current = pair.server_config(files)?;
        Ok(Self(Arc::new(Inner {
            files: files.clone(),
            current: Mutex::new(Arc::new(current)),
            seen: Mutex::new(Ok(pair)),
        })))
    }

    /// What the next handshake serves.
    pub(super) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the files again and again. The contents are compared, because a link that leads elsewhere, as
    /// certbot's do, changes neither time nor place of the file that is configured.
    pub(super) async fn keep_fresh(&self) {
        loop {
            tokio::time::sleep(PERIOD).await;
            let again = self.clone();
            // Fails only where the runtime is being shut down.
            let _ = tokio::task::spawn_blocking(move || again.look_again()).await;
        }
    }

    /// Files that have become wrong change nothing, and are complained of once.
    fn look_again(&self) {
        let found = Pair::read(&self.0.files).map_err(|why| format!("{why:#}"));
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == found {
            return;
        }
        let config = found.clone().and_then(|pair| {
            pair.server_config(&self.0.files)
                .map_err(|why| format!("{why:#}"))
        });
        *seen = found;
        match config {
            Ok(config) => {
                *self.0.current.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
                let cert = self.0.files.cert.display();
                tracing::info!(%cert, "Serves the certificate that {cert} holds now");
            }
            Err(why) => tracing::warn!("Goes on with the certificate from before: {why}"),
        }
    }
}

impl Pair {
    fn read(files: &Tls) -> Result<Self> {
        let cert = read(&files.cert).with_context(|| of("cert", &files.cert))?;
        let key = read(&files.key).with_context(|| of("key", &files.key))?;
        Ok(Self { cert, key })
    }

    /// TLS 1.2 and 1.3. A new one knows nothing of earlier sessions, so that who resumes one is shown the new
    /// certificate too.
    fn server_config(&self, files: &Tls) -> Result<ServerConfig> {
        let chain = chain(&self.cert).with_context(|| of("cert", &files.cert))?;
        // What a parser says of a key may quote it.
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|_| anyhow!("holds no private key in PEM"))
            .with_context(|| of("key", &files.key))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(rustls::ALL_VERSIONS)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|why| unfit(&why, files))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn chain(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|why| anyhow!("is not PEM: {why}"))?;
    if chain.is_empty() {
        bail!("holds no certificate in PEM");
    }
    Ok(chain)
}

fn unfit(why: &rustls::Error, files: &Tls) -> anyhow::Error {
    let (cert, key) = (files.cert.display(), files.key.display());
    match why {
        rustls::Error::InconsistentKeys(_) => {
            anyhow!("server.tls: the key in {key} is not that of the certificate in {cert}")
        }
        _ => anyhow!("server.tls: {cert} and {key} cannot be served: {why}"),
    }
}

/// At most [`MOST_BYTES`], so that a wrong path such as a device ends too.
fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    ensure!(
        bytes.len() as u64 <= MOST_BYTES,
        "larger than {} kB",
        MOST_BYTES / 1_000
    );
    Ok(bytes)
}

fn of(key: &str, file: &Path) -> String {
    format!("server.tls.{key}: {}", file.display())
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("files", &self.0.files)
            .finish_non_exhaustive()
    }
}

const PERIOD: Duration = Duration::from_secs(2);

/// A chain of ten certificates has 20 kB.
const MOST_BYTES: u64 = 1_000_000;
