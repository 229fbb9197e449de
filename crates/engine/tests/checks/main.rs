//! The checks in every state that they know, through the same door as the schedule: a sweep.

#![expect(clippy::unwrap_used, reason = "a story that cannot be set up fails")]

mod admin;
mod carbonio;
mod costs;
mod deployed;
mod deployed_key;
mod dns;
mod haproxy;
mod lineage;
mod nginx_admin;
mod policy;
mod renewal;
mod served;
mod starttls;
mod sweep;
mod sync;
mod timer;
mod traefik;
mod unreachable;
mod webmail;

use engine::{
    Check, Engine, Limits, Site, Trust, checks,
    site::{Host, Renewal, Traefik},
};
use model::{Code, Domain, DomainName, Group, State, Step};
use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt, symlink},
        net::UnixListener,
    },
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use testkit::{
    Ca, Door, Peer, Script,
    ca::Issued,
    clock,
    servers::{ADMIN, Knot, MailServer, WEBMAIL, Zone, knot, nginx_web},
    talk::Protocol,
};

/// A site at which everything is right, and whoever tells a story breaks one thing of it.
struct Stage {
    ca: Ca,
    issued: Issued,
    site: Site,
    folder: TempDir,
    _names: Knot,
    _web: MailServer,
    _servers: Vec<Peer>,
}

/// How a step ended, as a table has it.
type Verdict = (State, Code);

