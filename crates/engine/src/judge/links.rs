//! What a chain brings beside a way to a root: links that are too many, out of order (RFC 5246 section 7.4.2,
//! RFC 8446 section 4.4.2), or too weak (CA/Browser Forum baseline requirements, sections 6.1.5 and 7.1.3).

use crate::wire::x509;
use model::{Reason, evidence::tame};
use rustls_pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;

/// Something about one certificate of a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blemish {
    pub reason: Reason,
    /// The certificate's subject.
    pub subject: String,
}

impl Blemish {
    fn of(certificate: &X509Certificate<'_>, reason: Reason) -> Self {
        Self {
            reason,
            subject: tame(&certificate.subject().to_string(), 200),
        }
    }
}

/// The first untidy and the first weak link of a chain, leaf first. A chain that is a path to a root as it stands
/// is tidy: every signature of it was verified on the way.
pub(super) fn blemishes(
    chain: &[CertificateDer<'_>],
    is_whole_path: bool,
) -> (Option<Blemish>, Option<Blemish>) {
    let parsed: Vec<_> = chain
        .iter()
        .take(LONGEST)
        .map_while(|der| x509::parse(der).ok())
        .collect();
    let strange = || Blemish {
        reason: Reason::UnrelatedCertificate,
        subject: format!("#{}", parsed.len() + 1),
    };
    let is_tidy = is_whole_path && !parsed.iter().skip(1).any(is_root);
    let untidy = if is_tidy { None } else { untidy(&parsed) };
    let untidy = untidy.or_else(|| (parsed.len() < chain.len()).then(strange));
    (untidy, weak(&parsed))
}

/// Each certificate should certify the one before it, and the root stays at home: clients have it.
fn untidy(chain: &[X509Certificate<'_>]) -> Option<Blemish> {
    let (mut below, rest) = chain.split_first()?;
    for link in rest {
        let reason = if issued(link, below) && !is_root(link) {
            below = link;
            continue;
        } else if issued(link, below) {
            Reason::RootSent
        } else if rest.iter().any(|other| issued(other, below) && !is_root(other)) {
            Reason::OutOfOrder
        } else {
            Reason::UnrelatedCertificate
        };
        return Some(Blemish::of(link, reason));
    }
    None
}

/// A root is trusted for what it is, whatever it is signed with.
fn weak(chain: &[X509Certificate<'_>]) -> Option<Blemish> {
    let mut judged = chain
        .iter()
        .enumerate()
        .filter(|(at, link)| *at == 0 || !is_root(link));
    judged.find_map(|(_, link)| {
        let reason = x509::small_key(link.public_key()).or_else(|| x509::weak_signature(link))?;
        Some(Blemish::of(link, reason))
    })
}

fn issued(issuer: &X509Certificate<'_>, subject: &X509Certificate<'_>) -> bool {
    issuer.subject().as_raw() == subject.issuer().as_raw()
        // What cannot be checked, a forgeable signature for instance, is the other question's.
        && (x509::weak_signature(subject).is_some()
            || subject.verify_signature(Some(issuer.public_key())).is_ok())
}

fn is_root(certificate: &X509Certificate<'_>) -> bool {
    certificate.subject().as_raw() == certificate.issuer().as_raw()
}

/// No honest chain is longer.
const LONGEST: usize = 10;
