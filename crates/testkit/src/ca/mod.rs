//! A throw-away certification authority: a root that clients trust, and an intermediate that signs leaves.
//!
//! ```text
//!   root ──signs──> intermediate ──signs──> leaf        served: leaf, intermediate; trusted: root
//! ```

mod issued;
mod leaf;

pub use issued::{Files, Issued};
pub(crate) use issued::{certified_key, server_config};
pub use leaf::{KeyKind, Leaf, Usage};

use crate::{clock, private};
use model::{Timestamp, time::DAY};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use time::OffsetDateTime;

/// Root and intermediate, both with EC P-256 keys, valid for ten years around now.
#[derive(Debug)]
pub struct Ca {
    root: Authority,
    intermediate: Authority,
}

/// Why a certificate or its files could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// rcgen refuses what is asked for.
    #[error("the certificate cannot be made: {0}")]
    Make(#[from] rcgen::Error),
    /// A file of the CA or of a leaf.
    #[error("{path}: {why}", path = .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// A file that holds no certificate.
    #[error("{path}: holds no PEM certificate", path = .path.display())]
    NotPem {
        /// Which one.
        path: PathBuf,
    },
    /// The `openssl` program, which makes what rcgen cannot.
    #[error("openssl (Debian's package `openssl`): {0}")]
    Openssl(String),
    /// No port on loopback.
    #[error("127.0.0.1: {0}")]
    Listen(io::Error),
    /// rustls has no use for the leaf's key.
    #[error("rustls cannot serve it: {0}")]
    Serve(#[from] rustls::Error),
}

impl Ca {
    /// Makes new keys. `name` is the subjects' organisation, and stands in their names: `NAME Root CA`,
    /// `NAME Intermediate CA`.
    pub fn new(name: &str) -> Result<Self, CaError> {
        let root = Authority::root(subject(name, "Root CA"))?;
        let intermediate = root.sign_authority(subject(name, "Intermediate CA"))?;
        Ok(Self { root, intermediate })
    }

    /// A leaf to be described and issued; see [`Leaf`] for what it is when nothing is said.
    pub fn leaf(&self) -> Leaf<'_> {
        Leaf::of(self)
    }

    /// The root alone, in PEM: what a client's `extra_ca` holds.
    pub fn root_pem(&self) -> &str {
        &self.root.pem
    }

    /// Writes `ca.pem`, the root, into a folder and returns its path.
    pub fn write_root(&self, folder: &Path) -> Result<PathBuf, CaError> {
        let path = folder.join("ca.pem");
        fs::write(&path, self.root_pem()).map_err(|why| CaError::File {
            path: path.clone(),
            why,
        })?;
        Ok(path)
    }

    /// Keeps the CA in a folder, keys included (mode 0600), for [`Ca::load`] in another process.
    pub fn save(&self, folder: &Path) -> Result<(), CaError> {
        for (authority, name) in [(&self.root, ROOT), (&self.intermediate, INTERMEDIATE)] {
            let [certificate, key] = authority_files(folder, name);
            for (path, pem) in [
                (certificate, authority.pem.clone()),
                (key, authority.issuer.key().serialize_pem()),
            ] {
                private::write(&path, pem.as_bytes()).map_err(|why| CaError::File { path, why })?;
            }
        }
        Ok(())
    }

    /// Reads what [`Ca::save`] wrote.
    pub fn load(folder: &Path) -> Result<Self, CaError> {
        Ok(Self {
            root: Authority::load(folder, ROOT)?,
            intermediate: Authority::load(folder, INTERMEDIATE)?,
        })
    }
}

#[derive(Debug)]
struct Authority {
    pem: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn root(subject: DistinguishedName) -> Result<Self, CaError> {
        let (params, key) = (
            authority(subject, BasicConstraints::Unconstrained),
            KeyPair::generate()?,
        );
        let certificate = params.self_signed(&key)?;
        Ok(Self::new(&certificate, Issuer::new(params, key)))
    }

    fn sign_authority(&self, subject: DistinguishedName) -> Result<Self, CaError> {
        let (params, key) = (
            authority(subject, BasicConstraints::Constrained(0)),
            KeyPair::generate()?,
        );
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Self::new(&certificate, Issuer::new(params, key)))
    }

    fn new(certificate: &rcgen::Certificate, issuer: Issuer<'static, KeyPair>) -> Self {
        Self {
            pem: certificate.pem(),
            der: certificate.der().clone(),
            issuer,
        }
    }

    fn load(folder: &Path, name: &str) -> Result<Self, CaError> {
        let [certificate, key] = authority_files(folder, name);
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|why| CaError::File {
                path: path.to_owned(),
                why,
            })
        };
        let (pem, key) = (read(&certificate)?, KeyPair::from_pem(&read(&key)?)?);
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| CaError::NotPem { path: certificate })?;
        let issuer = Issuer::from_ca_cert_der(&der, key)?;
        Ok(Self { pem, der, issuer })
    }
}

