//! The demo's lab: seven small mail servers on loopback, ten domains, and the faults that really happen.
//!
//! ```text
//!   heal, break_, stop, start ──write──> DIR/sites/<site>/  <──read── the running lab (every 300 ms)
//!     (any process)                        live/ deployed/                │
//!                                          reload closed faults      TLS doors, pages, DNS
//!                                          haproxy/ traefik/ nginx/ carbonio/  <──read── the Desk
//! ```
//!
//! Like a mail server, the lab reads its certificate's files when it starts and when it is told to reload,
//! and at no other time: a file that was replaced is not served yet.

mod change;
mod door;
mod fault;
mod files;
mod folder;
mod names;
mod pages;
mod scene;
mod site;

pub use change::{break_, heal, start, stop};
pub use fault::Fault;

use crate::{
    Door,
    ca::{CaError, rsa_public_key},
    dns::NameServer,
};
use folder::Folder;
use model::{Domain, DomainName, Endpoint, Group};
use scene::Scene;
use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};
use tokio::task::JoinSet;

/// A running lab. Dropping it stops every server; its files stay.
#[derive(Debug)]
pub struct Lab {
    sites: Vec<LabSite>,
    ca: PathBuf,
    names: NameServer,
    _servers: JoinSet<()>,
    // Held until the servers are gone: two labs in one folder would serve each other's certificates.
    _lock: File,
}

/// One mail server of the lab: its doors, and the files that a site of the configuration names.
#[derive(Clone, Debug)]
pub struct LabSite {
    /// `vm112`…
    pub name: String,
    /// IMAP over TLS, like port 993.
    pub imaps: Endpoint,
    /// SMTP over TLS, like port 465.
    pub smtps: Endpoint,
    /// IMAP with STARTTLS, like port 143.
    pub imap: Endpoint,
    /// SMTP for clients with STARTTLS, like port 587.
    pub submission: Endpoint,
    /// SMTP for servers with STARTTLS, like port 25.
    pub smtp: Endpoint,
    /// The webmail, like port 443.
    pub https: Endpoint,
    /// The administration page, like port 6071.
    pub admin: Endpoint,
    /// What plays `carbonio`.
    pub carbonio: PathBuf,
    /// HAProxy's map of the hosts that it routes here.
    pub haproxy_sni: PathBuf,
    /// The folder of Traefik's file provider.
    pub traefik_dynamic: PathBuf,
    /// The folder of nginx's server blocks for the administration.
    pub nginx_admin: PathBuf,
    /// The sets of checks that are on here.
    pub sets: Vec<Group>,
    /// Caddy's storage, where Caddy issues what the server reads.
    pub caddy: Option<PathBuf>,
    /// The certbot lineage's folder, with `fullchain.pem` and `privkey.pem`: what was issued.
    pub lineage: PathBuf,
    /// The certificate file that the server reads.
    pub deployed_cert: PathBuf,
    /// Its key.
    pub deployed_key: PathBuf,
    /// The renewal script. On two sites it would not run.
    pub renew_script: PathBuf,
    /// The cron file that names it.
    pub renew_cron: PathBuf,
    /// The root that the site's clients trust.
    pub ca: PathBuf,
}

/// Why the lab does not start, or cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// Another process runs a lab there.
    #[error("{path}: a lab is running there already", path = .path.display())]
    InUse {
        /// The lab's folder.
        path: PathBuf,
    },
    /// A file of the lab.
    #[error("{path}: {why}", path = .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// A certificate.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// No port on loopback.
    #[error("127.0.0.1: {0}")]
    Listen(io::Error),
    /// A name that is none of the ten.
    #[error("{0} is not in the lab")]
    NoSuchDomain(DomainName),
}

impl Lab {
    /// Sets the scene in a folder, which is made where it is missing, and starts every server. The CA and
    /// all certificates are new each time: their dates belong to this moment.
    pub async fn start(dir: &Path) -> Result<Self, LabError> {
        folder::make(dir)?;
        // A cron file and a configuration want absolute paths.
        let dir = &std::fs::canonicalize(dir).map_err(folder::fault(dir))?;
        let lock = lock(dir)?;
        let ca = scene::set(dir)?;
        let names = names(dir).await?;
        let mut servers = JoinSet::new();
        let mut sites = Vec::new();
        for site in scene::SITES {
            let folder = Folder::new(dir, site.name);
            let server = site::Server::open(folder.clone()).await?;
            sites.push(lab_site(site, &folder, &ca, |door| server.endpoint(door)));
            servers.spawn(server.run());
        }
        scene::leave_unreloaded(dir)?;
        Ok(Self {
            sites,
            ca,
            names,
            _servers: servers,
            _lock: lock,
        })
    }

