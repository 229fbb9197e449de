//! A leaf certificate, described: right in everything that is not said otherwise.

use super::{Authority, Ca, CaError, Issued, moment};
use crate::clock;
use model::{Timestamp, time::DAY};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType, SubjectPublicKeyInfo,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::{fs, process::Command};

/// A leaf to come. Unsaid, it has an EC P-256 key, no names, 90 days of life of which 60 are left,
/// `serverAuth`, and it is served with the intermediate that signed it.
#[derive(Clone, Debug)]
#[must_use = "nothing is issued before `issue`"]
pub struct Leaf<'a> {
    ca: &'a Ca,
    names: Vec<String>,
    cn: Option<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    key: KeyKind,
    usage: Usage,
    signer: Signer,
    is_ca: bool,
    sha1: bool,
    alone: bool,
}

/// The kind of a leaf's key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// What public CAs' clients choose today.
    EcP256,
    /// Strong enough.
    Rsa2048,
    /// Too weak; rustls will not serve it. Needs the `openssl` program.
    Rsa1024,
    /// Not from a public CA, but valid.
    Ed25519,
}

/// What the extended key usage permits (RFC 5280 section 4.2.1.12).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Usage {
    /// `serverAuth`.
    Server,
    /// `clientAuth` and nothing else.
    ClientOnly,
    /// No such extension: every purpose.
    Unsaid,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Signer {
    Intermediate,
    Root,
    Itself,
}

impl<'a> Leaf<'a> {
    pub(super) fn of(ca: &'a Ca) -> Self {
        let now = clock::now();
        Self {
            ca,
            names: Vec::new(),
            cn: None,
            not_before: now.plus(-30 * DAY),
            not_after: now.plus(60 * DAY),
            key: KeyKind::EcP256,
            usage: Usage::Server,
            signer: Signer::Intermediate,
            is_ca: false,
            sha1: false,
            alone: false,
        }
    }

    /// Adds dNSName SANs. Any ASCII goes, NUL bytes too: some tests want a hostile name.
    pub fn names(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// The subject's common name; unsaid, the first of the names.
    pub fn cn(mut self, cn: &str) -> Self {
        self.cn = Some(cn.to_owned());
        self
    }

    /// Valid between two moments, both included.
    pub fn valid(mut self, not_before: Timestamp, not_after: Timestamp) -> Self {
        (self.not_before, self.not_after) = (not_before, not_after);
        self
    }

    /// Lives `days` in all, of which `per_cent` are left now.
    pub fn days_left(self, days: i64, per_cent: i64) -> Self {
        let (now, left) = (clock::now(), days * DAY * per_cent / 100);
        self.valid(now.plus(left - days * DAY), now.plus(left))
    }

    /// 90 days that ended yesterday.
    pub fn expired(self) -> Self {
        let now = clock::now();
        self.valid(now.plus(-91 * DAY), now.plus(-DAY))
    }

    /// 90 days that begin tomorrow.
    pub fn not_yet_valid(self) -> Self {
        let now = clock::now();
        self.valid(now.plus(DAY), now.plus(91 * DAY))
    }

    /// With this kind of key.
    pub fn key(mut self, key: KeyKind) -> Self {
        self.key = key;
        self
    }

    /// For this purpose.
    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    /// A CA certificate in a leaf's place.
    pub fn as_ca(mut self) -> Self {
        self.is_ca = true;
        self
    }

    /// Signed by the CA with SHA-1. Needs the `openssl` program.
    pub fn sha1(mut self) -> Self {
        self.sha1 = true;
        self
    }

    /// Signed by the root itself, and served alone.
    pub fn by_root(mut self) -> Self {
        self.signer = Signer::Root;
        self
    }

    /// Signed with its own key, and served alone.
    pub fn self_signed(mut self) -> Self {
        self.signer = Signer::Itself;
        self
    }

    /// Served without the intermediate that signed it: an incomplete chain.
    pub fn without_intermediate(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Makes the key and signs.
    pub fn issue(&self) -> Result<Issued, CaError> {
        let key = Key::generate(self.key)?;
        let leaf = match self.authority() {
            Some(authority) if self.sha1 => sign_with_sha1(&self.sign(&key, None)?, authority)?,
            authority => self.sign(&key, authority)?,
        };
        let mut chain = vec![leaf];
        if self.signer == Signer::Intermediate && !self.alone {
            chain.push(self.ca.intermediate.der.clone());
        }
        Ok(Issued::new(chain, key.pem(), self.ca.root_pem().to_owned()))
    }

    /// `None`: it signs itself.
    fn authority(&self) -> Option<&Authority> {
        match self.signer {
            Signer::Intermediate => Some(&self.ca.intermediate),
            Signer::Root => Some(&self.ca.root),
            Signer::Itself => None,
        }
    }

    fn sign(&self, key: &Key, by: Option<&Authority>) -> Result<CertificateDer<'static>, CaError> {
        let params = self.params()?;
        let certificate = match (by, key) {
            (Some(authority), Key::Ours(key)) => params.signed_by(key, &authority.issuer)?,
            (Some(authority), Key::Openssl { public, .. }) => params.signed_by(public, &authority.issuer)?,
            (None, Key::Ours(key)) => params.self_signed(key)?,
            (None, Key::Openssl { .. }) => {
                return Err(CaError::Openssl("no self-signed leaf with such a key".to_owned()));
            }
        };
        Ok(certificate.der().clone())
    }

    fn params(&self) -> Result<CertificateParams, CaError> {
        let mut params = CertificateParams::default();
        for name in &self.names {
            params
                .subject_alt_names
                .push(SanType::DnsName(name.clone().try_into()?));
        }
        params.distinguished_name = DistinguishedName::new();
        if let Some(cn) = self.cn.as_ref().or(self.names.first()) {
            params
                .distinguished_name
                .push(DnType::CommonName, DnValue::Utf8String(cn.clone()));
        }
        params.not_before = moment(self.not_before);
        params.not_after = moment(self.not_after);
        params.is_ca = if self.is_ca {
            IsCa::Ca(BasicConstraints::Unconstrained)
        } else {
            IsCa::ExplicitNoCa
        };
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = match self.usage {
            Usage::Server => vec![ExtendedKeyUsagePurpose::ServerAuth],
            Usage::ClientOnly => vec![ExtendedKeyUsagePurpose::ClientAuth],
            Usage::Unsaid => Vec::new(),
        };
        // openssl, which signs a self-signed leaf again for SHA-1, would keep the wrong one.
        params.use_authority_key_identifier_extension = !self.sha1;
        Ok(params)
    }
}

enum Key {
    Ours(KeyPair),
    Openssl {
        pem: String,
        public: SubjectPublicKeyInfo,
    },
}

impl Key {
    fn generate(kind: KeyKind) -> Result<Self, CaError> {
        let algorithm = match kind {
            KeyKind::EcP256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            KeyKind::Rsa2048 => &rcgen::PKCS_RSA_SHA256,
            KeyKind::Ed25519 => &rcgen::PKCS_ED25519,
            KeyKind::Rsa1024 => return Self::rsa_1024(),
        };
        Ok(Self::Ours(KeyPair::generate_for(algorithm)?))
    }