impl Stage {
    /// The lineage's certificate is deployed, served at every door, and renewed by a script that cron runs.
    async fn set() -> Self {
        let ca = Ca::new("Test").unwrap();
        let issued = ca.leaf().names([HOST]).issue().unwrap();
        let server = Peer::serving(&issued).await.unwrap();
        let names = names();
        let talking = |protocol| Script::new(protocol, &issued).unwrap().start();
        let web = nginx_web(&issued, WEBMAIL, ADMIN).await;
        let (imap, smtp) = (
            talking(Protocol::Imap).await.unwrap(),
            talking(Protocol::Smtp).await.unwrap(),
        );
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("live")).unwrap();
        issued.write(&path("live")).unwrap();
        issued.write_as(&path("mail.crt"), &path("mail.key")).unwrap();
        let carbonio = path("carbonio");
        write(&carbonio, "#!/bin/sh\necho zimbraDomainStatus: active\n", 0o755);
        write(&path("renew.sh"), "#!/bin/sh\n", 0o755);
        let cron = format!("17 3 * * * root {}\n", path("renew.sh").display());
        write(&path("renew.cron"), &cron, 0o644);
        write(&path("sni.map"), &format!("{HOST} bk_mail\n"), 0o644);
        let rule = format!("http: {{ routers: {{ mail: {{ rule: 'Host(`{HOST}`)' }} }} }}\n");
        fs::create_dir(path("dynamic")).unwrap();
        write(&path("dynamic/mail.yml"), &rule, 0o644);
        let block = format!("server {{\n  listen 6071 ssl;\n  server_name {HOST};\n}}\n");
        fs::create_dir(path("includes")).unwrap();
        write(&path("includes/admin.conf"), &block, 0o644);
        let site = Site {
            name: "vm112".to_owned(),
            host: Host::Local,
            resolver: Some(names.endpoint()),
            imaps: Some(server.endpoint()),
            smtps: Some(server.endpoint()),
            imap: Some(imap.endpoint()),
            submission: Some(smtp.endpoint()),
            smtp: Some(smtp.endpoint()),
            https: Some(web.at(Door::Https)),
            admin: Some(web.at(Door::Admin)),
            admin_redirect_path: Some("/admin".to_owned()),
            admin_login_path: Some("/login".to_owned()),
            sets: sets(),
            extra_ca: Some(ca.write_root(folder.path()).unwrap()),
            haproxy_sni: Some(path("sni.map")),
            traefik: Some(Traefik::Files(path("dynamic"))),
            nginx_admin: Some(path("includes")),
            carbonio_command: Some(vec![carbonio.display().to_string(), "{domain}".to_owned()]),
            lineage: Some(path("live")),
            deployed_cert: Some(path("mail.crt")),
            deployed_key: Some(path("mail.key")),
            renew_script: Some(path("renew.sh")),
            renewal: Some(Renewal::Cron(path("renew.cron"))),
            ..Site::default()
        };
        Self {
            ca,
            issued,
            site,
            folder,
            _names: names,
            _web: web,
            _servers: vec![server, imap, smtp],
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// One check over one domain, at the site as it is now.
    async fn step(&self, check: &str) -> Step {
        self.step_at(&self.site, check).await
    }

    async fn step_at(&self, site: &Site, check: &str) -> Step {
        let chosen = [checks::find(check).unwrap()];
        let mut sweep = self.sweep(site, &[domain("a.example")], &chosen).await;
        sweep.remove(0).remove(0)
    }

    async fn verdict(&self, check: &str) -> Verdict {
        let step = self.step(check).await;
        (step.state, step.code)
    }

    async fn sweep(&self, site: &Site, domains: &[Domain], chosen: &[&'static Check]) -> Vec<Vec<Step>> {
        let sites = std::slice::from_ref(site);
        let engine = Engine::new(sites, Trust::nobody(), LIMITS, Arc::new(clock::now)).unwrap();
        let domains: Vec<&Domain> = domains.iter().collect();
        Arc::new(engine).sweep().run(site, &domains, chosen).await
    }

    /// The ways in which a path leads to nothing that can be read, and what is said of each: proved wrong
    /// where nothing is there, unknown where nobody could look.
    fn unreadable(&self) -> [(PathBuf, Verdict); 6] {
        let path = |name: &str| self.path(name);
        fs::create_dir_all(path("folder.pem")).unwrap();
        // Whoever opens it for reading waits until somebody writes.
        let made = Command::new("mkfifo").arg(path("fifo.pem")).status().unwrap();
        assert!(made.success());
        drop(UnixListener::bind(path("socket.pem")).unwrap());
        symlink(path("loop.pem"), path("loop.pem")).unwrap();
        let unknown = (State::Unknown, Code::Unreadable);
        [
            (path("nowhere.pem"), (State::Fail, Code::FileMissing)),
            (path("folder.pem"), unknown),
            (path("fifo.pem"), unknown),
            (path("socket.pem"), unknown),
            (path("loop.pem"), unknown),
            // It never ends.
            (Path::new("/dev/zero").to_owned(), unknown),
        ]
    }
}

/// Who reads the fifo after all is let go, so that the story fails and does not hang.
impl Drop for Stage {
    fn drop(&mut self) {
        // For both ways, which waits for nobody (fifo(7)); missing is fine.
        let _ = fs::File::options()
            .read(true)
            .write(true)
            .open(self.path("fifo.pem"));
    }
}

/// All but that of DNS, which has a stage of its own.
fn sets() -> Vec<Group> {
    let sets = Group::ALL.into_iter().filter(|group| group.is_set());
    sets.filter(|set| *set != Group::MailDns).collect()
}

/// Every domain's mail goes to a host of its own, and to that of `a.example`.
fn names() -> Knot {
    let domains = ["a", "b", "c", "d"].map(String::from).into_iter();
    let records = domains
        .chain((0..10).map(|n| format!("d{n}")))
        .map(|name| format!("{name} MX 10 mail.{name}\n{name} MX 10 mail.a\nmail.{name} A 127.0.0.1\n"));
    knot(&[Zone::new("example", records.collect::<String>())])
}

/// What the one command that reproduces a step's verdict prints, here.
fn reproduced(step: &Step) -> String {
    let line = engine::reproduce::command(step.code, &step.evidence).unwrap();
    let done = Command::new("sh").args(["-c", &line]).output().unwrap();
    String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned()
}

/// A file with a mode of its own.
fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A file of zeros that takes no room on the disk.
fn large(path: &Path, bytes: u64) {
    fs::File::create(path).unwrap().set_len(bytes).unwrap();
}

fn domain(name: &str) -> Domain {
    Domain::plain(DomainName::parse(name).unwrap())
}

/// The mail host of `a.example`.
const HOST: &str = "mail.a.example";

/// Loopback answers at once, or it never will.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(1),
    whole: Duration::from_secs(2),
};
