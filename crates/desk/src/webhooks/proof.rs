//! How the sender of a webhook proves who it is: a shared secret, a signature (Standard Webhooks 1.0), or a key in the
//! URL for those who can send neither. Everything is compared in constant time.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use model::{
    Timestamp,
    time::{DAY, MINUTE},
    webhook::{Credential, Origin},
};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
};
use subtle::{Choice, ConstantTimeEq};

/// What the senders of one integration prove themselves by.
#[derive(Debug)]
pub struct Keys {
    pub(super) secret: Ring,
    pub(super) url_key: Ring,
}

/// One credential, and while it is being changed the one before it.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    pub(super) origin: Origin,
    pub(super) current: Option<Held>,
    pub(super) previous: Option<Held>,
}

#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) secret: Secret,
    pub(super) used: Arc<Used>,
}

/// When senders showed it first and last.
#[derive(Debug, Default)]
pub(super) struct Used {
    first: AtomicI64,
    last: AtomicI64,
}

/// Never shown.
#[derive(Clone)]
pub struct Secret {
    text: String,
    /// Digests are compared, so that the time tells nothing of the length either.
    digest: [u8; 32],
}

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
    /// An empty ring proves nothing.
    pub fn new(secret: Option<Secret>, url_key: Option<Secret>) -> Self {
        Self {
            secret: Ring::of(secret),
            url_key: Ring::of(url_key),
        }
    }

    /// Keys that nobody has: proving oneself against them takes as long as against real ones.
    pub(crate) fn of_nobody(unguessable: String) -> Self {
        let secret = Secret::new(unguessable);
        Self::new(secret.clone(), secret)
    }

    /// Whether nobody can prove anything against them.
    pub(super) fn is_empty(&self) -> bool {
        self.secret.current.is_none() && self.url_key.current.is_none()
    }

    pub(super) fn ring(&self, credential: Credential) -> &Ring {
        match credential {
            Credential::Secret => &self.secret,
            Credential::UrlKey => &self.url_key,
        }
    }

    /// Whether what was shown before the body came is already enough to refuse. A signature needs the body.
    pub(crate) fn refuses_early(&self, proof: &Proof<'_>, now: Timestamp) -> bool {
        proof.signature.is_none() && self.judge(proof, b"", now).is_none()
    }

    /// Whether everything that was shown is right, and anything was shown. Notes which credentials were used.
    pub fn accepts(&self, proof: &Proof<'_>, body: &[u8], now: Timestamp) -> bool {
        let Some(shown) = self.judge(proof, body, now) else {
            return false;
        };
        for (ring, matches) in shown {
            ring.note(matches, now);
        }
        true
    }

    /// What was shown matches what; `None`: something is wrong, or nothing was shown.
    fn judge(&self, proof: &Proof<'_>, body: &[u8], now: Timestamp) -> Option<Vec<(&Ring, Matches)>> {
        let mut shown = Vec::with_capacity(1);
        if let Some(bytes) = proof.secret {
            shown.push((
                &self.secret,
                self.secret.matches(now, |secret| secret.same(bytes)),
            ));
        }
        if let Some(signature) = &proof.signature {
            let is_recent = Choice::from(u8::from(signature.is_recent(now)));
            let is_by = |secret: &Secret| signature.is_by(secret, body) & is_recent;
            shown.push((&self.secret, self.secret.matches(now, is_by)));
        }
        if let Some(bytes) = proof.url_key {
            shown.push((
                &self.url_key,
                self.url_key.matches(now, |secret| secret.same(bytes)),
            ));
        }
        let are_right = shown.iter().fold(Choice::from(1), |all, (_, matches)| {
            all & (matches.current | matches.previous)
        });
        (!shown.is_empty() && bool::from(are_right)).then_some(shown)
    }
}

/// Which of a ring's two credentials is the one that was shown.
#[derive(Clone, Copy)]
struct Matches {
    current: Choice,
    previous: Choice,
}

impl Ring {
    pub(super) fn of(current: Option<Secret>) -> Self {
        Self {
            origin: Origin::Configured,
            current: current.map(Held::unused),
            previous: None,
        }
    }

    /// What is the same as before was used when it was.
    pub(super) fn remember(&mut self, before: &Self) {
        for (held, before) in [
            (&mut self.current, &before.current),
            (&mut self.previous, &before.previous),
        ] {
            if let (Some(held), Some(before)) = (held, before)
                && bool::from(held.secret.digest[..].ct_eq(&before.secret.digest[..]))
            {
                held.used = Arc::clone(&before.used);
            }
        }
    }

    /// When the previous one ends by itself: a while after the new one was first shown. Before that, who still has the
    /// old one would be refused, and nobody have the new.
    pub(super) fn previous_ends_at(&self) -> Option<Timestamp> {
        let first_used_at = self.current.as_ref()?.used.first()?;
        Some(first_used_at.plus(BOTH_COUNT))
    }

    /// Whether the previous one still counts.
    pub(super) fn previous_counts(&self, now: Timestamp) -> bool {
        self.previous.is_some() && self.previous_ends_at().is_none_or(|ends_at| now < ends_at)
    }

    fn matches(&self, now: Timestamp, is_shown: impl Fn(&Secret) -> Choice) -> Matches {
        let is_shown = |held: &Option<Held>| match held {
            Some(held) => is_shown(&held.secret),
            None => Choice::from(0),
        };
        let counts = Choice::from(u8::from(self.previous_counts(now)));
        Matches {
            current: is_shown(&self.current),
            previous: is_shown(&self.previous) & counts,
        }
    }

