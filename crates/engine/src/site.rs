//! A site as the checks see it: a mail server, its endpoints, and the files and units on its host.

use model::Endpoint;
use std::path::PathBuf;

/// What a key of `[sites.NAME]` says; `None` where the site does not configure it, and then the checks
/// that want it are `skipped`.
#[derive(Clone, Debug, Default)]
pub struct Site {
    pub name: String,
    pub host: Host,
    pub imaps: Option<Endpoint>,
    pub smtps: Option<Endpoint>,
    /// PEM file or folder of certificates trusted beside the platform's roots.
    pub extra_ca: Option<PathBuf>,
    /// The certbot lineage's folder (with `fullchain.pem`) or the certificate file itself.
    pub lineage: Option<PathBuf>,
    pub deployed_cert: Option<PathBuf>,
    pub deployed_key: Option<PathBuf>,
    pub renew_script: Option<PathBuf>,
    pub renewal: Option<Renewal>,
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