    /// The root that signed everything here, in PEM: a site's `extra_ca`.
    pub fn ca_path(&self) -> &Path {
        &self.ca
    }

    /// Who answers for the ten domains' names. The selector of their DKIM key is `default`.
    pub fn resolver(&self) -> Endpoint {
        self.names.endpoint()
    }

    /// The seven servers.
    pub fn sites(&self) -> &[LabSite] {
        &self.sites
    }

    /// The ten domains, each with its site.
    pub fn domains(&self) -> Vec<Domain> {
        scene::domains()
    }
}

/// One key signs all domains' mail.
async fn names(dir: &Path) -> Result<NameServer, LabError> {
    let (dir, key) = (dir.to_owned(), rsa_public_key()?);
    let server = NameServer::knowing(move |name, kind| names::records(&dir, &key, name, kind)).await;
    server.map_err(LabError::Listen)
}

fn lab_site(site: &Scene, folder: &Folder, ca: &Path, at: impl Fn(Door) -> Endpoint) -> LabSite {
    let [deployed_cert, deployed_key] = folder.deployed();
    LabSite {
        name: site.name.to_owned(),
        imaps: at(Door::Imaps),
        smtps: at(Door::Smtps),
        imap: at(Door::Imap),
        submission: at(Door::Submission),
        smtp: at(Door::Smtp),
        https: at(Door::Https),
        admin: at(Door::Admin),
        carbonio: folder.carbonio(),
        haproxy_sni: folder.haproxy_sni(),
        traefik_dynamic: folder.traefik_dynamic(),
        nginx_admin: folder.nginx_admin(),
        sets: site.sets.to_vec(),
        caddy: site.sets.contains(&Group::CertSync).then(|| folder.caddy()),
        lineage: folder.lineage(),
        deployed_cert,
        deployed_key,
        renew_script: folder.renew_script(),
        renew_cron: folder.renew_cron(),
        ca: ca.to_owned(),
    }
}

