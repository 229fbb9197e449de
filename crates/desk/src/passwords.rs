//! Passwords: Argon2id at OWASP's parameters, off the async threads, a bounded number at a time.

use crate::internal;
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use model::{Error, Result};
use rand::{CryptoRng, RngExt};
use std::sync::LazyLock;
use store::PasswordHash as StoredHash;
use tokio::sync::Semaphore;

/// Hashes for storage. Takes about 50 ms and 19 MiB of memory.
pub async fn hash(password: String) -> Result<StoredHash> {
    off_the_async_threads(move || hash_now(&password).map(StoredHash::new)).await
}

/// Whether the password is right; `None`: there is no such user, which takes the same time to find out.
pub async fn verify(password: String, stored: Option<StoredHash>) -> Result<bool> {
    off_the_async_threads(move || {
        let known = stored.is_some();
        let stored = stored.as_ref().map_or(NOBODYS.as_str(), StoredHash::as_str);
        let stored = PasswordHash::new(stored).map_err(|why| why.to_string())?;
        let params = Params::try_from(&stored).map_err(|why| why.to_string())?;
        let salt = stored.salt.ok_or("a stored hash without its salt")?;
        // Outputs compare in constant time.
        Ok(stored.hash == Some(stretch(&password, &salt, params)?) && known)
    })
    .await
}

/// A password that a person can copy: 20 letters and digits of 31 that do not look alike (99 bits).
pub fn random(rng: &mut impl CryptoRng) -> String {
    (0..20)
        .map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]))
        .collect()
}

/// Letters and digits for incident numbers and token ids; not for passwords.
#[expect(
    clippy::disallowed_methods,
    reason = "an incident's number has no meaning that a test could want to fix"
)]
pub fn random_word(length: usize) -> String {
    let mut rng = rand::rng();
    (0..length)
        .map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]))
        .collect()
}

/// Who comes while too many wait is told to come back: a flood of logins costs two threads and no more.
async fn off_the_async_threads<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T> {
    static QUEUE: Semaphore = Semaphore::const_new(QUEUED);
    static AT_ONCE: Semaphore = Semaphore::const_new(2);
    let _place = QUEUE
        .try_acquire()
        .map_err(|_| Error::TooMany { retry_after: 2 })?;
    let _turn = AT_ONCE.acquire().await.map_err(internal)?;
    let done = tokio::task::spawn_blocking(work).await.map_err(internal)?;
    done.map_err(internal)
}

fn hash_now(password: &str) -> Result<String, String> {
    let salt = Salt::generate();
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&owasp()).map_err(|why| why.to_string())?,
        salt: Some(salt),
        hash: Some(stretch(password, &salt, owasp())?),
    };
    Ok(hash.to_string())
}

fn stretch(password: &str, salt: &Salt, params: Params) -> Result<Output, String> {
    let mut memory = vec![Block::default(); params.block_count()];
    let mut output = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory)
        .map_err(|why| why.to_string())?;
    Output::new(&output).map_err(|why| why.to_string())
}

/// 19 MiB, two passes, one lane: OWASP's Password Storage Cheat Sheet.
fn owasp() -> Params {
    Params::new(19 * 1024, 2, 1, None).unwrap_or_default()
}

/// The hash of a password that nobody has, with the same parameters.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash_now(&random_word(32)).unwrap_or_default());

/// With two at a time the last of them waits about a second.
const QUEUED: usize = 32;
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_passes() {
        let stored = hash("correct horse battery".into()).await.unwrap();
        assert!(
            verify("correct horse battery".into(), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(
            !verify("wrong horse battery".into(), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(!verify("correct horse battery".into(), None).await.unwrap());
        assert!(stored.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }
}
