//! Files and commands on a host, this one or another over SSH, bounded in time and size. Commands are argv
//! lists, never shell strings.

mod local;
mod place;
mod ssh;

use crate::{memo::Memo, site::Host};
use model::{Code, Evidence, evidence::Outcome};
use ssh::Connection;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// The hosts of one sweep. A remote one is connected to once, by whoever asks first; dropping this ends every
/// connection.
#[derive(Debug, Default)]
pub struct Hosts {
    /// Instead of the operator's own.
    ssh_config: Option<PathBuf>,
    connections: Memo<String, Result<Arc<Connection>, String>>,
}

/// A file of a folder: its path and what it holds.
pub type File = (PathBuf, Vec<u8>);

/// Why a file could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileFault {
    Missing,
    TooLarge,
    /// Permission denied, a folder, a device, a disk error: the words say which.
    Unreadable(String),
    HostUnreachable(String),
}

/// Why a command gave no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CommandFault {
    /// There is no such program, or it may not be run.
    DidNotRun(String),
    OutOfTime(String),
    HostUnreachable(String),
}

/// What a command said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// `None`: a signal ended it.
    pub exit_code: Option<i32>,
    /// What it printed.
    pub output: String,
    /// What it printed on standard error, at most [`MOST_OUTPUT`] octets.
    pub complaint: String,
}

impl Said {
    pub fn first_line(&self) -> &str {
        self.output.lines().next().unwrap_or_default().trim_end()
    }

    /// The last line that is not empty.
    pub fn last_line(&self) -> &str {
        last_line(&self.output)
    }

    /// The last line of what it answered, or of what it complained of instead.
    pub fn verdict(&self) -> &str {
        match self.last_line() {
            "" => last_line(&self.complaint),
            line => line,
        }
    }

    /// What it answered, or what it complained of instead.
    pub fn words(&self) -> &str {
        match self.first_line() {
            "" => last_line(&self.complaint),
            line => line,
        }
    }
}

impl Hosts {
    pub fn new(ssh_config: Option<PathBuf>) -> Self {
        Self {
            ssh_config,
            connections: Memo::default(),
        }
    }

    /// Reads a regular file of at most `most` octets.
    pub async fn read(&self, host: &Host, path: &Path, most: u64) -> Result<Vec<u8>, FileFault> {
        match host {
            Host::Local => local::read(path, most).await,
            Host::Ssh(url) => self.over_ssh(url).await?.read(path, most).await,
        }
    }

    /// The regular files in and below a folder in the order of their paths, or the one file itself. Links to
    /// files are followed, links to folders are not. More than [`MOST_FILES`], or more octets than
    /// [`MOST_FOLDER`] in all, are too large.
    pub async fn folder(&self, host: &Host, path: &Path) -> Result<Vec<File>, FileFault> {
        let mut files = match host {
            Host::Local => local::folder(path).await?,
            Host::Ssh(url) => self.over_ssh(url).await?.folder(path).await?,
        };
        files.sort();
        Ok(files)
    }

    /// Whether a file is there and somebody may execute it.
    pub async fn is_executable(&self, host: &Host, path: &Path) -> Result<bool, FileFault> {
        match host {
            Host::Local => local::is_executable(path).await,
            Host::Ssh(url) => self.over_ssh(url).await?.is_executable(path).await,
        }
    }

    /// The names of what is directly in a folder, hidden ones left out.
    async fn names(&self, host: &Host, folder: &Path) -> Result<Vec<String>, FileFault> {
        match host {
            Host::Local => local::names(folder).await,
            Host::Ssh(url) => self.over_ssh(url).await?.names(folder).await,
        }
    }

    /// Runs a program found in the host's PATH. One that prints [`MOST_OUTPUT`] octets or more is ended there,
    /// and so has no exit code.
    pub async fn run(&self, host: &Host, argv: &[&str]) -> Result<Said, CommandFault> {
        self.run_for(host, argv, MOST_OUTPUT).await
    }

