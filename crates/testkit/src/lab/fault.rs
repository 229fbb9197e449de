//! The faults that really happen, made and mended through the lab's folder, from this process or another.

use super::{
    LabError,
    folder::{self, Folder},
    scene::{self, Renewal, Scene},
};
use crate::{
    Ca, Door,
    ca::{Issued, Leaf},
};
use model::DomainName;
use std::{fmt, fs, path::Path, str::FromStr};

/// What can be wrong with a domain's mail server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::WrongSite,
        Self::SmtpWrongSite,
        Self::Expired,
        Self::ExpiresSoon,
        Self::IncompleteChain,
        Self::NotDeployed,
        Self::NotReloaded,
        Self::Unreachable,
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
        }
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

/// Puts everything right for a domain: issue, deploy, reload, open. Another domain of the same server that is
/// left out of the certificate stays so.
pub fn heal(dir: &Path, domain: &DomainName) -> Result<(), LabError> {
    let (folder, site) = at(dir, domain)?;
    let mut left_out = folder.left_out();
    left_out.remove(domain.as_str());
    folder.leave_out(&left_out)?;
    repair(&folder, site, &Ca::load(&folder.ca())?)
}

/// Makes something wrong for a domain; what the fault is about is wrong for its whole server, except that
/// [`Fault::WrongSite`] leaves out this one name.
pub fn break_(dir: &Path, domain: &DomainName, fault: Fault) -> Result<(), LabError> {
    let (folder, site) = at(dir, domain)?;
    stage(&folder, site, &Ca::load(&folder.ca())?, fault, domain)
}

/// Closes every port of the domain's server.
pub fn stop(dir: &Path, domain: &DomainName) -> Result<(), LabError> {
    let (folder, _) = at(dir, domain)?;
    folder.close(&Door::ALL)
}

/// Opens every port of the domain's server again, which reads its certificate as a server that starts does.
pub fn start(dir: &Path, domain: &DomainName) -> Result<(), LabError> {
    let (folder, _) = at(dir, domain)?;
    folder.tell_reload()?;
    folder.open()
}

/// The folder of the domain's site, in a form that can stand in a cron file.
fn at(dir: &Path, domain: &DomainName) -> Result<(Folder, &'static Scene), LabError> {
    let site = scene::site_of(domain)?;
    let dir = fs::canonicalize(dir).map_err(folder::fault(dir))?;
    Ok((Folder::new(&dir, site.name), site))
}

pub(super) fn repair(folder: &Folder, site: &Scene, ca: &Ca) -> Result<(), LabError> {
    let issued = leaf(folder, site, ca).issue()?;
    issue(folder, &issued)?;
    deploy(folder, &issued)?;
    for file in folder.smtp() {
        folder::remove(&file)?;
    }
    folder.write_renewal(Renewal::Ready)?;
    folder.tell_reload()?;
    folder.open()
}

pub(super) fn stage(
    folder: &Folder,
    site: &Scene,
    ca: &Ca,
    fault: Fault,
    domain: &DomainName,
) -> Result<(), LabError> {
    if fault == Fault::WrongSite {
        let mut left_out = folder.left_out();
        left_out.insert(domain.to_string());
        folder.leave_out(&left_out)?;
    }
    let leaf = leaf(folder, site, ca);
    let issued = match fault {
        Fault::WrongSite | Fault::NotReloaded | Fault::NotDeployed => leaf.issue()?,
        Fault::Expired => leaf.expired().issue()?,
        Fault::ExpiresSoon => leaf.days_left(90, 10).issue()?,
        Fault::IncompleteChain => leaf.without_intermediate().issue()?,
        Fault::SmtpWrongSite => {
            let [chain, key] = folder.smtp();
            let own = ca.leaf().names([format!("smtp.{}.example", site.name)]).issue()?;
            own.write_as(&chain, &key)?;
            return folder.tell_reload();
        }
        Fault::Unreachable => return folder.close(&[Door::Imaps]),
    };
    issue(folder, &issued)?;
    if fault != Fault::NotDeployed {
        deploy(folder, &issued)?;
    }
    if matches!(fault, Fault::NotDeployed | Fault::NotReloaded) {
        return Ok(());
    }
    folder.tell_reload()
}

/// The global certificate: every domain's mail host but those that are left out.
fn leaf<'a>(folder: &Folder, site: &Scene, ca: &'a Ca) -> Leaf<'a> {
    let left_out = folder.left_out();
    let names = site.names().filter(|domain| !left_out.contains(domain.as_str()));
    let hosts: Vec<_> = names.map(|domain| domain.mail_host().to_string()).collect();
    // A server all of whose domains are left out still serves some certificate.
    if hosts.is_empty() {
        return ca.leaf().names([format!("mail.{}.example", site.name)]);
    }
    ca.leaf().names(hosts)
}

fn issue(folder: &Folder, issued: &Issued) -> Result<(), LabError> {
    issued.write(&folder.lineage())?;
    Ok(())
}

fn deploy(folder: &Folder, issued: &Issued) -> Result<(), LabError> {
    let [chain, key] = folder.deployed();
    Ok(issued.write_as(&chain, &key)?)
}
