//! What a check is called, where it belongs and what it can say.

use crate::Language;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// A check's fixed name, such as `imap_cert_san_993`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, examples("imap_cert_san_993")))]
#[serde(transparent)]
pub struct CheckId(Cow<'static, str>);

impl CheckId {
    pub const fn new(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// A name from outside; whether such a check exists is the registry's to say.
    pub fn from_text(id: &str) -> Self {
        Self(Cow::Owned(id.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What was found out. The order is that of urgency, worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Does not apply, or the site does not configure it.
    Skipped,
    /// Proved by evidence.
    Ok,
    /// Works, but a person should look.
    Warn,
    /// Could not be determined.
    Unknown,
    /// Proved wrong.
    Fail,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Ok, Self::Warn, Self::Fail, Self::Unknown, Self::Skipped];

    /// The contract's `ok`: null where the check does not apply.
    pub fn ok(self) -> Option<bool> {
        match self {
            Self::Ok | Self::Warn => Some(true),
            Self::Fail | Self::Unknown => Some(false),
            Self::Skipped => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A family of checks, which has a column group on the board and a `…_ready` in the status.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Infra,
    Admin,
    MailTls,
    MailStarttls,
    CertSync,
    TlsPolicy,
    MailDns,
}

impl Group {
    pub const ALL: [Self; 7] = [
        Self::Infra,
        Self::Admin,
        Self::MailTls,
        Self::MailStarttls,
        Self::CertSync,
        Self::TlsPolicy,
        Self::MailDns,
    ];

    /// Whether its checks run only where a site switches them on.
    pub fn is_set(self) -> bool {
        !matches!(self, Self::Infra | Self::Admin | Self::MailTls)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Infra => "infra",
            Self::Admin => "admin",
            Self::MailTls => "mail_tls",
            Self::MailStarttls => "mail_starttls",
            Self::CertSync => "cert_sync",
            Self::TlsPolicy => "tls_policy",
            Self::MailDns => "mail_dns",
        }
    }
}

/// `P1` decides whether a domain is ready; `P2` is a warning in the Desk and never blocks it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Priority {
    P1,
    P2,
}

/// A short name in both languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label {
    pub pt: &'static str,
    pub en: &'static str,
}

impl Label {
    pub fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::Pt => self.pt,
            Language::En => self.en,
        }
    }
}
