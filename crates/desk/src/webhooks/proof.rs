//! How the sender of a webhook proves who it is: a shared secret, a signature (Standard Webhooks 1.0), or a key in the
//! URL for those who can send neither. Everything is compared in constant time.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use model::{Timestamp, time::MINUTE};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::{Choice, ConstantTimeEq};

/// The secrets of one integration. An empty one is none.
#[derive(Clone, Default)]
pub struct Keys {
    secrets: Vec<Secret>,
    url_key: Option<Secret>,
}

/// Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What a sender shows.
#[derive(Clone, Copy, Default)]
pub struct Proof<'a> {
    /// `X-Webhook-Secret`.
    pub secret: Option<&'a [u8]>,
    /// `?key=`.
    pub url_key: Option<&'a [u8]>,
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    pub signature: Option<Signature<'a>>,
}

#[derive(Clone, Copy)]
pub struct Signature<'a> {
    pub id: &'a str,
    /// Seconds since 1970.
    pub timestamp: &'a str,
    /// `v1,` and Base64, several with spaces between.
    pub signatures: &'a str,
}

impl Proof<'_> {
    pub fn is_empty(&self) -> bool {
        self.secret.is_none() && self.url_key.is_none() && self.signature.is_none()
    }
}

impl Keys {
    pub fn new(secrets: impl IntoIterator<Item = String>, url_key: Option<String>) -> Self {
        let some = |text: &String| !text.is_empty();
        Self {
            secrets: secrets.into_iter().filter(some).map(Secret).collect(),
            url_key: url_key.filter(some).map(Secret),
        }
    }

    /// Keys that nobody has: proving oneself against them takes as long as against real ones.
    pub fn of_nobody(unguessable: String) -> Self {
        Self::new([unguessable.clone()], Some(unguessable))
    }

    /// Whether nobody can prove anything against them.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.url_key.is_none()
    }

    /// Whether what was shown before the body came is already enough to refuse. A signature needs the body.
    pub fn refuses_early(&self, proof: &Proof<'_>) -> bool {
        proof.signature.is_none() && !self.accepts(proof, b"", Timestamp(0))
    }

    /// Whether everything that was shown is right, and anything was shown.
    pub fn accepts(&self, proof: &Proof<'_>, body: &[u8], now: Timestamp) -> bool {
        let mut is_shown = false;
        let mut is_right = Choice::from(1);
        if let Some(shown) = proof.secret {
            is_shown = true;
            is_right &= any(self.secrets.iter().map(|secret| same(secret.0.as_bytes(), shown)));
        }
        if let Some(signature) = &proof.signature {
            is_shown = true;
            let signed = self.secrets.iter().map(|secret| signature.is_by(secret, body));
            is_right &= any(signed) & Choice::from(u8::from(signature.is_recent(now)));
        }
        if let Some(shown) = proof.url_key {
            is_shown = true;
            is_right &= any(self.url_key.iter().map(|key| same(key.0.as_bytes(), shown)));
        }
        is_shown && bool::from(is_right)
    }
}

impl Secret {
    /// Empty texts are no secrets.
    pub fn new(text: String) -> Option<Self> {
        (!text.is_empty()).then_some(Self(text))
    }

    /// Whether it is what was shown.
    pub(crate) fn is(&self, shown: &[u8]) -> bool {
        same(self.0.as_bytes(), shown).into()
    }

    /// The `webhook-signature` of a message that we send.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let code = self.code(id, &timestamp.to_string(), body);
        format!("v1,{}", BASE64.encode(&code))
    }

    /// HMAC-SHA256 over `id.timestamp.body`.
    fn code(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        // `whsec_` says that the key itself follows in Base64.
        let coded = self.0.strip_prefix("whsec_");
        let key = coded.and_then(|coded| BASE64.decode(coded.as_bytes()).ok());
        let key = key.unwrap_or_else(|| self.0.clone().into_bytes());
        // A key may have any length (RFC 2104 section 2), so that this never fails.
        let Ok(mut code) = Hmac::<Sha256>::new_from_slice(&key) else {
            return [0; 32];
        };
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            code.update(part);
        }
        code.finalize().into_bytes().into()
    }
}