    fn note(&self, matches: Matches, now: Timestamp) {
        for (held, is_shown) in [
            (&self.current, matches.current),
            (&self.previous, matches.previous),
        ] {
            if let Some(held) = held
                && bool::from(is_shown)
            {
                held.used.note(now);
            }
        }
    }
}

impl Held {
    fn unused(secret: Secret) -> Self {
        Self {
            secret,
            used: Arc::default(),
        }
    }
}

impl Used {
    pub(super) fn since(first: Option<Timestamp>, last: Option<Timestamp>) -> Self {
        let millis = |at: Option<Timestamp>| AtomicI64::new(at.map_or(NEVER, |at| at.0));
        Self {
            first: millis(first),
            last: millis(last),
        }
    }

    pub(super) fn first(&self) -> Option<Timestamp> {
        some(self.first.load(Relaxed))
    }

    pub(super) fn last(&self) -> Option<Timestamp> {
        some(self.last.load(Relaxed))
    }

    fn note(&self, now: Timestamp) {
        if self.first.load(Relaxed) == NEVER {
            // Another one was faster: then that was the first.
            let _ = self.first.compare_exchange(NEVER, now.0, Relaxed, Relaxed);
        }
        self.last.fetch_max(now.0, Relaxed);
    }
}

fn some(millis: i64) -> Option<Timestamp> {
    (millis != NEVER).then_some(Timestamp(millis))
}

impl Secret {
    /// Empty texts are no secrets.
    pub fn new(text: String) -> Option<Self> {
        let digest = Sha256::digest(&text).into();
        (!text.is_empty()).then_some(Self { text, digest })
    }

    pub(super) fn reveal(&self) -> &str {
        &self.text
    }

    /// Whether it is what was shown.
    pub(crate) fn is(&self, shown: &[u8]) -> bool {
        self.same(shown).into()
    }

    fn same(&self, shown: &[u8]) -> Choice {
        self.digest[..].ct_eq(&Sha256::digest(shown)[..])
    }

    /// The `webhook-signature` of a message that we send.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let code = self.code(id, &timestamp.to_string(), body);
        format!("v1,{}", BASE64.encode(&code))
    }

    /// HMAC-SHA256 over `id.timestamp.body`.
    fn code(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        // `whsec_` says that the key itself follows in Base64.
        let coded = self.text.strip_prefix("whsec_");
        let key = coded.and_then(|coded| BASE64.decode(coded.as_bytes()).ok());
        let key = key.unwrap_or_else(|| self.text.clone().into_bytes());
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

fn any(choices: impl Iterator<Item = Choice>) -> Choice {
    choices.fold(Choice::from(0), |any, one| any | one)
}

impl fmt::Debug for Secret {
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
/// The old credential and the new one.
const BOTH_COUNT: i64 = 7 * DAY;
const NEVER: i64 = 0;

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
        let now = Timestamp(1);
        let keys = keys_of("new", Some("old"), "url");
        let accepts = |secret: Option<&str>, url_key: Option<&str>| {
            let proof = Proof {
                secret: secret.map(str::as_bytes),
                url_key: url_key.map(str::as_bytes),
                signature: None,
            };
            assert_eq!(keys.accepts(&proof, b"", now), !keys.refuses_early(&proof, now));
            keys.accepts(&proof, b"", now)
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
        assert!(!keys_of(SECRET, None, "").accepts(&both, BODY, Timestamp::from_seconds(AT)));
    }

    #[test]
    fn the_previous_one_counts_until_a_week_after_the_new_one_was_first_shown() {
        let keys = keys_of("new", Some("old"), "");
        let shows = |secret: &str, days: i64| {
            let proof = Proof {
                secret: Some(secret.as_bytes()),
                ..Proof::default()
            };
            keys.accepts(&proof, b"", Timestamp(1 + days * DAY))
        };
        let used = |held: &Option<Held>| {
            let used = &held.as_ref().unwrap().used;
            (used.first(), used.last())
        };
        assert!(
            shows("old", 0) && shows("old", 300),
            "nobody has shown the new one yet"
        );
        assert_eq!(used(&keys.secret.current), (None, None));
        assert_eq!(keys.secret.previous_ends_at(), None);
        assert!(shows("new", 301) && shows("old", 307) && shows("new", 308));
        assert!(!shows("old", 308) && !shows("wrong", 308));
        assert_eq!(
            used(&keys.secret.previous),
            (Some(Timestamp(1)), Some(Timestamp(1 + 307 * DAY)))
        );
        assert_eq!(
            used(&keys.secret.current),
            (Some(Timestamp(1 + 301 * DAY)), Some(Timestamp(1 + 308 * DAY)))
        );
    }

    #[test]
    fn an_empty_secret_matches_nothing() {
        let none = keys_of("", None, "");
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
        assert_eq!(format!("{:?}", Secret::new("x".into())), "Some(****)");
    }

    fn signed(signatures: &str, body: &[u8], now: i64) -> bool {
        let proof = Proof {
            signature: Some(signature(signatures)),
            ..Proof::default()
        };
        keys_of(SECRET, None, "").accepts(&proof, body, Timestamp::from_seconds(now))
    }

    fn signature(signatures: &str) -> Signature<'_> {
        Signature {
            id: ID,
            timestamp: "1614265330",
            signatures,
        }
    }

    fn keys_of(current: &str, previous: Option<&str>, url_key: &str) -> Keys {
        let secret = |text: &str| Secret::new(text.to_owned());
        let mut keys = Keys::new(secret(current), secret(url_key));
        keys.secret.previous = previous.and_then(secret).map(Held::unused);
        keys
    }
}
