//! Certificates (RFC 5280) read for judgement and for show.

use model::{Leaf, Reason, Timestamp, certificate::Link, evidence::tame};
use sha2::{Digest, Sha256};
use x509_parser::{
    certificate::X509Certificate,
    extensions::{GeneralName, ParsedExtension},
    prelude::FromDer,
    public_key::PublicKey,
    x509::{SubjectPublicKeyInfo, X509Name},
};

/// What a leaf says of itself, as far as the judgement needs it.
#[derive(Clone, Debug)]
pub struct Facts {
    pub leaf: Leaf,
    /// Every dNSName SAN that could be a host name, lower-cased: also those that `leaf.sans` leaves out.
    pub dns_names: Box<[Box<str>]>,
    /// What would make it `weak` even where its chain is trusted.
    pub weakness: Option<Reason>,
    pub self_issued: bool,
}

/// The DER is no certificate, or bytes follow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an X.509 certificate")]
pub struct NotACertificate;

/// Reads a leaf with everything that the judgement asks.
pub fn facts(der: &[u8]) -> Result<Facts, NotACertificate> {
    let certificate = parse(der)?;
    let mut dns_names = Vec::new();
    let mut sans = Vec::new();
    let mut seen_sans = 0;
    let (mut is_ca, mut for_servers) = (false, true);
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => {
                for name in &names.general_names {
                    let GeneralName::DNSName(name) = name else {
                        continue;
                    };
                    seen_sans += 1;
                    if sans.len() < Leaf::SANS {
                        sans.push(tame(name, 253));
                    }
                    if name.len() <= 253 && name.is_ascii() && !name.bytes().any(|b| b.is_ascii_control()) {
                        dns_names.push(name.to_ascii_lowercase().into_boxed_str());
                    }
                }
            }
            ParsedExtension::BasicConstraints(constraints) => is_ca |= constraints.ca,
            ParsedExtension::ExtendedKeyUsage(usage) => for_servers = usage.server_auth || usage.any,
            _ => {}
        }
    }
    let key = certificate.public_key();
    let weakness = [
        small_key(key),
        weak_signature(&certificate),
        is_ca.then_some(Reason::LeafIsCa),
        // No extended key usage at all means any purpose (RFC 5280 section 4.2.1.12).
        (!for_servers).then_some(Reason::NoServerAuth),
    ];
    let weakness = weakness.into_iter().flatten().next();
    let leaf = Leaf {
        cn: common_name(certificate.subject()),
        sans_left_out: seen_sans - sans.len(),
        sans,
        issuer: name(certificate.issuer()),
        serial: hex(significant(certificate.raw_serial())),
        not_before: Timestamp::from_seconds(certificate.validity().not_before.timestamp()),
        not_after: Timestamp::from_seconds(certificate.validity().not_after.timestamp()),
        sha256: sha256(der),
        public_key: public_key(key),
    };
    Ok(Facts {
        leaf,
        dns_names: dns_names.into(),
        weakness,
        self_issued: certificate.issuer().as_raw() == certificate.subject().as_raw(),
    })
}

/// Reads any certificate of a chain for show.
pub fn link(der: &[u8]) -> Result<Link, NotACertificate> {
    let certificate = parse(der)?;
    Ok(Link {
        subject: name(certificate.subject()),
        issuer: name(certificate.issuer()),
        not_after: Timestamp::from_seconds(certificate.validity().not_after.timestamp()),
        sha256: sha256(der),
        public_key: public_key(certificate.public_key()),
    })
}

pub fn parse(der: &[u8]) -> Result<X509Certificate<'_>, NotACertificate> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(NotACertificate),
    }
}

/// The organisation (O) of the certificate's issuer.
pub fn issuer_organisation(der: &[u8]) -> Option<String> {
    let certificate = parse(der).ok()?;
    let organisation = certificate.issuer().iter_organization().next()?;
    Some(tame(organisation.as_str().ok()?, 120))
}

pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Whether the hash under the issuer's signature can be forged.
pub fn weak_signature(certificate: &X509Certificate<'_>) -> Option<Reason> {
    let algorithm = certificate.signature_algorithm.algorithm.to_id_string();
    if SHA1_SIGNATURES.contains(&algorithm.as_str()) {
        Some(Reason::Sha1Signature)
    } else if MD_SIGNATURES.contains(&algorithm.as_str()) {
        Some(Reason::Md5Signature)
    } else {
        None
    }
}

/// Whether a key has fewer bits than the CA/Browser Forum's baseline asks for (section 6.1.5).
pub fn small_key(key: &SubjectPublicKeyInfo<'_>) -> Option<Reason> {
    match key.parsed() {
        Ok(PublicKey::RSA(_)) => rsa_bits(key)
            .is_some_and(|bits| bits < 2048)
            .then_some(Reason::RsaUnder2048),
        Ok(PublicKey::EC(point)) => (point.key_size() < 256).then_some(Reason::EcUnder256),
        _ => None,
    }
}

/// The RSA modulus' size in bits; `None` for every other key.
pub fn rsa_bits(key: &SubjectPublicKeyInfo<'_>) -> Option<usize> {
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => Some(significant(rsa.modulus).len() * 8 - leading_zero_bits(rsa.modulus)),
        _ => None,
    }
}

fn leading_zero_bits(integer: &[u8]) -> usize {
    significant(integer)
        .first()
        .map_or(0, |first| first.leading_zeros() as usize)
}

fn public_key(key: &SubjectPublicKeyInfo<'_>) -> String {
    if let Some(bits) = rsa_bits(key) {
        return format!("RSA {bits}");
    }
    let algorithm = key.algorithm.algorithm.to_id_string();
    let curve = key
        .algorithm
        .parameters
        .as_ref()
        .and_then(|p| p.as_oid().ok())
        .map(|oid| oid.to_id_string());
    match (algorithm.as_str(), curve.as_deref()) {
        ("1.2.840.10045.2.1", Some("1.2.840.10045.3.1.7")) => "EC P-256".to_owned(),
        ("1.2.840.10045.2.1", Some("1.3.132.0.34")) => "EC P-384".to_owned(),
        ("1.2.840.10045.2.1", Some("1.3.132.0.35")) => "EC P-521".to_owned(),
        ("1.3.101.112", _) => "Ed25519".to_owned(),
        ("1.3.101.113", _) => "Ed448".to_owned(),
        (other, _) => tame(other, 60),
    }
}

fn common_name(subject: &X509Name<'_>) -> Option<String> {
    // The most specific one stands last (RFC 6125 appendix A).
    let name = subject.iter_common_name().last()?;
    Some(tame(name.as_str().ok()?, 253))
}

fn name(name: &X509Name<'_>) -> String {
    tame(&name.to_string(), 300)
}

/// A DER integer without the zero octet that only says "positive".
fn significant(integer: &[u8]) -> &[u8] {
    match integer {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    }
}

pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| {
            [
                DIGITS[usize::from(b >> 4)] as char,
                DIGITS[usize::from(b & 15)] as char,
            ]
        })
        .collect()
}

/// sha1WithRSAEncryption, ecdsa-with-SHA1, dsa-with-sha1.
const SHA1_SIGNATURES: [&str; 3] = ["1.2.840.113549.1.1.5", "1.2.840.10045.4.1", "1.2.840.10040.4.3"];
/// md2WithRSAEncryption, md4WithRSAEncryption, md5WithRSAEncryption.
const MD_SIGNATURES: [&str; 3] = [
    "1.2.840.113549.1.1.2",
    "1.2.840.113549.1.1.3",
    "1.2.840.113549.1.1.4",
];
