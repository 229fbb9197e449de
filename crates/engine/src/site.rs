//! A site as the checks see it: a mail server, its endpoints, and the files and units on its host.

use crate::certs::Cert;
use model::{DomainName, Endpoint, Group};
use std::{net::IpAddr, path::PathBuf};

/// What a key of `[sites.NAME]` says; `None` (or empty) where the site does not configure it, and then the
/// checks that want it are `skipped`.
#[derive(Clone, Debug, Default)]
pub struct Site {
    pub name: String,
    pub host: Host,
    /// Where the proxy's files are; where it is not said, on the site's own host.
    pub proxy_host: Option<Host>,
    pub imaps: Option<Endpoint>,
    pub imap: Option<Endpoint>,
    pub smtps: Option<Endpoint>,
    pub submission: Option<Endpoint>,
    pub smtp: Option<Endpoint>,
    pub https: Option<Endpoint>,
    pub admin: Option<Endpoint>,
    /// Who is asked for DNS; the system's resolver where nobody is named.
    pub resolver: Option<Endpoint>,
    pub expected_addresses: Vec<IpAddr>,
    /// Where the MX is not the mail host.
    pub mx: Vec<DomainName>,
    /// The groups beyond the fourteen that are switched on ([`Group::is_set`]).
    pub sets: Vec<Group>,
    pub dkim_selectors: Vec<String>,
    /// Where `https://mta-sts.{domain}` is looked for; at its own address where it is not said.
    pub mta_sts: Option<Endpoint>,
    /// PEM file or folder of certificates trusted beside the platform's roots.
    pub extra_ca: Option<PathBuf>,
    /// An argv in which `{domain}` stands for the domain; one without it lists all of them.
    pub carbonio_command: Option<Vec<String>>,
    /// A map file or a `haproxy.cfg` on the proxy's host.
    pub haproxy_sni: Option<PathBuf>,
    pub traefik: Option<Traefik>,
    /// The folder of the mail host's nginx in which the admin's server blocks are.
    pub nginx_admin: Option<PathBuf>,
    pub admin_redirect_path: Option<String>,
    pub admin_login_path: Option<String>,
    /// An argv in which `{mail_host}` stands for the mail host.
    pub admin_login_command: Option<Vec<String>>,
    /// The certbot lineage's folder (with `fullchain.pem`) or the certificate file itself.
    pub lineage: Option<PathBuf>,
    pub deployed_cert: Option<PathBuf>,
    pub deployed_key: Option<PathBuf>,
    pub renew_script: Option<PathBuf>,
    pub renewal: Option<Renewal>,
    /// Its `[[certs]]`.
    pub certs: Vec<Cert>,
}

impl Site {
    /// The certificate that stands for a mail host: the first that does.
    pub fn cert_for(&self, mail_host: &DomainName) -> Option<&Cert> {
        self.certs.iter().find(|cert| cert.domains.include(mail_host))
    }
}

impl Site {
    /// The issued certificate's file: in certbot's folder, or the one that is named itself.
    pub fn issued_chain(&self) -> Option<PathBuf> {
        let lineage = self.lineage.as_ref()?;
        let is_file = lineage
            .extension()
            .is_some_and(|e| e == "pem" || e == "crt" || e == "cer");
        Some(if is_file {
            lineage.clone()
        } else {
            lineage.join("fullchain.pem")
        })
    }
}

/// Where Traefik's routers are read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Traefik {
    /// The file provider's folder, or one file, on the proxy's host.
    Files(PathBuf),
    /// The base address of its API.
    Api(String),
}

/// What runs the renewal script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Renewal {
    /// A systemd timer's unit name.
    Timer(String),
    /// A cron file.
    Cron(PathBuf),
}

/// Where files are read and commands are run.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Host {
    #[default]
    Local,
    /// `ssh://user@addr:port`, over the operator's own OpenSSH.
    Ssh(String),
}

/// Where files are: on a host, or in a container that runs there.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Place {
    pub host: Host,
    /// As `docker` knows it.
    pub container: Option<String>,
}

impl Place {
    /// What the host runs, so that the program runs here.
    pub fn argv(&self, program: &[&str]) -> Vec<String> {
        let within = self.container.iter().flat_map(|name| ["docker", "exec", name]);
        within.chain(program.iter().copied()).map(str::to_owned).collect()
    }
}

impl From<Host> for Place {
    fn from(host: Host) -> Self {
        Self {
            host,
            container: None,
        }
    }
}
