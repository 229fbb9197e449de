//! A site's folder: the certificate's files, the renewal, what the programs around the server read, and the small
//! files that tell the lab what to do.

use super::{Fault, LabError, scene::Renewal};
use crate::{Door, clock, private};
use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// `DIR/sites/<site>`.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    path: PathBuf,
    site: String,
}

impl Folder {
    pub(super) fn new(dir: &Path, site: &str) -> Self {
        Self {
            dir: dir.to_owned(),
            path: dir.join("sites").join(site),
            site: site.to_owned(),
        }
    }

    /// Makes it, empty of what an earlier lab left.
    pub(super) fn create(&self) -> Result<(), LabError> {
        for room in [self.lineage(), self.traefik_dynamic(), self.nginx_admin()] {
            make(&room)?;
        }
        for room in ["deployed", "haproxy", "carbonio"] {
            make(&self.path.join(room))?;
        }
        for left in [self.faults_file(), self.closed()].iter().chain(&self.smtp()) {
            remove(left)?;
        }
        Ok(())
    }

    /// Where the lab's CA is kept.
    pub(super) fn ca(&self) -> PathBuf {
        self.dir.join("ca")
    }

    /// What was issued: certbot's folder with `fullchain.pem` and `privkey.pem`.
    pub(super) fn lineage(&self) -> PathBuf {
        self.path.join("live").join(format!("mail-{}-multi", self.site))
    }

    /// What the server reads: the chain and its key.
    pub(super) fn deployed(&self) -> [PathBuf; 2] {
        ["nginx.crt", "nginx.key"].map(|file| self.path.join("deployed").join(file))
    }

    /// What the SMTP doors read instead where it is there: an old daemon with a configuration of its own.
    pub(super) fn smtp(&self) -> [PathBuf; 2] {
        ["smtp.crt", "smtp.key"].map(|file| self.path.join("deployed").join(file))
    }

    pub(super) fn renew_script(&self) -> PathBuf {
        self.path
            .join(format!("certbot-renew-mail-{}-multi.sh", self.site))
    }

    pub(super) fn renew_cron(&self) -> PathBuf {
        self.path
            .join(format!("certbot-renew-mail-{}-multi.cron", self.site))
    }

    /// Caddy's storage, where Caddy is who issues: a folder for each issuer.
    pub(super) fn caddy(&self) -> PathBuf {
        self.path.join("caddy").join("certificates")
    }

    /// A host's pair in it.
    pub(super) fn caddy_pair(&self, host: &str) -> [PathBuf; 2] {
        let room = self.caddy().join("lab-ca").join(host);
        ["crt", "key"].map(|kind| room.join(format!("{host}.{kind}")))
    }

    pub(super) fn haproxy_sni(&self) -> PathBuf {
        self.path.join("haproxy").join("sni.map")
    }

    pub(super) fn traefik_dynamic(&self) -> PathBuf {
        self.path.join("traefik")
    }

    pub(super) fn nginx_admin(&self) -> PathBuf {
        self.path.join("nginx")
    }

    /// The command that is asked about domains, which reads what is beside it.
    pub(super) fn carbonio(&self) -> PathBuf {
        self.path.join("carbonio").join("carbonio")
    }

    pub(super) fn known_domains(&self) -> PathBuf {
        self.path.join("carbonio").join("domains")
    }

    fn faults_file(&self) -> PathBuf {
        self.path.join("faults")
    }

    /// Doors that are closed, one a line.
    fn closed(&self) -> PathBuf {
        self.path.join("closed")
    }

    /// Its text changes whenever the server shall read its certificate again.
    fn reload(&self) -> PathBuf {
        self.path.join("reload")
    }

    pub(super) fn tell_reload(&self) -> Result<(), LabError> {
        static TOLD: AtomicU32 = AtomicU32::new(0);
        let number = TOLD.fetch_add(1, Ordering::Relaxed);
        let order = format!("{} by {} ({number})\n", clock::now(), process::id());
        write(&self.reload(), &order)
    }

    /// The last order to reload; empty where none was given.
    pub(super) fn reload_order(&self) -> String {
        fs::read_to_string(self.reload()).unwrap_or_default()
    }

    pub(super) fn close(&self, doors: &[Door]) -> Result<(), LabError> {
        let names: Vec<_> = doors.iter().map(|door| format!("{door:?}\n")).collect();
        write(&self.closed(), &names.concat())
    }

    pub(super) fn open(&self) -> Result<(), LabError> {
        remove(&self.closed())
    }

    pub(super) fn is_closed(&self, door: Door) -> bool {
        let name = format!("{door:?}");
        fs::read_to_string(self.closed()).is_ok_and(|closed| closed.lines().any(|line| line == name))
    }

    /// What is wrong with single domains.
    pub(super) fn faults(&self) -> BTreeSet<(String, Fault)> {
        let text = fs::read_to_string(self.faults_file()).unwrap_or_default();
        let read = |line: &str| {
            let (domain, fault) = line.split_once(' ')?;
            Some((domain.to_owned(), fault.parse().ok()?))
        };
        text.lines().filter_map(read).collect()
    }

    pub(super) fn has(&self, fault: Fault, domain: &str) -> bool {
        self.faults().contains(&(domain.to_owned(), fault))
    }

    pub(super) fn note(&self, faults: &BTreeSet<(String, Fault)>) -> Result<(), LabError> {
        let lines: Vec<_> = faults
            .iter()
            .map(|(domain, fault)| format!("{domain} {fault}\n"))
            .collect();
        write(&self.faults_file(), &lines.concat())
    }

    /// The script and the cron file that runs it every night.
    pub(super) fn write_renewal(&self, renewal: Renewal) -> Result<(), LabError> {
        let script = self.renew_script();
        write(
            &self.renew_cron(),
            &format!(
                "# The renewal of the lab's {}.\n0 3 * * * root {}\n",
                self.site,
                script.display()
            ),
        )?;
        if renewal == Renewal::Missing {
            return remove(&script);
        }
        write(
            &script,
            "#!/bin/sh\n# On a real host: certbot renew. In the lab: desk demo heal DOMAIN\n",
        )?;
        match renewal {
            Renewal::Ready => make_executable(&script),
            _ => Ok(()),
        }
    }
}

/// Makes a folder that is its owner's alone.
pub(super) fn make(path: &Path) -> Result<(), LabError> {
    private::folder(path).map_err(fault(path))
}

pub(super) fn fault(path: &Path) -> impl FnOnce(io::Error) -> LabError {
    let path = path.to_owned();
    move |why| LabError::File { path, why }
}

/// By its owner alone.
pub(super) fn make_executable(path: &Path) -> Result<(), LabError> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(fault(path))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), LabError> {
    private::write(path, text.as_bytes()).map_err(fault(path))
}

pub(super) fn remove(path: &Path) -> Result<(), LabError> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(fault(path)(why)),
        _ => Ok(()),
    }
}
