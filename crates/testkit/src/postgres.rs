//! A throw-away PostgreSQL cluster on a unix socket in a temporary folder.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a test whose server cannot be had fails, and says which package is missing"
)]

use crate::child::Server;
use nix::{
    sys::signal::Signal,
    unistd::{User, geteuid},
};
use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

/// A running cluster, stopped and deleted on drop. It takes about a second to start, so a file of tests
/// starts one and gives each test a [`database`](Self::database) of its own. A `static` is never dropped:
/// keep the value where it dies.
#[derive(Debug)]
pub struct Postgres {
    databases: AtomicU32,
    programs: PathBuf,
    // Fields are dropped in this order: the server first, then its folder.
    _server: Server,
    folder: TempDir,
}

impl Postgres {
    /// Panics, naming what is missing, where the cluster does not start.
    pub fn start() -> Self {
        let programs = programs().unwrap_or_else(|| {
            panic!("PostgreSQL's server is not installed: install Debian's package `postgresql`")
        });
        let folder = tempfile::Builder::new()
            .prefix("pg-")
            .tempdir()
            .expect("a temporary folder");
        if let Some(owner) = ordinary_user() {
            chown(folder.path(), Some(owner.uid.as_raw()), Some(owner.gid.as_raw()))
                .expect("the folder is ours to give");
        }
        let data = folder.path().join("data");
        initdb(&programs, &data);
        let mut postgres = as_ordinary_user(&programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-k").arg(folder.path());
        // Nothing here has to survive a power cut.
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
        ] {
            postgres.args(["-c", setting]);
        }
        // SIGINT is PostgreSQL's fast shutdown: it cuts the connections that are still open.
        let server = Server::spawn(&mut postgres, Signal::SIGINT)
            .unwrap_or_else(|why| panic!("{}: {why}", programs.display()));
        if let Err(said) = server.says("ready to accept connections") {
            panic!("PostgreSQL did not start. It said:\n{said}");
        }
        Self {
            databases: AtomicU32::new(0),
            programs,
            _server: server,
            folder,
        }
    }

    /// `postgres://…` of the database that every cluster has.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Makes a new, empty database and returns its `postgres://…`.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let done = Command::new(self.programs.join("createdb"))
            .arg("--host")
            .arg(self.folder.path())
            .args(["--username", SUPERUSER, &name])
            .output()
            .expect("createdb runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        self.url_of(&name)
    }

    /// The socket's folder is named as a parameter: in the place of the host its slashes would need escapes.
    fn url_of(&self, database: &str) -> String {
        format!(
            "postgres://{SUPERUSER}@localhost/{database}?host={}",
            self.folder.path().display()
        )
    }
}

/// The folder of the newest version's programs; Debian keeps them out of PATH.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file() && bin.join("postgres").is_file())
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}

fn initdb(programs: &Path, data: &Path) {
    let done = as_ordinary_user(&programs.join("initdb"))
        .arg("-D")
        .arg(data)
        .args([
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ])
        .output()
        .expect("initdb runs");
    assert!(
        done.status.success(),
        "initdb failed: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// PostgreSQL refuses to run as root.
fn as_ordinary_user(program: &Path) -> Command {
    let mut command = Command::new(program);
    // The folder in which the tests run need not be open to that user.
    command.current_dir("/");
    if let Some(user) = ordinary_user() {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

/// Whom root runs the cluster as; `None` where the tests already run as an ordinary user.
fn ordinary_user() -> Option<User> {
    geteuid().is_root().then(|| {
        User::from_name("postgres").ok().flatten().unwrap_or_else(|| {
            panic!("there is no user `postgres`, whom Debian's package `postgresql` brings")
        })
    })
}

const SUPERUSER: &str = "postgres";

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(url: &str, sql: &str) -> String {
        let done = Command::new("psql")
            .args([url, "--no-psqlrc", "-Atc", sql])
            .output()
            .expect("psql of Debian's package `postgresql-client`");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    #[test]
    fn each_test_gets_a_database_of_its_own_and_nothing_stays_behind() {
        let postgres = Postgres::start();
        assert_eq!(ask(&postgres.url(), "select 6 * 7"), "42");
        let (one, two) = (postgres.database(), postgres.database());
        ask(&one, "create table t (id text)");
        assert_eq!(
            ask(&one, "select count(*) from pg_tables where tablename = 't'"),
            "1"
        );
        assert_eq!(
            ask(&two, "select count(*) from pg_tables where tablename = 't'"),
            "0"
        );
        let folder = postgres.folder.path().to_owned();
        drop(postgres);
        assert!(!folder.exists());
    }
}
