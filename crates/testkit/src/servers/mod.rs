//! The servers of Debian's packages, started on loopback for one test and gone on drop.
//!
//! Each runs in the foreground as a child, with all its files in a temporary folder. A missing program, or
//! one that does not start, is a panic that says what to do: such a test fails and is never skipped.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

mod caddy;
mod dovecot;
mod haproxy;
mod knot;
mod nginx;
mod nginx_web;
mod postfix;
mod sshd;

pub use caddy::Caddy;
pub use dovecot::{dovecot, lax_dovecot};
pub use haproxy::{Haproxy, haproxy};
pub use knot::{Knot, Zone, knot};
pub use nginx::{nginx, nginx_accepts};
pub use nginx_web::{ADMIN, WEBMAIL, nginx_web};
pub use postfix::{lax_postfix, postfix};
pub use sshd::Sshd;

use crate::{Door, Port, ca::Issued, child::Server};
use model::Endpoint;
use nix::sys::signal::Signal;
use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// What an administrator may leave open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lax {
    /// Passwords are taken before TLS.
    PasswordsBeforeTls,
    /// This machine may send to anybody.
    OpenRelay,
    /// TLS 1.0 and 1.1, with the ciphers of their time.
    OldProtocols,
    /// TLS 1.2 with ciphers that have neither AEAD nor forward secrecy.
    WeakCiphers,
}

/// A running mail server with one certificate for every name; stopped and deleted on drop.
#[derive(Debug)]
pub struct MailServer {
    // Fields are dropped in this order: the program first, then its folder.
    running: Option<Server>,
    program: Program,
    ports: Vec<(Door, Port)>,
    arguments: Vec<OsString>,
    folder: TempDir,
    /// Whom it asks.
    beside: Option<Box<MailServer>>,
}

impl MailServer {
    /// Where one of its doors is. Panics where it has no such door.
    pub fn at(&self, door: Door) -> Endpoint {
        let port = self.ports.iter().find(|(is, _)| *is == door);
        let (_, port) = port.unwrap_or_else(|| panic!("{} has no {door:?}", self.program.path));
        port.endpoint()
    }

    /// The certificate's files that it reads: the chain and its key.
    pub fn deployed(&self) -> [PathBuf; 2] {
        certificate_files(self.folder.path())
    }

    /// Replaces the certificate's files. What it has read already it goes on serving; postfix alone, whose
    /// processes live for some sessions, may serve the new one at any time.
    pub fn replace(&self, issued: &Issued) {
        let [chain, key] = self.deployed();
        issued.write_as(&chain, &key).expect("the folder is ours");
    }

    /// Has it read its files again, which takes it a moment.
    pub fn reload(&self) {
        if let Some(server) = &self.running {
            server.signal(Signal::SIGHUP);
        }
    }

    /// Its ports are closed when this returns, and stay its own.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// After a [`stop`](Self::stop): on the same ports.
    pub async fn start_again(&mut self) {
        if let Err(said) = self.launch().await {
            panic!("{} did not start again. It said:\n{said}", self.program.path);
        }
    }

    /// Has a folder filled by `configure`, which returns the program's arguments, and waits until every
    /// door answers.
    async fn start<const DOORS: usize>(
        program: Program,
        doors: [Door; DOORS],
        issued: &Issued,
        configure: impl Fn(&Path, [u16; DOORS]) -> Vec<OsString>,
    ) -> Self {
        program.demand();
        let (folder, ports) = (folder(), ports());
        let mut server = Self {
            running: None,
            program,
            arguments: configure(folder.path(), numbers(&ports)),
            ports: doors.into_iter().zip(ports).collect(),
            folder,
            beside: None,
        };
        server.replace(issued);
        if let Err(said) = server.launch().await {
            panic!("{} did not start. It said:\n{said}", program.path);
        }
        server
    }

    async fn launch(&mut self) -> Result<(), String> {
        let mut command = Command::new(self.program.path);
        command.args(&self.arguments).current_dir(self.folder.path());
        let mut server = Server::spawn(&mut command, Signal::SIGTERM).map_err(|why| why.to_string())?;
        let ports: Vec<_> = self.ports.iter().map(|(_, port)| port.number()).collect();
        server.listens(&ports).await?;
        self.running = Some(server);
        Ok(())
    }
}

