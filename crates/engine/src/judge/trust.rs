//! Whom the Desk trusts: the platform's roots and a site's own CA.

use rustls_pki_types::{CertificateDer, TrustAnchor, pem::PemObject};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A set of trust anchors. Cheap to clone.
#[derive(Clone)]
pub struct Trust(Arc<Anchors>);

struct Anchors {
    anchors: Vec<TrustAnchor<'static>>,
    /// Tells one set from another where verdicts are remembered.
    id: String,
}

/// A CA file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("{path}: cannot be read: {why}", path = .path.display())]
    Unreadable { path: PathBuf, why: std::io::Error },
    #[error("{path}: holds no PEM certificate", path = .path.display())]
    NoCertificate { path: PathBuf },
    #[error("{path}: certificate {number} is broken", path = .path.display())]
    Broken { path: PathBuf, number: usize },
}

impl Trust {
    /// The platform's roots (`SSL_CERT_FILE` and `SSL_CERT_DIR` are heeded). A root that cannot be read is
    /// left out: the others still stand.
    pub fn platform() -> Self {
        let roots = rustls_native_certs::load_native_certs().certs;
        let anchors = roots
            .iter()
            .filter_map(|der| Some(webpki::anchor_from_trusted_cert(der).ok()?.to_owned()))
            .collect();
        Self(Arc::new(Anchors {
            anchors,
            id: "platform".to_owned(),
        }))
    }

    pub fn nobody() -> Self {
        Self(Arc::new(Anchors {
            anchors: Vec::new(),
            id: "nobody".to_owned(),
        }))
    }

    /// One certificate alone, a root or not; `None` where it is none.
    pub fn only(certificate: &CertificateDer<'_>) -> Option<Self> {
        let anchor = webpki::anchor_from_trusted_cert(certificate).ok()?;
        Some(Self(Arc::new(Anchors {
            anchors: vec![anchor.to_owned()],
            id: crate::wire::x509::sha256(certificate),
        })))
    }

    /// `self` and the certificates of a PEM file, or of every `.pem` and `.crt` file of a folder.
    pub fn with_extra(&self, path: &Path) -> Result<Self, TrustError> {
        let mut anchors = self.0.anchors.clone();
        let mut id = self.0.id.clone();
        for file in pem_files(path)? {
            for (index, der) in certificates(&file)?.iter().enumerate() {
                let anchor = webpki::anchor_from_trusted_cert(der).map_err(|_| TrustError::Broken {
                    path: file.clone(),
                    number: index + 1,
                })?;
                anchors.push(anchor.to_owned());
                id.push_str(&crate::wire::x509::sha256(der));
            }
        }
        Ok(Self(Arc::new(Anchors { anchors, id })))
    }

    pub fn anchors(&self) -> &[TrustAnchor<'static>] {
        &self.0.anchors
    }

    pub fn id(&self) -> &str {
        &self.0.id
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} anchors)", self.0.anchors.len())
    }
}

fn pem_files(path: &Path) -> Result<Vec<PathBuf>, TrustError> {
    let unreadable = |why| TrustError::Unreadable {
        path: path.to_owned(),
        why,
    };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|e| e == "pem" || e == "crt") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        Err(TrustError::NoCertificate {
            path: path.to_owned(),
        })
    } else {
        Ok(files)
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let pem = std::fs::read(file).map_err(|why| TrustError::Unreadable {
        path: file.to_owned(),
        why,
    })?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(TrustError::NoCertificate {
            path: file.to_owned(),
        }),
    }
}