    /// The same where everything is asked about at once: at most [`MOST_LISTING`] octets.
    pub async fn list(&self, host: &Host, argv: &[&str]) -> Result<Said, CommandFault> {
        self.run_for(host, argv, MOST_LISTING).await
    }

    async fn run_for(&self, host: &Host, argv: &[&str], most: u64) -> Result<Said, CommandFault> {
        match host {
            Host::Local => local::run(argv, most).await,
            Host::Ssh(url) => {
                let connection = self.over_ssh(url).await;
                let connection = connection.map_err(CommandFault::HostUnreachable)?;
                connection.run(argv, most).await
            }
        }
    }

    /// Whether the host answers; `Err` says why not.
    pub async fn reach(&self, host: &Host) -> Result<(), String> {
        match host {
            Host::Local => Ok(()),
            Host::Ssh(url) => self.over_ssh(url).await.map(drop),
        }
    }

    async fn over_ssh(&self, url: &str) -> Result<Arc<Connection>, String> {
        let connect = || async {
            Connection::open(url, self.ssh_config.as_deref())
                .await
                .map(Arc::new)
        };
        self.connections.once(url.to_owned(), connect).await
    }
}

/// The command that should have read the file had no answer.
impl From<CommandFault> for FileFault {
    fn from(fault: CommandFault) -> Self {
        match fault {
            CommandFault::DidNotRun(why) | CommandFault::OutOfTime(why) => Self::Unreadable(why),
            CommandFault::HostUnreachable(why) => Self::HostUnreachable(why),
        }
    }
}

/// No connection.
impl From<String> for FileFault {
    fn from(why: String) -> Self {
        Self::HostUnreachable(why)
    }
}

impl FileFault {
    /// Missing is proved wrong; what could not be looked at is unknown.
    pub fn outcome(self, host: &Host, path: &Path) -> Outcome {
        let seen = Evidence {
            host: Some(name(host)),
            ..Evidence::path(path.display().to_string())
        };
        match self {
            Self::Missing => Outcome::fail(Code::FileMissing, seen),
            Self::TooLarge => Outcome::unknown(Code::TooLarge, seen),
            Self::Unreadable(detail) => Outcome::unknown(Code::Unreadable, seen.detail(detail)),
            Self::HostUnreachable(detail) => Outcome::unknown(Code::HostUnreachable, seen.detail(detail)),
        }
    }
}

impl CommandFault {
    /// Nothing is known, whichever it was.
    pub fn outcome(self, seen: Evidence) -> Outcome {
        match self {
            Self::DidNotRun(detail) | Self::OutOfTime(detail) => {
                Outcome::unknown(Code::CommandFailed, seen.detail(detail))
            }
            Self::HostUnreachable(detail) => Outcome::unknown(Code::HostUnreachable, seen.detail(detail)),
        }
    }
}

pub fn name(host: &Host) -> String {
    match host {
        Host::Local => "local".to_owned(),
        Host::Ssh(url) => url.clone(),
    }
}

fn last_line(text: &str) -> &str {
    text.lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}

/// What `ls` prints, one name a line. A name that would lead elsewhere is none.
fn names(listed: &str) -> Vec<String> {
    let names = listed
        .lines()
        .filter(|name| !name.starts_with('.') && !name.contains('/'));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// What a program wrote, as text.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How long a file or a command may take.
const PATIENCE: Duration = Duration::from_secs(10);
pub const MOST_OUTPUT: u64 = 64 * 1024;
/// A hundred thousand domains, a line of name and one of status each.
pub const MOST_LISTING: u64 = 8 * 1024 * 1024;
pub const MOST_FILES: usize = 1_000;
pub const MOST_FOLDER: u64 = 16 * 1024 * 1024;
/// Folders within folders.
const DEEPEST: usize = 8;
