//! How a certificate is judged: the first of the contract's questions that fails is the verdict.
//!
//! `wrong_site`/`cn_only` → `expired`/`not_yet_valid` → `untrusted` → `weak` → `expires_soon` → `ok`.
//! What fails before there is a certificate (`unreachable`, `timeout`, `handshake_failed`) is the probe's.

mod links;
pub mod names;
mod path;
mod remembered;
mod trust;

pub use links::Blemish;
pub use path::Path;
pub use trust::{Trust, TrustError};

use crate::wire::x509::{self, Facts};
use model::{Code, DomainName, Evidence, Leaf, State, Timestamp, certificate::Link, evidence::Outcome};
use path::Found;
use remembered::Remembered;
use rustls_pki_types::CertificateDer;
use std::sync::Arc;

/// Judges chains, and remembers each chain that it has looked into: the global certificate of a mail server
/// is served under a thousand names, and costs one validation.
#[derive(Debug, Default)]
pub struct Judge {
    remembered: Remembered,
}

/// A chain looked into: everything that does not depend on the name that was asked for.
#[derive(Debug)]
pub struct Examined {
    facts: Facts,
    links: Vec<Link>,
    path: Path,
    untidy: Option<Blemish>,
    weak: Option<Blemish>,
}

impl Examined {
    pub fn leaf(&self) -> &Leaf {
        &self.facts.leaf
    }

    /// The chain as served, leaf first.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is served that should not be, or not there.
    pub fn untidy(&self) -> Option<&Blemish> {
        self.untidy.as_ref()
    }

    /// The first key or signature of the leaf or an intermediate that is not strong enough.
    pub fn weak(&self) -> Option<&Blemish> {
        self.weak.as_ref()
    }
}

impl Judge {
    /// The verdict over a served or deployed chain, leaf first, for one name.
    pub fn judge(
        &self,
        chain: &[CertificateDer<'_>],
        host: &DomainName,
        trust: &Trust,
        now: Timestamp,
    ) -> Outcome {
        let seen = Evidence {
            sni: Some(host.to_string()),
            ..Evidence::default()
        };
        let Some(examined) = self.examine(chain, trust, now) else {
            return Outcome::fail(
                Code::HandshakeFailed,
                seen.detail("the peer's certificate is not X.509"),
            );
        };
        let seen = Evidence {
            leaf: Some(examined.facts.leaf.clone()),
            chain: examined.links.clone(),
            ..seen
        };
        verdict(&examined, host, seen, now)
    }

    /// `None`: the first certificate is none.
    pub fn examine(
        &self,
        chain: &[CertificateDer<'_>],
        trust: &Trust,
        now: Timestamp,
    ) -> Option<Arc<Examined>> {
        self.remembered.once(chain, trust, now, || {
            let facts = x509::facts(chain.first()?).ok()?;
            let links: Vec<_> = chain
                .iter()
                .take(LINKS)
                .map_while(|der| x509::link(der).ok())
                .collect();
            let Found { path, is_whole_chain } = path::validate(chain, &facts, trust, now);
            let (untidy, weak) = links::blemishes(chain, is_whole_chain);
            Some(Examined {
                facts,
                links,
                path,
                untidy,
                weak,
            })
        })
    }
}

fn verdict(examined: &Examined, host: &DomainName, seen: Evidence, now: Timestamp) -> Outcome {
    let Facts { leaf, dns_names, .. } = &examined.facts;
    if !names::covers(dns_names.iter().map(AsRef::as_ref), host) {
        let only_cn = dns_names.is_empty() && leaf.cn.as_deref().is_some_and(|cn| names::matches(cn, host));
        return Outcome::fail(if only_cn { Code::CnOnly } else { Code::WrongSite }, seen);
    }
    if let Some(code) = out_of_date(leaf, now) {
        return Outcome::fail(code, seen);
    }
    match &examined.path {
        Path::Broken { reason, detail } => {
            let seen = seen.because(*reason);
            let seen = match detail {
                Some(detail) => seen.detail(detail),
                None => seen,
            };
            Outcome::fail(Code::Untrusted, seen)
        }
        Path::Weak(reason) => Outcome::fail(Code::Weak, seen.because(*reason)),
        Path::Trusted if expires_soon(leaf, now) => Outcome::warn(Code::ExpiresSoon, seen),
        Path::Trusted => Outcome::new(State::Ok, Code::Ok, seen),
    }
}

/// `expired` or `not_yet_valid`. A certificate is valid through the whole second of its notAfter.
pub fn out_of_date(leaf: &Leaf, now: Timestamp) -> Option<Code> {
    if now.seconds() > leaf.not_after.seconds() {
        Some(Code::Expired)
    } else if now < leaf.not_before {
        Some(Code::NotYetValid)
    } else {
        None
    }
}

/// Less than a fifth of the lifetime is left. Renewal is due at a third, so a fifth means that it did not
/// happen, whether the certificate lives six days or ninety.
pub fn expires_soon(leaf: &Leaf, now: Timestamp) -> bool {
    has_less_left(leaf, 5, now)
}

/// Less than one `part`th of the lifetime is left.
pub fn has_less_left(leaf: &Leaf, part: i64, now: Timestamp) -> bool {
    i128::from(leaf.not_after.since(now)) * i128::from(part) < i128::from(leaf.lifetime())
}

/// Whether the SANs that are kept as evidence cover a name.
pub fn covers(leaf: &Leaf, name: &str) -> bool {
    DomainName::parse(name).is_ok_and(|host| names::covers(leaf.sans.iter().map(String::as_str), &host))
}

impl Examined {
    /// The moments at which the answer of [`path::validate`] may change: any certificate's dates.
    fn holds(chain: &[CertificateDer<'_>], now: Timestamp) -> (Timestamp, Timestamp) {
        let mut bounds = (Timestamp(i64::MIN), Timestamp(i64::MAX));
        for der in chain {
            let Ok(certificate) = x509::parse(der) else {
                continue;
            };
            let validity = certificate.validity();
            // A certificate is valid through the whole second of its notAfter.
            for edge in [
                validity.not_before.timestamp(),
                validity.not_after.timestamp().saturating_add(1),
            ] {
                let edge = Timestamp::from_seconds(edge);
                if edge <= now {
                    bounds.0 = bounds.0.max(edge);
                } else {
                    bounds.1 = bounds.1.min(edge);
                }
            }
        }
        bounds
    }
}

/// Kept as evidence; a longer chain is judged whole all the same.
const LINKS: usize = 8;
