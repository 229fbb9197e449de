//! Files and commands of another host, over a real sshd on loopback.

#![expect(clippy::unwrap_used, reason = "a story that cannot be set up fails")]

mod commands;
mod faults;
mod files;

use engine::{net::host::Hosts, site::Host};
use std::{fs, path::Path};
use testkit::servers::Sshd;

/// A host with sshd, and who looks at it.
struct Remote {
    sshd: Sshd,
    hosts: Hosts,
    host: Host,
    folder: tempfile::TempDir,
}

impl Remote {
    async fn start() -> Self {
        let sshd = Sshd::start().await;
        Self {
            hosts: Hosts::new(Some(sshd.client_config())),
            host: Host::Ssh(sshd.url()),
            folder: tempfile::tempdir().unwrap(),
            sshd,
        }
    }

    /// As the next sweep sees it: with a connection of its own.
    fn next_sweep(&mut self) {
        self.hosts = Hosts::new(Some(self.sshd.client_config()));
    }

    fn write(&self, name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    async fn read(&self, path: &Path) -> Result<Vec<u8>, engine::net::host::FileFault> {
        self.hosts.read(&self.host, path, 1_000).await
    }
}
