//! The lab's opening scene: which domain is served where, and what is wrong there.

use super::{Fault, LabError, fault, folder, folder::Folder};
use crate::Ca;
use model::{Domain, DomainName};
use std::path::{Path, PathBuf};

/// One mail server, with one global certificate for its domains.
pub(super) struct Scene {
    pub(super) name: &'static str,
    /// Names without `.example`.
    pub(super) domains: &'static [&'static str],
    fault: Option<(Fault, &'static str)>,
    renewal: Renewal,
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
        fault::repair(&folder, site, &ca)?;
        if let Some((fault, domain)) = site.fault
            && fault != Fault::NotReloaded
        {
            fault::stage(&folder, site, &ca, fault, &name(domain))?;
        }
        folder.write_renewal(site.renewal)?;
    }
    Ok(ca.write_root(dir)?)
}

/// After the servers have read their files: some are replaced without a word.
pub(super) fn leave_unreloaded(dir: &Path) -> Result<(), LabError> {
    for site in SITES {
        if let Some((Fault::NotReloaded, domain)) = site.fault {
            fault::break_(dir, &name(domain), Fault::NotReloaded)?;
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
}

#[expect(clippy::expect_used, reason = "the names below are names, as a test shows")]
fn name(text: &str) -> DomainName {
    DomainName::parse(&format!("{text}.example")).expect("a name of the table is a domain name")
}

pub(super) const SITES: &[Scene] = &[
    Scene {
        name: "vm112",
        domains: &["ligbox", "myvexx", "zextra", "betinsport"],
        fault: Some((Fault::WrongSite, "betinsport")),
        renewal: Renewal::Ready,
    },
    Scene {
        name: "vm113",
        domains: &["diarissima"],
        fault: Some((Fault::ExpiresSoon, "diarissima")),
        // Which is why it was not renewed.
        renewal: Renewal::NotExecutable,
    },
    Scene {
        name: "vm114",
        domains: &["dratcoin"],
        fault: Some((Fault::Expired, "dratcoin")),
        renewal: Renewal::Missing,
    },
    Scene {
        name: "vm115",
        domains: &["ibytera"],
        fault: Some((Fault::IncompleteChain, "ibytera")),
        renewal: Renewal::Ready,
    },
    Scene {
        name: "vm116",
        domains: &["betinplace"],
        fault: Some((Fault::SmtpWrongSite, "betinplace")),
        renewal: Renewal::Ready,
    },
    Scene {
        name: "vm117",
        domains: &["eplacebets"],
        fault: Some((Fault::NotReloaded, "eplacebets")),
        renewal: Renewal::Ready,
    },
    Scene {
        name: "vm118",
        domains: &["iofficebooks"],
        fault: Some((Fault::Unreachable, "iofficebooks")),
        renewal: Renewal::Ready,
    },
];