/// Where a program is, and what to install where it is not.
#[derive(Clone, Copy, Debug)]
struct Program {
    path: &'static str,
    package: &'static str,
}

impl Program {
    fn demand(self) {
        assert!(
            Path::new(self.path).exists(),
            "{} is not installed: install Debian's package `{}`",
            self.path,
            self.package
        );
    }
}

/// The servers' own users must reach their sockets in it; keys have a mode of their own.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("desk-")
        .tempdir()
        .expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("the folder is ours");
    folder
}

/// The files that every configuration names: the chain and its key.
fn certificate_files(folder: &Path) -> [PathBuf; 2] {
    [folder.join("served.crt"), folder.join("served.key")]
}

fn ports<const N: usize>() -> [Port; N] {
    std::array::from_fn(|_| Port::new().expect("the kernel has a free port"))
}

fn numbers<const N: usize>(ports: &[Port; N]) -> [u16; N] {
    ports.each_ref().map(Port::number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ca, clock, openssl::shown};
    use std::time::Duration;

    type Way = (Door, Option<&'static str>);

    /// Every door shows the certificate; once it is replaced and the server has reloaded, the new one.
    async fn shows_what_it_was_given(ca: &Ca, mut server: MailServer, ways: &[Way]) {
        let folder = tempfile::tempdir().unwrap();
        let root = ca.write_root(folder.path()).unwrap();
        let look = |server: &MailServer, (door, starttls): Way| {
            shown(&server.at(door), starttls, "mail.a.example", Some(&root))
        };
        for &way in ways {
            let seen = look(&server, way);
            assert!(
                seen.contains("CN = old") && seen.contains("Verification: OK"),
                "{way:?}: {seen}"
            );
        }

        let other = ca.leaf().cn("new").names(["mail.b.example"]).issue().unwrap();
        server.replace(&other);
        server.reload();
        for &way in ways {
            let renewed = async || look(&server, way).contains("CN = new");
            assert!(clock::until(Duration::from_secs(20), renewed).await, "{way:?}");
        }

        server.stop();
        // postfix's children let go of the port a moment after their master.
        let gone = async || look(&server, ways[0]).contains("Connection refused");
        assert!(clock::until(Duration::from_secs(20), gone).await);
        server.start_again().await;
        assert!(look(&server, ways[0]).contains("CN = new"));
    }

    fn old() -> (Ca, Issued) {
        let ca = Ca::new("Test").unwrap();
        let issued = ca.leaf().cn("old").names(["mail.a.example"]).issue().unwrap();
        (ca, issued)
    }

    #[tokio::test]
    async fn dovecot_serves_imap() {
        let (ca, issued) = old();
        let ways = [(Door::Imaps, None), (Door::Imap, Some("imap"))];
        shows_what_it_was_given(&ca, dovecot(&issued).await, &ways).await;
    }

    #[tokio::test]
    async fn postfix_serves_smtp() {
        let (ca, issued) = old();
        let ways = [
            (Door::Smtps, None),
            (Door::Submission, Some("smtp")),
            (Door::Smtp, Some("smtp")),
        ];
        shows_what_it_was_given(&ca, postfix(&issued).await, &ways).await;
    }

    #[tokio::test]
    async fn nginx_serves_webmail_and_administration() {
        let (ca, issued) = old();
        let ways = [(Door::Https, None), (Door::Admin, None)];
        shows_what_it_was_given(&ca, nginx_web(&issued, WEBMAIL, ADMIN).await, &ways).await;
    }

    #[tokio::test]
    async fn nginx_serves_one_certificate_at_all_doors() {
        let (ca, issued) = old();
        let ways = [
            (Door::Imaps, None),
            (Door::Smtps, None),
            (Door::Imap, Some("imap")),
        ];
        shows_what_it_was_given(&ca, nginx(&issued).await, &ways).await;
    }
}