    /// aws-lc makes no such key.
    fn rsa_1024() -> Result<Self, CaError> {
        let bits = "rsa_keygen_bits:1024";
        let pem = openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", bits])?;
        let folder = tempfile::tempdir().map_err(|why| CaError::Openssl(why.to_string()))?;
        let path = folder.path().join("key.pem");
        fs::write(&path, &pem).map_err(|why| CaError::Openssl(why.to_string()))?;
        let public = openssl(&["pkey", "-pubout", "-in", &path.to_string_lossy()])?;
        Ok(Self::Openssl {
            pem,
            public: SubjectPublicKeyInfo::from_pem(&public)?,
        })
    }

    fn pem(&self) -> String {
        match self {
            Self::Ours(key) => key.serialize_pem(),
            Self::Openssl { pem, .. } => pem.clone(),
        }
    }
}

/// Signs a self-signed certificate again, its extensions and dates kept. rcgen knows no SHA-1.
fn sign_with_sha1(leaf: &[u8], authority: &Authority) -> Result<CertificateDer<'static>, CaError> {
    let fault = |why: std::io::Error| CaError::Openssl(why.to_string());
    let folder = tempfile::tempdir().map_err(fault)?;
    let file = |name: &str, text: &str| -> Result<String, CaError> {
        let path = folder.path().join(name);
        fs::write(&path, text).map_err(fault)?;
        Ok(path.to_string_lossy().into_owned())
    };
    let leaf = file("leaf.pem", &super::issued::pem(leaf))?;
    let ca = file("ca.pem", &authority.pem)?;
    let key = file("ca.key", &authority.issuer.key().serialize_pem())?;
    let signed = openssl(&[
        "x509",
        "-in",
        &leaf,
        "-CA",
        &ca,
        "-CAkey",
        &key,
        "-set_serial",
        "1",
        "-sha1",
        "-preserve_dates",
    ])?;
    CertificateDer::from_pem_slice(signed.as_bytes()).map_err(|why| CaError::Openssl(why.to_string()))
}

fn openssl(arguments: &[&str]) -> Result<String, CaError> {
    let done = Command::new("openssl")
        .args(arguments)
        .output()
        .map_err(|why| CaError::Openssl(why.to_string()))?;
    if !done.status.success() {
        return Err(CaError::Openssl(
            String::from_utf8_lossy(&done.stderr).into_owned(),
        ));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