fn lock(dir: &Path) -> Result<File, LabError> {
    let path = dir.join("lock");
    let lock = File::create(&path).map_err(folder::fault(&path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(LabError::InUse { path: dir.to_owned() }),
        Err(TryLockError::Error(why)) => Err(LabError::File { path, why }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock, openssl};
    use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

    /// A lab in a folder of its own, watched with openssl.
    struct Watched {
        folder: tempfile::TempDir,
        lab: Lab,
    }

    impl Watched {
        async fn start() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let lab = Lab::start(&folder.path().join("lab")).await.unwrap();
            Self { folder, lab }
        }

        fn dir(&self) -> PathBuf {
            self.folder.path().join("lab")
        }

        fn site(&self, domain: &str) -> &LabSite {
            let domains = self.lab.domains();
            let domain = domains.iter().find(|known| known.name == name(domain)).unwrap();
            self.lab
                .sites()
                .iter()
                .find(|site| site.name == domain.site)
                .unwrap()
        }

        fn seen(&self, domain: &str, door: Door) -> String {
            let site = self.site(domain);
            let (endpoint, starttls) = match door {
                Door::Imaps => (&site.imaps, None),
                Door::Smtps => (&site.smtps, None),
                Door::Imap => (&site.imap, Some("imap")),
                Door::Submission => (&site.submission, Some("smtp")),
                Door::Smtp => (&site.smtp, Some("smtp")),
                Door::Https => (&site.https, None),
                Door::Admin => (&site.admin, None),
            };
            let host = name(domain).mail_host();
            openssl::shown(endpoint, starttls, host.as_str(), Some(self.lab.ca_path()))
        }

        async fn comes_to(&self, domain: &str, door: Door, says: &str) -> bool {
            let seen = async || self.seen(domain, door).contains(says);
            clock::until(Duration::from_secs(20), seen).await
        }
    }

    fn name(domain: &str) -> DomainName {
        DomainName::parse(&format!("{domain}.example")).unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_scene_opens_with_the_faults_that_really_happen() {
        let watched = Watched::start().await;
        for (domain, door, says) in [
            ("ligbox", Door::Imaps, "Verification: OK"),
            ("ligbox", Door::Smtps, "Verification: OK"),
            ("ligbox", Door::Imap, "Verification: OK"),
            ("ligbox", Door::Submission, "Verification: OK"),
            ("ligbox", Door::Smtp, "Verification: OK"),
            ("ligbox", Door::Https, "Verification: OK"),
            ("ligbox", Door::Admin, "Verification: OK"),
            ("myvexx", Door::Imaps, "Verification: OK"),
            ("zextra", Door::Imaps, "Verification: OK"),
            ("betinsport", Door::Imaps, "hostname mismatch"),
            ("diarissima", Door::Imaps, "Verification: OK"),
            ("dratcoin", Door::Imaps, "certificate has expired"),
            ("ibytera", Door::Imaps, "unable to verify the first certificate"),
            ("betinplace", Door::Imaps, "Verification: OK"),
            ("betinplace", Door::Smtps, "hostname mismatch"),
            ("eplacebets", Door::Imaps, "Verification: OK"),
            ("iofficebooks", Door::Imaps, "Connection refused"),
            ("iofficebooks", Door::Smtps, "Verification: OK"),
        ] {
            let seen = watched.seen(domain, door);
            assert!(seen.contains(says), "{domain} {door:?} {says}: {seen}");
        }
        assert_eq!(watched.lab.domains().len(), 10);
        let served_is_deployed = |domain: &str| {
            let deployed = fs::read_to_string(&watched.site(domain).deployed_cert).unwrap();
            let seen = watched.seen(domain, Door::Imaps);
            let (begin, end) = (seen.find("-----BEGIN").unwrap(), seen.find("-----END").unwrap());
            deployed.starts_with(&seen[begin..end])
        };
        assert!(served_is_deployed("ligbox") && !served_is_deployed("eplacebets"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_fault_comes_and_goes_through_the_folder() {
        let watched = Watched::start().await;
        let (dir, myvexx) = (watched.dir(), name("myvexx"));
        for (fault, door, says) in [
            (Fault::WrongSite, Door::Imaps, "hostname mismatch"),
            (Fault::SmtpWrongSite, Door::Submission, "hostname mismatch"),
            (Fault::Expired, Door::Imap, "certificate has expired"),
            (
                Fault::IncompleteChain,
                Door::Admin,
                "unable to verify the first certificate",
            ),
            (Fault::Unreachable, Door::Imaps, "Connection refused"),
        ] {
            break_(&dir, &myvexx, fault).unwrap();
            assert!(watched.comes_to("myvexx", door, says).await, "{fault}");
            heal(&dir, &myvexx).unwrap();
            assert!(
                watched.comes_to("myvexx", door, "Verification: OK").await,
                "{fault} healed"
            );
        }
        assert!(
            watched
                .seen("betinsport", Door::Imaps)
                .contains("hostname mismatch")
        );
        heal(&dir, &name("betinsport")).unwrap();
        assert!(
            watched
                .comes_to("betinsport", Door::Imaps, "Verification: OK")
                .await
        );

        stop(&dir, &myvexx).unwrap();
        assert!(watched.comes_to("zextra", Door::Smtp, "Connection refused").await);
        start(&dir, &myvexx).unwrap();
        assert!(watched.comes_to("zextra", Door::Smtp, "Verification: OK").await);

        assert!(matches!(
            heal(&dir, &name("nobody")),
            Err(LabError::NoSuchDomain(_))
        ));
    }

    #[tokio::test]
    async fn a_folder_holds_one_lab_and_its_keys_are_the_owners_alone() {
        let watched = Watched::start().await;
        assert!(matches!(
            Lab::start(&watched.dir()).await,
            Err(LabError::InUse { .. })
        ));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let site = watched.site("ligbox");
        assert_eq!(mode(&watched.dir()), 0o700);
        assert_eq!(mode(&watched.dir().join("ca/intermediate.key")), 0o600);
        assert_eq!(mode(&site.deployed_key), 0o600);
        assert_eq!(mode(&site.renew_script), 0o700);
        assert_eq!(mode(&watched.site("diarissima").renew_script), 0o600);
        assert!(!watched.site("dratcoin").renew_script.exists());
        let cron = fs::read_to_string(&site.renew_cron).unwrap();
        assert!(cron.contains(site.renew_script.to_str().unwrap()), "{cron}");

        let Watched { folder, lab } = watched;
        drop(lab);
        assert!(Lab::start(&folder.path().join("lab")).await.is_ok());
    }
}
