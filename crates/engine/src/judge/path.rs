//! Does the chain lead to somebody we trust? Strictly first; and when not, why not.

use super::Trust;
use crate::wire::x509::{self, Facts};
use model::{Reason, Timestamp};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, Error as WebpkiError, KeyUsage};
use x509_parser::{certificate::X509Certificate, prelude::FromDer, x509::SubjectPublicKeyInfo};

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Path {
    Trusted,
    /// It would lead to a trusted root if this were overlooked, which only the verdict `weak` does.
    Weak(Reason),
    Broken {
        reason: Reason,
        detail: Option<String>,
    },
}

/// A path, and whether it goes through all that was served, in its order.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: Path,
    pub(super) is_whole_chain: bool,
}

/// Validates at `now` (RFC 5280 section 6, as webpki does it) and names the cause of a failure.
/// `chain` is as served, leaf first.
pub(super) fn validate(chain: &[CertificateDer<'_>], leaf: &Facts, trust: &Trust, now: Timestamp) -> Found {
    let strict = strictly(chain, trust, now);
    Found {
        is_whole_chain: matches!(strict, Ok(true)),
        path: path(strict.map(drop), chain, leaf, trust, now),
    }
}

fn path(
    strict: Result<(), WebpkiError>,
    chain: &[CertificateDer<'_>],
    leaf: &Facts,
    trust: &Trust,
    now: Timestamp,
) -> Path {
    match (strict, leaf.weakness) {
        (Ok(()), None) => Path::Trusted,
        (Ok(()), Some(reason)) => Path::Weak(reason),
        // Strictness refuses a CA as a leaf or a SHA-1 signature before it has looked for the root: look again.
        (Err(_), Some(reason)) if leads_to_a_root(chain, trust) => Path::Weak(reason),
        (
            Err(
                WebpkiError::UnsupportedSignatureAlgorithmContext(_)
                | WebpkiError::UnsupportedSignatureAlgorithmForPublicKeyContext(_),
            ),
            None,
        ) if leads_to_a_root(chain, trust) => Path::Weak(Reason::Sha1Signature),
        (Err(error), _) => why_not(chain, leaf, &error, now),
    }
}

/// Whether the path goes through every certificate of the chain, in its order.
fn strictly(chain: &[CertificateDer<'_>], trust: &Trust, now: Timestamp) -> Result<bool, WebpkiError> {
    let (leaf, intermediates) = chain.split_first().ok_or(WebpkiError::BadDer)?;
    let now = UnixTime::since_unix_epoch(Duration::from_secs(now.seconds().max(0).unsigned_abs()));
    let leaf = EndEntityCert::try_from(leaf)?;
    let path = leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        trust.anchors(),
        intermediates,
        now,
        KeyUsage::server_auth(),
        None,
        None,
    )?;
    let used = path.intermediate_certificates().map(webpki::Cert::der);
    Ok(used.eq(intermediates.iter().cloned()))
}

fn why_not(chain: &[CertificateDer<'_>], leaf: &Facts, error: &WebpkiError, now: Timestamp) -> Path {
    let parsed: Vec<_> = chain.iter().map_while(|der| x509::parse(der).ok()).collect();
    let top = parsed.iter().take(DEEPEST).next_back();
    let reason = match error {
        _ if leaf.self_issued && parsed.first().is_some_and(|c| c.verify_signature(None).is_ok()) => {
            Reason::SelfSigned
        }
        WebpkiError::UnknownIssuer | WebpkiError::CaUsedAsEndEntity => match top {
            // A root was sent along: whose it is is plain, and it is not ours.
            Some(top) if top.issuer().as_raw() == top.subject().as_raw() => Reason::UnknownCa,
            _ if chain.len() == 1 => Reason::IncompleteChain,
            _ => Reason::UnknownCa,
        },
        WebpkiError::CertExpired { .. } if leaf.leaf.not_after >= now => Reason::IntermediateExpired,
        _ => Reason::InvalidChain,
    };
    let detail = (reason == Reason::InvalidChain).then(|| format!("{error:?}"));
    Path::Broken { reason, detail }
}

/// Whether signatures alone connect the leaf with a trusted root, weak algorithms included. It never makes
/// a verdict better than `weak`, which is a failure, so what it overlooks (constraints, dates) does no harm.
fn leads_to_a_root(chain: &[CertificateDer<'_>], trust: &Trust) -> bool {
    let parsed: Vec<_> = chain
        .iter()
        .take(DEEPEST)
        .map_while(|der| x509::parse(der).ok())
        .collect();
    let Some(mut current) = parsed.first() else {
        return false;
    };
    for _ in 0..DEEPEST {
        if trust
            .anchors()
            .iter()
            .any(|anchor| signed_by_anchor(current, anchor))
        {
            return true;
        }
        let issuer = parsed.iter().find(|candidate| {
            candidate.subject().as_raw() == current.issuer().as_raw()
                && signed_with(current, candidate.public_key())
        });
        match issuer {
            Some(issuer) if !std::ptr::eq(issuer, current) => current = issuer,
            _ => return false,
        }
    }
    false
}

fn signed_by_anchor(certificate: &X509Certificate<'_>, anchor: &TrustAnchor<'_>) -> bool {
    // webpki keeps names and keys without their outer SEQUENCE.
    if sequence(anchor.subject.as_ref()) != certificate.issuer().as_raw() {
        return false;
    }
    let key = sequence(anchor.subject_public_key_info.as_ref());
    match SubjectPublicKeyInfo::from_der(&key) {
        Ok((_, key)) => signed_with(certificate, &key),
        Err(_) => false,
    }
}

/// A signature that can be forged proves nothing, so whether it fits is not asked: the names connect.
fn signed_with(certificate: &X509Certificate<'_>, key: &SubjectPublicKeyInfo<'_>) -> bool {
    x509::weak_signature(certificate).is_some() || certificate.verify_signature(Some(key)).is_ok()
}

/// The content octets as a DER SEQUENCE (X.690 section 8.1).
fn sequence(content: &[u8]) -> Vec<u8> {
    let mut der = vec![0x30];
    if let Ok(short @ 0..=127) = u8::try_from(content.len()) {
        der.push(short);
    } else {
        let length: Vec<u8> = content
            .len()
            .to_be_bytes()
            .into_iter()
            .skip_while(|&b| b == 0)
            .collect();
        // A length has at most eight octets here.
        der.push(0x80 | u8::try_from(length.len()).unwrap_or(8));
        der.extend(length);
    }
    der.extend_from_slice(content);
    der
}

/// No honest chain is longer, and a dishonest one costs no more.
const DEEPEST: usize = 10;