impl Signature<'_> {
    fn is_by(&self, secret: &Secret, body: &[u8]) -> Choice {
        let wanted = secret.code(self.id, self.timestamp, body);
        let shown = self.signatures.split(' ').take(MOST_SIGNATURES);
        let shown = shown.filter_map(|one| BASE64.decode(one.strip_prefix("v1,")?.as_bytes()).ok());
        any(shown.map(|shown| shown.ct_eq(&wanted)))
    }

    fn is_recent(&self, now: Timestamp) -> bool {
        let at = self.timestamp.parse().map(Timestamp::from_seconds);
        at.is_ok_and(|at| now.since(at).saturating_abs() <= TOLERANCE)
    }
}

/// Digests are compared, so that the time tells nothing of the length either.
fn same(ours: &[u8], shown: &[u8]) -> Choice {
    Sha256::digest(ours)[..].ct_eq(&Sha256::digest(shown)[..])
}

fn any(choices: impl Iterator<Item = Choice>) -> Choice {
    choices.fold(Choice::from(0), |any, one| any | one)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl fmt::Debug for Signature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// Either way.
const TOLERANCE: i64 = 5 * MINUTE;
const MOST_SIGNATURES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the Standard Webhooks specification's libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn a_signature_is_that_of_the_standard() {
        let secret = Secret::new(SECRET.into()).unwrap();
        assert_eq!(secret.sign(ID, AT, BODY), SIGNATURE);
        assert!(signed(SIGNATURE, BODY, AT));
        assert!(signed(&format!("v1a,xx v1,AAAA {SIGNATURE}"), BODY, AT + 299));
        for (signature, body, now) in [
            (SIGNATURE, &b"{}"[..], AT),
            (SIGNATURE, BODY, AT + 301),
            (SIGNATURE, BODY, AT - 301),
            ("", BODY, AT),
            ("v1,", BODY, AT),
            ("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", BODY, AT),
        ] {
            assert!(!signed(signature, body, now), "{signature} {now}");
        }
    }

    #[test]
    fn whatever_is_shown_must_be_right_and_nothing_is_not_enough() {
        let keys = Keys::new(["old".into(), "new".into()], Some("url".into()));
        let accepts = |secret: Option<&str>, url_key: Option<&str>| {
            let proof = Proof {
                secret: secret.map(str::as_bytes),
                url_key: url_key.map(str::as_bytes),
                signature: None,
            };
            assert_eq!(
                keys.accepts(&proof, b"", Timestamp(0)),
                !keys.refuses_early(&proof)
            );
            keys.accepts(&proof, b"", Timestamp(0))
        };
        assert!(
            accepts(Some("old"), None) && accepts(Some("new"), None),
            "both during the change"
        );
        assert!(accepts(None, Some("url")) && accepts(Some("new"), Some("url")));
        for (secret, url_key) in [
            (None, None),
            (Some(""), None),
            (None, Some("")),
            (Some("url"), None),
            (None, Some("old")),
            (Some("old"), Some("old")),
            (Some("wrong"), Some("url")),
        ] {
            assert!(!accepts(secret, url_key), "{secret:?} {url_key:?}");
        }
        let both = Proof {
            secret: Some(b"wrong"),
            url_key: None,
            signature: Some(signature(SIGNATURE)),
        };
        assert!(!keys_of(SECRET).accepts(&both, BODY, Timestamp::from_seconds(AT)));
    }

    #[test]
    fn an_empty_secret_matches_nothing() {
        let none = Keys::new([String::new()], Some(String::new()));
        for proof in [
            Proof {
                secret: Some(b""),
                ..Proof::default()
            },
            Proof {
                url_key: Some(b""),
                ..Proof::default()
            },
            Proof {
                signature: Some(signature(SIGNATURE)),
                ..Proof::default()
            },
        ] {
            assert!(!none.accepts(&proof, BODY, Timestamp::from_seconds(AT)));
        }
        assert_eq!(
            format!("{:?} {:?}", keys_of(SECRET), Secret::new("x".into())),
            "**** Some(****)"
        );
    }

    fn signed(signatures: &str, body: &[u8], now: i64) -> bool {
        let proof = Proof {
            signature: Some(signature(signatures)),
            ..Proof::default()
        };
        keys_of(SECRET).accepts(&proof, body, Timestamp::from_seconds(now))
    }

    fn signature(signatures: &str) -> Signature<'_> {
        Signature {
            id: ID,
            timestamp: "1614265330",
            signatures,
        }
    }

    fn keys_of(secret: &str) -> Keys {
        Keys::new([secret.to_owned()], None)
    }
}
