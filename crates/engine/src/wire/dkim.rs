//! DKIM key records (RFC 6376 section 3.6.1, RFC 8463 for Ed25519).

use super::{
    tags::{NotTags, Tags},
    x509,
};
use data_encoding::BASE64;
use x509_parser::{prelude::FromDer, x509::SubjectPublicKeyInfo};

/// A key that signatures can be checked with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dkim {
    pub key: Key,
    /// `t=y`: receivers treat signed mail as unsigned.
    pub is_trial: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// The modulus' size in bits.
    Rsa(usize),
    Ed25519,
    /// An empty `p=`.
    Revoked,
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotDkim {
    #[error(transparent)]
    Tags(#[from] NotTags),
    #[error("v= is not DKIM1, or does not stand first")]
    Version,
    #[error("it has no key (p=)")]
    NoKey,
    #[error("the key (p=) is no base64")]
    NotBase64,
    #[error("the key (p=) is no {0} public key")]
    NotAKey(&'static str),
    #[error("nobody knows keys of the kind k={0}")]
    Kind(String),
    #[error("it allows no sha256 (h={0})")]
    Hash(String),
    #[error("it is not for mail (s={0})")]
    Service(String),
}

impl Dkim {
    pub fn read(text: &[u8]) -> Result<Self, NotDkim> {
        let tags = Tags::read(text)?;
        if tags.value("v").is_some() && !tags.begins_with("v", "DKIM1") {
            return Err(NotDkim::Version);
        }
        if let Some(hashes) = tags.value("h").filter(|hashes| !lists(hashes, "sha256")) {
            return Err(NotDkim::Hash(hashes.to_owned()));
        }
        let services = tags.value("s").filter(|s| !lists(s, "*") && !lists(s, "email"));
        if let Some(services) = services {
            return Err(NotDkim::Service(services.to_owned()));
        }
        let key = tags.value("p").ok_or(NotDkim::NoKey)?;
        Ok(Self {
            key: self::key(tags.value("k").unwrap_or("rsa"), key)?,
            is_trial: tags.value("t").is_some_and(|flags| lists(flags, "y")),
        })
    }
}

fn key(kind: &str, text: &str) -> Result<Key, NotDkim> {
    // Long keys are folded (RFC 6376 section 2.10).
    let text: String = text.split_ascii_whitespace().collect();
    if text.is_empty() {
        return Ok(Key::Revoked);
    }
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| NotDkim::NotBase64)?;
    match kind {
        "rsa" => rsa(&bytes).map(Key::Rsa).ok_or(NotDkim::NotAKey("RSA")),
        "ed25519" if bytes.len() == 32 => Ok(Key::Ed25519),
        "ed25519" => Err(NotDkim::NotAKey("Ed25519")),
        other => Err(NotDkim::Kind(other.to_owned())),
    }
}

/// What everybody publishes is a `SubjectPublicKeyInfo`, whatever the RFC's text says (its erratum 3017).
fn rsa(der: &[u8]) -> Option<usize> {
    match SubjectPublicKeyInfo::from_der(der) {
        Ok(([], key)) => x509::rsa_bits(&key),
        _ => None,
    }
}

/// Whether a list with `:` between its items has this one.
fn lists(list: &str, item: &str) -> bool {
    list.split(':').any(|listed| listed.trim() == item)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6376 appendix C: 1024 bits.
    const RSA: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt\
                       IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0\
                       fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

    fn read(text: &str) -> Result<Dkim, NotDkim> {
        Dkim::read(text.as_bytes())
    }

    #[test]
    fn keys_are_measured() {
        assert_eq!(read(&format!("v=DKIM1; p={RSA}")).unwrap().key, Key::Rsa(1024));
        let folded = format!("k=rsa; t=y:s; h=sha1:sha256; p={} {}", &RSA[..50], &RSA[50..]);
        let folded = read(&folded).unwrap();
        assert!(folded.key == Key::Rsa(1024) && folded.is_trial);
        // RFC 8463 appendix A.
        let edwards = read("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assert_eq!(edwards.unwrap().key, Key::Ed25519);
        assert_eq!(read("v=DKIM1; p=").unwrap().key, Key::Revoked);
    }

    #[test]
    fn a_record_that_verifies_nothing_is_none() {
        for (text, why) in [
            ("v=DKIM1; k=rsa".to_owned(), NotDkim::NoKey),
            (format!("v=DKIM2; p={RSA}"), NotDkim::Version),
            (format!("k=rsa; v=DKIM1; p={RSA}"), NotDkim::Version),
            (format!("v=DKIM1; p={}", &RSA[1..]), NotDkim::NotBase64),
            (format!("v=DKIM1; p={}", &RSA[4..]), NotDkim::NotAKey("RSA")),
            (
                format!("v=DKIM1; k=ed25519; p={RSA}"),
                NotDkim::NotAKey("Ed25519"),
            ),
            (format!("v=DKIM1; k=dsa; p={RSA}"), NotDkim::Kind("dsa".into())),
            (format!("v=DKIM1; h=sha1; p={RSA}"), NotDkim::Hash("sha1".into())),
            (
                format!("v=DKIM1; s=tlsrpt; p={RSA}"),
                NotDkim::Service("tlsrpt".into()),
            ),
        ] {
            assert_eq!(read(&text), Err(why), "{text}");
        }
    }
}
