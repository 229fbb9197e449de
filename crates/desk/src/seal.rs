//! Secrets that the database keeps, sealed with AES-256-GCM (NIST SP 800-38D) under a key that is not in it: HKDF-SHA256
//! (RFC 5869) makes it from the JWT secret.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    error::Unspecified,
    hkdf, hmac,
};
use data_encoding::{BASE64, HEXLOWER};
use std::fmt;

/// Seals and opens. Without the same JWT secret nothing can be opened.
pub struct Seal {
    key: RandomizedNonceKey,
    marks: hmac::Key,
}

impl Seal {
    /// `None`: the system's library refuses, which it does for no secret of any length.
    pub fn of_jwt_secret(secret: &[u8]) -> Option<Self> {
        let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(secret);
        let mut key = [0; KEY_LEN];
        secret.expand(&[b"seal"], Length).ok()?.fill(&mut key).ok()?;
        let mut marks = [0; KEY_LEN];
        secret.expand(&[b"mark"], Length).ok()?.fill(&mut marks).ok()?;
        Some(Self {
            key: RandomizedNonceKey::new(&AES_256_GCM, &key).ok()?,
            marks: hmac::Key::new(hmac::HMAC_SHA256, &marks),
        })
    }

    /// In Base64, behind its nonce. It opens only in its own place.
    pub(crate) fn seal(&self, place: &str, secret: &str) -> Result<String, Unspecified> {
        let mut text = secret.as_bytes().to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut text)?;
        Ok(BASE64.encode(&[&nonce.as_ref()[..], &text].concat()))
    }

    /// `None`: it was sealed with another key, for another place, or somebody has changed it.
    pub(crate) fn open(&self, place: &str, sealed: &str) -> Option<String> {
        let sealed = BASE64.decode(sealed.as_bytes()).ok()?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let open = self
            .key
            .open_in_place(nonce, Aad::from(place.as_bytes()), &mut text)
            .ok()?;
        String::from_utf8(open.to_vec()).ok()
    }

    /// Tells whether a text is the same as before, and nothing else of it.
    pub(crate) fn mark(&self, place: &str, text: &str) -> String {
        let mut code = hmac::Context::with_key(&self.marks);
        for part in [place.as_bytes(), b"\0", text.as_bytes()] {
            code.update(part);
        }
        HEXLOWER.encode(code.sign().as_ref())
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

struct Length;

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        KEY_LEN
    }
}

const KEY_LEN: usize = 32;
/// Not secret: it keeps this use of the JWT secret apart from any other.
const SALT: &[u8] = b"ligbox-desk credentials 1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_and_nowhere_else() {
        let ours = Seal::of_jwt_secret(b"a secret of the tokens, 32 bytes").unwrap();
        let sealed = ours.seal("vm112 secret", "whsec_abc").unwrap();
        assert!(!sealed.contains("whsec"));
        assert_ne!(
            sealed,
            ours.seal("vm112 secret", "whsec_abc").unwrap(),
            "a nonce of its own"
        );
        let again = Seal::of_jwt_secret(b"a secret of the tokens, 32 bytes").unwrap();
        assert_eq!(again.open("vm112 secret", &sealed).as_deref(), Some("whsec_abc"));
        assert_eq!(again.mark("a", "b"), ours.mark("a", "b"));
        assert_ne!(again.mark("a", "b"), ours.mark("ab", ""));

        let other = Seal::of_jwt_secret(b"another secret of other tokens!!").unwrap();
        assert_eq!(other.open("vm112 secret", &sealed), None);
        assert_ne!(other.mark("a", "b"), ours.mark("a", "b"));
        assert_eq!(ours.open("wazuh secret", &sealed), None);
        let mut bytes = BASE64.decode(sealed.as_bytes()).unwrap();
        bytes[NONCE_LEN] ^= 1;
        for broken in [BASE64.encode(&bytes), String::new(), "AAAA".into(), "?".into()] {
            assert_eq!(ours.open("vm112 secret", &broken), None, "{broken}");
        }
        assert_eq!(format!("{ours:?}"), "****");
    }
}
