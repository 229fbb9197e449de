//! Files and commands on a host, bounded in time and size. Commands are argv lists, never shell strings.

use crate::site::Host;
use model::{Code, Evidence, State, evidence::Outcome};
use std::{io, os::unix::fs::PermissionsExt, path::Path, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
    time::timeout,
};

/// Why a file could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileFault {
    Missing,
    TooLarge,
    /// Permission denied, a folder, a device, a disk error: `detail` says which.
    Unreadable(String),
    HostUnreachable(String),
}

/// What a command said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub exit_code: Option<i32>,
    /// The first line of what it printed, bounded.
    pub line: String,
    /// The same of its standard error.
    pub complaint: String,
}

impl Said {
    /// What it answered, or what it complained of instead.
    pub fn words(&self) -> &str {
        if self.line.is_empty() {
            &self.complaint
        } else {
            &self.line
        }
    }
}

/// Reads a regular file of at most `most` bytes.
pub async fn read(host: &Host, path: &Path, most: u64) -> Result<Vec<u8>, FileFault> {
    local_only(host).map_err(FileFault::HostUnreachable)?;
    let reading = async {
        // A fifo or a device could block or never end.
        let found = tokio::fs::metadata(path).await.map_err(|why| fault(&why))?;
        if !found.is_file() {
            return Err(FileFault::Unreadable("not a regular file".to_owned()));
        }
        let file = tokio::fs::File::open(path).await.map_err(|why| fault(&why))?;
        let mut bytes = Vec::new();
        file.take(most + 1)
            .read_to_end(&mut bytes)
            .await
            .map_err(|why| fault(&why))?;
        if bytes.len() as u64 > most {
            Err(FileFault::TooLarge)
        } else {
            Ok(bytes)
        }
    };
    timeout(PATIENCE, reading)
        .await
        .unwrap_or_else(|_| Err(FileFault::Unreadable("no answer in time".to_owned())))
}

/// Whether a file is there and anybody may execute it.
pub async fn is_executable(host: &Host, path: &Path) -> Result<bool, FileFault> {
    local_only(host).map_err(FileFault::HostUnreachable)?;
    let found = timeout(PATIENCE, tokio::fs::metadata(path)).await;
    let found = found
        .map_err(|_| FileFault::Unreadable("no answer in time".to_owned()))?
        .map_err(|why| fault(&why))?;
    Ok(found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Runs a program found in the host's PATH. `Err` says why there is no answer.
pub async fn run(host: &Host, argv: &[&str]) -> Result<Said, String> {
    local_only(host)?;
    let (program, arguments) = argv.split_first().ok_or("an empty command")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|why| format!("{program}: {why}"))?;
    let output = child.stdout.take().ok_or("no output")?;
    let errors = child.stderr.take().ok_or("no standard error")?;
    let running = async {
        let (line, complaint) = tokio::try_join!(first_line(output), first_line(errors))?;
        Ok(Said {
            exit_code: child.wait().await?.code(),
            line,
            complaint,
        })
    };
    match timeout(PATIENCE, running).await {
        Ok(said) => said.map_err(|why: io::Error| format!("{program}: {why}")),
        Err(_) => Err(format!("{program}: no answer in time")),
    }
}

/// Reads to the end or to the bound, and then listens no more: who goes on is told by a closed pipe.
async fn first_line(stream: impl AsyncRead + Unpin) -> io::Result<String> {
    let mut bytes = Vec::new();
    stream.take(MOST_OUTPUT).read_to_end(&mut bytes).await?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(model::evidence::tame(
        text.lines().next().unwrap_or_default(),
        200,
    ))
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
            Self::TooLarge => Outcome::new(State::Unknown, Code::TooLarge, seen),
            Self::Unreadable(detail) => Outcome::unknown(Code::Unreadable, seen.detail(detail)),
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

fn local_only(host: &Host) -> Result<(), String> {
    match host {
        Host::Local => Ok(()),
        Host::Ssh(_) => Err("this version reads files and runs commands on local hosts only".to_owned()),
    }
}

fn fault(why: &io::Error) -> FileFault {
    match why.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileFault::Missing,
        io::ErrorKind::PermissionDenied => FileFault::Unreadable("permission denied".to_owned()),
        _ => FileFault::Unreadable(why.to_string()),
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
const MOST_OUTPUT: u64 = 64 * 1024;