fn authority(subject: DistinguishedName, constraints: BasicConstraints) -> CertificateParams {
    let now = clock::now();
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.not_before = moment(now.plus(-5 * YEAR));
    params.not_after = moment(now.plus(5 * YEAR));
    params.is_ca = IsCa::Ca(constraints);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params
}

fn subject(organisation: &str, role: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, organisation);
    subject.push(DnType::CommonName, format!("{organisation} {role}"));
    subject
}

/// Certificates know whole seconds; what no calendar has becomes 1970.
fn moment(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn authority_files(folder: &Path, name: &str) -> [PathBuf; 2] {
    [
        folder.join(format!("{name}.pem")),
        folder.join(format!("{name}.key")),
    ]
}

const ROOT: &str = "root";
const INTERMEDIATE: &str = "intermediate";
const YEAR: i64 = 365 * DAY;

/// The public half of a new RSA key, as DKIM publishes it (RFC 6376 section 3.6.1). Nobody has the other half.
pub(crate) fn rsa_public_key() -> Result<String, CaError> {
    let pem = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256)?.public_key_pem();
    Ok(pem.lines().filter(|line| !line.starts_with("-----")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn openssl(arguments: &[&str]) -> String {
        let done = Command::new("openssl")
            .args(arguments)
            .output()
            .expect("openssl runs");
        String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned()
    }

    /// What openssl, an independent reader, says of a leaf at its place in the chain.
    fn verified(issued: &Issued) -> String {
        let folder = tempfile::tempdir().unwrap();
        let files = issued.write(folder.path()).unwrap();
        let (ca, chain) = (files.ca.to_str().unwrap(), files.fullchain.to_str().unwrap());
        openssl(&[
            "verify",
            "-purpose",
            "sslserver",
            "-CAfile",
            ca,
            "-untrusted",
            chain,
            chain,
        ])
    }

    fn text(issued: &Issued) -> String {
        let folder = tempfile::tempdir().unwrap();
        let files = issued.write(folder.path()).unwrap();
        openssl(&[
            "x509",
            "-noout",
            "-text",
            "-in",
            files.fullchain.to_str().unwrap(),
        ])
    }

    #[test]
    fn a_leaf_is_right_unless_something_else_is_asked_for() {
        let ca = Ca::new("Test").unwrap();
        let leaf = || ca.leaf().names(["mail.example.com"]);
        for (issued, says) in [
            (leaf().issue(), ": OK"),
            (leaf().by_root().issue(), ": OK"),
            (leaf().key(KeyKind::Rsa2048).issue(), ": OK"),
            (leaf().key(KeyKind::Ed25519).issue(), ": OK"),
            (leaf().usage(Usage::Unsaid).issue(), ": OK"),
            (
                leaf().usage(Usage::ClientOnly).issue(),
                "unsuitable certificate purpose",
            ),
            (leaf().expired().issue(), "certificate has expired"),
            (leaf().not_yet_valid().issue(), "certificate is not yet valid"),
            (leaf().self_signed().issue(), "self-signed certificate"),
            (
                leaf().without_intermediate().issue(),
                "unable to get local issuer certificate",
            ),
        ] {
            let said = verified(&issued.unwrap());
            assert!(said.contains(says), "{says}: {said}");
        }
    }

    #[test]
    fn weak_leaves_are_as_weak_as_they_say() {
        let ca = Ca::new("Test").unwrap();
        let leaf = || ca.leaf().names(["mail.example.com"]);
        assert!(text(&leaf().sha1().issue().unwrap()).contains("ecdsa-with-SHA1"));
        assert!(text(&leaf().key(KeyKind::Rsa1024).issue().unwrap()).contains("(1024 bit)"));
        assert!(text(&leaf().as_ca().issue().unwrap()).contains("CA:TRUE"));
        let cn_only = text(&ca.leaf().cn("mail.example.com").issue().unwrap());
        assert!(
            cn_only.contains("CN = mail.example.com") && !cn_only.contains("DNS:"),
            "{cn_only}"
        );
    }

    #[test]
    fn another_process_signs_with_the_same_ca_and_nobody_else_reads_its_keys() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let ca = Ca::new("Test").unwrap();
        ca.save(folder.path()).unwrap();
        let again = Ca::load(folder.path()).unwrap();
        let leaf = again.leaf().names(["mail.example.com"]).issue().unwrap();
        assert!(verified(&leaf).contains(": OK"));
        assert_eq!(again.root_pem(), ca.root_pem());
        for key in ["root.key", "intermediate.key"] {
            let mode = fs::metadata(folder.path().join(key))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{key}");
        }
    }
}
