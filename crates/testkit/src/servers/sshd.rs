//! OpenSSH's server, with keys and a client's configuration of its own: nothing of the real ones is touched.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::{Program, folder};
use crate::{Port, child::Server};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A running sshd that lets in whoever runs the tests, by one key; stopped and deleted on drop.
#[derive(Debug)]
pub struct Sshd {
    // Fields are dropped in this order: the program first, then its folder.
    running: Option<Server>,
    port: Port,
    folder: TempDir,
}

impl Sshd {
    /// Starts it, with a client's configuration that knows its host key.
    pub async fn start() -> Self {
        SSHD.demand();
        KEYGEN.demand();
        if geteuid().is_root() {
            // What the service's unit makes; sshd demands it of root.
            fs::create_dir_all("/run/sshd").expect("root may make it");
        }
        let mut sshd = Self {
            running: None,
            port: Port::new().expect("the kernel has a free port"),
            folder: folder(),
        };
        sshd.configure();
        if let Err(said) = sshd.launch().await {
            panic!("sshd did not start. It said:\n{said}");
        }
        sshd
    }

    /// `ssh://user@127.0.0.1:port`.
    pub fn url(&self) -> String {
        let user = User::from_uid(geteuid()).ok().flatten();
        let name = user.expect("whoever runs this has a name").name;
        format!("ssh://{name}@127.0.0.1:{}", self.port.number())
    }

    /// The client's configuration: its key, and its `known_hosts`.
    pub fn client_config(&self) -> PathBuf {
        self.folder.path().join("ssh_config")
    }

    /// How often somebody has logged in.
    pub fn logins(&self) -> usize {
        self.printed().matches("Accepted publickey").count()
    }

    /// Everything that it has printed.
    pub fn printed(&self) -> String {
        self.running.as_ref().map(Server::printed).unwrap_or_default()
    }

    /// As if it had been installed anew: the client knows another host key.
    pub async fn change_host_key(&mut self) {
        self.running = None;
        make_key(&self.folder.path().join("host_key"));
        self.start_again().await;
    }

    /// The client has never seen it.
    pub fn be_forgotten(&self) {
        fs::write(self.folder.path().join("known_hosts"), "").expect("the folder is ours");
    }

    /// The client's key is let in no more.
    pub fn refuse_the_key(&self) {
        fs::write(self.folder.path().join("authorized_keys"), "").expect("the folder is ours");
    }

    /// Cuts every connection, and goes on listening.
    pub fn cut_connections(&self) {
        let Some(id) = self.running.as_ref().map(Server::id) else {
            return;
        };
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
            // One that is gone already is cut.
            let _ = kill(Pid::from_raw(child), Signal::SIGKILL);
        }
    }

    /// Its port is closed when this returns, and stays its own.
    pub fn stop(&mut self) {
        self.cut_connections();
        self.running = None;
    }

    /// After a [`stop`](Self::stop): on the same port.
    pub async fn start_again(&mut self) {
        if let Err(said) = self.launch().await {
            panic!("sshd did not start again. It said:\n{said}");
        }
    }

    fn configure(&self) {
        let at = |name: &str| self.folder.path().join(name);
        let host_key = make_key(&at("host_key"));
        let client_key = make_key(&at("client_key"));
        let port = self.port.number();
        let write = |name: &str, text: String| fs::write(at(name), text).expect("the folder is ours");
        write("authorized_keys", client_key);
        write("known_hosts", format!("[127.0.0.1]:{port} {host_key}"));
        let folder = self.folder.path().display();
        write(
            "sshd_config",
            format!(
                "ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
PidFile none
LogLevel VERBOSE
"
            ),
        );
        write(
            "ssh_config",
            format!(
                "IdentityFile {folder}/client_key
IdentitiesOnly yes
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile none
"
            ),
        );
    }

    async fn launch(&mut self) -> Result<(), String> {
        let mut command = Command::new(SSHD.path);
        command
            .args(["-D", "-e", "-f"])
            .arg(self.folder.path().join("sshd_config"));
        let mut server = Server::spawn(&mut command, Signal::SIGTERM).map_err(|why| why.to_string())?;
        server.listens(&[self.port.number()]).await?;
        self.running = Some(server);
        Ok(())
    }
}

/// A new key pair; returns the public one, on one line.
fn make_key(path: &Path) -> String {
    let _ = fs::remove_file(path);
    let made = Command::new(KEYGEN.path)
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(path)
        .status();
    assert!(made.is_ok_and(|status| status.success()), "ssh-keygen makes keys");
    fs::read_to_string(path.with_extension("pub")).expect("ssh-keygen has written it")
}

const SSHD: Program = Program {
    path: "/usr/sbin/sshd",
    package: "openssh-server",
};
const KEYGEN: Program = Program {
    path: "/usr/bin/ssh-keygen",
    package: "openssh-client",
};
