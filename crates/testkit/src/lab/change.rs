//! What is done to the lab while it runs, through its folder, from this process or another.

use super::{
    Fault, LabError, files,
    folder::{self, Folder},
    scene::{self, Renewal, Scene},
};
use crate::{
    Ca, Door,
    ca::{Issued, Leaf},
};
use model::{DomainName, Group};
use std::{fs, path::Path};

/// Puts everything right for a domain: issue, deploy, reload, open, and its lines in every file. What is wrong
/// with another domain of the same server alone stays so.
pub fn heal(dir: &Path, domain: &DomainName) -> Result<(), LabError> {
    let (folder, site) = at(dir, domain)?;
    let mut faults = folder.faults();
    faults.retain(|(of, _)| of != domain.as_str());
    folder.note(&faults)?;
    repair(&folder, site, &Ca::load(&folder.ca())?)
}

/// Makes something wrong for a domain; what the fault is about is wrong for its whole server, or for this one
/// name where it can be.
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
    issue(folder, site, &issued)?;
    deploy(folder, &issued)?;
    for file in folder.smtp() {
        folder::remove(&file)?;
    }
    folder.write_renewal(Renewal::Ready)?;
    files::write(folder, site)?;
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
    if fault.is_of_one_domain() {
        let mut faults = folder.faults();
        faults.insert((domain.to_string(), fault));
        folder.note(&faults)?;
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
        // Its files and its pages say so, and the certificate is what it was.
        _ => return files::write(folder, site),
    };
    issue(folder, site, &issued)?;
    if fault != Fault::NotDeployed {
        deploy(folder, &issued)?;
    }
    if matches!(fault, Fault::NotDeployed | Fault::NotReloaded) {
        return Ok(());
    }
    folder.tell_reload()
}

/// The global certificate: every domain's mail host but those that are left out, and the hosts of their
/// policies.
fn leaf<'a>(folder: &Folder, site: &Scene, ca: &'a Ca) -> Leaf<'a> {
    let named = site
        .names()
        .filter(|domain| !folder.has(Fault::WrongSite, domain.as_str()));
    let hosts: Vec<_> = named.flat_map(|domain| site.hosts(&domain)).collect();
    // A server all of whose domains are left out still serves some certificate.
    if hosts.is_empty() {
        return ca.leaf().names([format!("mail.{}.example", site.name)]);
    }
    ca.leaf().names(hosts)
}

/// Into certbot's lineage, and into Caddy's storage where Caddy is watched.
fn issue(folder: &Folder, site: &Scene, issued: &Issued) -> Result<(), LabError> {
    issued.write(&folder.lineage())?;
    if site.sets.contains(&Group::CertSync) {
        for domain in site.names() {
            let [chain, key] = folder.caddy_pair(domain.mail_host().as_str());
            folder::make(chain.parent().unwrap_or(&chain))?;
            issued.write_as(&chain, &key)?;
        }
    }
    Ok(())
}

fn deploy(folder: &Folder, issued: &Issued) -> Result<(), LabError> {
    let [chain, key] = folder.deployed();
    Ok(issued.write_as(&chain, &key)?)
}
