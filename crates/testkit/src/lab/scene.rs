//! The lab's opening scene: which domain is served where, and what is wrong there.

use super::{Fault, LabError, change, folder, folder::Folder};
use crate::Ca;
use model::{Domain, DomainName, Group};
use std::path::{Path, PathBuf};

/// One mail server, with one global certificate for its domains.
pub(super) struct Scene {
    pub(super) name: &'static str,
    /// Names without `.example`.
    pub(super) domains: &'static [&'static str],
    /// At the beginning, and whose.
    faults: &'static [(Fault, &'static str)],
    renewal: Renewal,
    pub(super) sets: &'static [Group],
}

/// What became of the site's renewal script.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    Ready,
    NotExecutable,
    Missing,
}

/// Makes the CA and every site's files; returns the root's path. What a server has yet to overlook is left
/// to [`leave_unreloaded`].
pub(super) fn set(dir: &Path) -> Result<PathBuf, LabError> {
    let ca_folder = dir.join("ca");
    folder::make(&ca_folder)?;
    let ca = Ca::new("Lab")?;
    ca.save(&ca_folder)?;
    for site in SITES {
        let folder = Folder::new(dir, site.name);
        folder.create()?;
        change::repair(&folder, site, &ca)?;
        for (fault, domain) in site.faults {
            if *fault != Fault::NotReloaded {
                change::stage(&folder, site, &ca, *fault, &name(domain))?;
            }
        }
        folder.write_renewal(site.renewal)?;
    }
    Ok(ca.write_root(dir)?)
}

/// After the servers have read their files: some are replaced without a word.
pub(super) fn leave_unreloaded(dir: &Path) -> Result<(), LabError> {
    for site in SITES {
        for (fault, domain) in site.faults {
            if *fault == Fault::NotReloaded {
                change::break_(dir, &name(domain), *fault)?;
            }
        }
    }
    Ok(())
}

pub(super) fn domains() -> Vec<Domain> {
    let of = |site: &Scene, text: &str| Domain {
        site: site.name.to_owned(),
        tenant: Some(text.to_owned()),
        ..Domain::plain(name(text))
    };
    SITES
        .iter()
        .flat_map(|site| site.domains.iter().map(move |text| of(site, text)))
        .collect()
}

/// The site that a domain is served by.
pub(super) fn site_of(domain: &DomainName) -> Result<&'static Scene, LabError> {
    SITES
        .iter()
        .find(|site| site.names().any(|name| name == *domain))
        .ok_or_else(|| LabError::NoSuchDomain(domain.clone()))
}

impl Scene {
    pub(super) fn names(&self) -> impl Iterator<Item = DomainName> + use<> {
        self.domains.iter().map(|text| name(text))
    }

    /// The hosts that the certificate has to name for a domain.
    pub(super) fn hosts(&self, domain: &DomainName) -> Vec<String> {
        let policy = self
            .sets
            .contains(&Group::MailDns)
            .then(|| format!("mta-sts.{domain}"));
        [domain.mail_host().to_string()]
            .into_iter()
            .chain(policy)
            .collect()
    }
}

#[expect(clippy::expect_used, reason = "the names below are names, as a test shows")]
fn name(text: &str) -> DomainName {
    DomainName::parse(&format!("{text}.example")).expect("a name of the table is a domain name")
}

pub(super) const SITES: &[Scene] = &[
    Scene {
        name: "vm112",
        domains: &["ligbox", "myvexx", "zextra", "betinsport"],
        faults: &[
            (Fault::WrongSite, "betinsport"),
            (Fault::NoAdminBlock, "betinsport"),
        ],
        renewal: Renewal::Ready,
        sets: &[Group::MailStarttls, Group::TlsPolicy],
    },
    Scene {
        name: "vm113",
        domains: &["diarissima"],
        faults: &[(Fault::ExpiresSoon, "diarissima")],
        // Which is why it was not renewed.
        renewal: Renewal::NotExecutable,
        sets: &[],
    },
    Scene {
        name: "vm114",
        domains: &["dratcoin"],
        faults: &[
            (Fault::Expired, "dratcoin"),
            (Fault::LockedDomain, "dratcoin"),
            (Fault::NotRouted, "dratcoin"),
        ],
        renewal: Renewal::Missing,
        sets: &[],
    },
    Scene {
        name: "vm115",
        domains: &["ibytera"],
        faults: &[
            (Fault::IncompleteChain, "ibytera"),
            (Fault::WrongRedirect, "ibytera"),
            (Fault::NoLoginForm, "ibytera"),
        ],
        renewal: Renewal::Ready,
        sets: &[],
    },
    Scene {
        name: "vm116",
        domains: &["betinplace"],
        faults: &[(Fault::SmtpWrongSite, "betinplace"), (Fault::NoSpf, "betinplace")],
        renewal: Renewal::Ready,
        sets: &[Group::MailDns],
    },
    Scene {
        name: "vm117",
        domains: &["eplacebets"],
        faults: &[(Fault::NotReloaded, "eplacebets")],
        renewal: Renewal::Ready,
        sets: &[Group::CertSync],
    },
    Scene {
        name: "vm118",
        domains: &["iofficebooks"],
        faults: &[(Fault::Unreachable, "iofficebooks")],
        renewal: Renewal::Ready,
        sets: &[],
    },
];
