//! The faults that really happen, and what each is called.

use std::{fmt, str::FromStr};

/// What can be wrong with a domain or its mail server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// The global certificate does not name the domain.
    WrongSite,
    /// The SMTP daemon has a certificate of its own, which does not name the domain.
    SmtpWrongSite,
    /// The certificate ended yesterday.
    Expired,
    /// A tenth of the certificate's life is left.
    ExpiresSoon,
    /// The intermediate is not sent along.
    IncompleteChain,
    /// Renewed, but the server's file is the old one.
    NotDeployed,
    /// Renewed and deployed, but the server has not read the file again.
    NotReloaded,
    /// Nobody listens on the IMAP port.
    Unreachable,
    /// The mail server does not know the domain.
    UnknownDomain,
    /// The mail server has locked it.
    LockedDomain,
    /// Its mail goes elsewhere.
    WrongMx,
    /// Nobody says who may send in its name.
    NoSpf,
    /// It is missing in HAProxy's map.
    NotRouted,
    /// It has no router in Traefik.
    NoRouter,
    /// The webmail answers that something behind it is gone.
    WebmailDown,
    /// It has no server block for the administration.
    NoAdminBlock,
    /// The admin path leads to plain HTTP.
    WrongRedirect,
    /// The administration's page has no login form.
    NoLoginForm,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::WrongSite,
        Self::SmtpWrongSite,
        Self::Expired,
        Self::ExpiresSoon,
        Self::IncompleteChain,
        Self::NotDeployed,
        Self::NotReloaded,
        Self::Unreachable,
        Self::UnknownDomain,
        Self::LockedDomain,
        Self::WrongMx,
        Self::NoSpf,
        Self::NotRouted,
        Self::NoRouter,
        Self::WebmailDown,
        Self::NoAdminBlock,
        Self::WrongRedirect,
        Self::NoLoginForm,
    ];

    /// As a command line says it: `wrong-site`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongSite => "wrong-site",
            Self::SmtpWrongSite => "smtp-wrong-site",
            Self::Expired => "expired",
            Self::ExpiresSoon => "expires-soon",
            Self::IncompleteChain => "incomplete-chain",
            Self::NotDeployed => "not-deployed",
            Self::NotReloaded => "not-reloaded",
            Self::Unreachable => "unreachable",
            Self::UnknownDomain => "unknown-domain",
            Self::LockedDomain => "locked-domain",
            Self::WrongMx => "wrong-mx",
            Self::NoSpf => "no-spf",
            Self::NotRouted => "not-routed",
            Self::NoRouter => "no-router",
            Self::WebmailDown => "webmail-down",
            Self::NoAdminBlock => "no-admin-block",
            Self::WrongRedirect => "wrong-redirect",
            Self::NoLoginForm => "no-login-form",
        }
    }

    /// Whether it is about the one domain, and not about its whole server.
    pub(super) fn is_of_one_domain(self) -> bool {
        use Fault::{
            Expired, ExpiresSoon, IncompleteChain, NotDeployed, NotReloaded, SmtpWrongSite, Unreachable,
        };
        !matches!(
            self,
            SmtpWrongSite | Expired | ExpiresSoon | IncompleteChain | NotDeployed | NotReloaded | Unreachable
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no [`Fault`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such fault")]
pub struct NoSuchFault;

impl FromStr for Fault {
    type Err = NoSuchFault;

    fn from_str(text: &str) -> Result<Self, NoSuchFault> {
        Self::ALL
            .into_iter()
            .find(|fault| fault.as_str() == text)
            .ok_or(NoSuchFault)
    }
}
