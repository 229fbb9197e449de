//! Bearer tokens: JWTs signed with HS256 and nothing else (RFC 7519, RFC 8725 section 3.1).

use desk::passwords;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use model::{Role, Timestamp, time::HOUR};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: String,
    pub(crate) role: Role,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
    pub(crate) jti: String,
    /// The user's version when the token was given: any change of the user makes the token stale.
    pub(crate) ver: i64,
}

/// Signs and reads tokens.
pub(crate) struct Tokens {
    signing: EncodingKey,
    reading: DecodingKey,
    validation: Validation,
    hours: u32,
}

impl Tokens {
    pub(crate) fn new(secret: &[u8], hours: u32) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.set_required_spec_claims(&["exp", "sub"]);
        Self {
            signing: EncodingKey::from_secret(secret),
            reading: DecodingKey::from_secret(secret),
            validation,
            hours,
        }
    }

    /// A token for this version of a user, and how many seconds it is good for.
    pub(crate) fn issue(&self, user: &store::User, now: Timestamp) -> Result<(String, i64), String> {
        let expires = now.plus(i64::from(self.hours) * HOUR);
        let claims = Claims {
            sub: user.username.clone(),
            role: user.role,
            exp: expires.seconds(),
            iat: now.seconds(),
            jti: passwords::random_word(24),
            ver: user.version,
        };
        let token =
            encode(&Header::new(Algorithm::HS256), &claims, &self.signing).map_err(|why| why.to_string())?;
        Ok((token, expires.seconds() - now.seconds()))
    }

    /// The claims of a token of ours that has not expired.
    pub(crate) fn read(&self, token: &str) -> Option<Claims> {
        // A token of ours has about 250 characters.
        if token.len() > 2_048 {
            return None;
        }
        decode::<Claims>(token, &self.reading, &self.validation)
            .ok()
            .map(|token| token.claims)
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(****)")
    }
}
