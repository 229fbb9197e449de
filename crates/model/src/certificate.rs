//! A certificate as evidence: what of it a person or a program needs to see.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// The facts of one X.509 certificate (RFC 5280). Text in it came from a stranger: bounded, without
/// control characters, and never trusted to be HTML.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Leaf {
    /// The subject's common name; null when it has none. Shown, never used to match.
    #[serde(default)]
    pub cn: Option<String>,
    /// dNSName SANs in the certificate's order, at most [`Leaf::SANS`].
    pub sans: Vec<String>,
    /// How many more SANs there are than `sans` shows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sans_left_out: usize,
    /// The issuer's name in the form of RFC 4514.
    pub issuer: String,
    /// Lower-case hexadecimal without separators.
    pub serial: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// SHA-256 of the DER, in hexadecimal.
    pub sha256: String,
    /// `RSA 2048`, `EC P-256`, `Ed25519`…
    pub public_key: String,
}

impl Leaf {
    /// How many SANs are kept as evidence: more than any public CA puts into one certificate.
    pub const SANS: usize = 256;

    /// The same with its first names alone.
    #[must_use]
    pub fn brief(&self) -> Self {
        let kept = self.sans.len().min(FEW);
        Self {
            sans: self.sans.iter().take(FEW).cloned().collect(),
            sans_left_out: self.sans_left_out + self.sans.len() - kept,
            ..self.clone()
        }
    }

    /// Lifetime in milliseconds, at least one.
    pub fn lifetime(&self) -> i64 {
        self.not_after.since(self.not_before).max(1)
    }

    /// What is left of the lifetime at `now`, from 100 (fresh) to 0 (expired), in per cent.
    pub fn share_left(&self, now: Timestamp) -> i64 {
        (i128::from(self.not_after.since(now)) * 100 / i128::from(self.lifetime())).clamp(0, 100) as i64
    }

    /// The first and last characters of the serial number, as people compare them.
    pub fn short_serial(&self) -> String {
        if self.serial.len() <= 10 {
            self.serial.clone()
        } else {
            format!("{}…{}", &self.serial[..4], &self.serial[self.serial.len() - 4..])
        }
    }
}

/// One certificate of a served chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    pub subject: String,
    pub issuer: String,
    pub not_after: Timestamp,
    pub sha256: String,
    pub public_key: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

const FEW: usize = 4;
