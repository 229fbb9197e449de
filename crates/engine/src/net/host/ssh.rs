//! Files and commands of another host, over one multiplexed connection of the operator's own OpenSSH.
//!
//! `ssh` runs as the operator has configured it, with their keys, their `known_hosts` and their policy about
//! them; `BatchMode` alone is added, so that it refuses where it would ask. All that is wanted of the other
//! side is a POSIX shell with coreutils and findutils.

use super::{
    CommandFault, DEEPEST, File, FileFault, MOST_FILES, MOST_FOLDER, MOST_OUTPUT, PATIENCE, Said,
    local::{Ended, Running},
    text,
};
use model::evidence::tame;
use std::{
    ffi::OsString,
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStdin, Command},
    sync::Semaphore,
    time::timeout,
};

/// A master connection, over which each command is a channel of its own. Dropping it ends all of them.
#[derive(Debug)]
pub(super) struct Connection {
    url: String,
    config: Option<PathBuf>,
    /// As many as sshd lets be open at once (`MaxSessions` is 10), less the master's own.
    channels: Semaphore,
    _master: Child,
    // While it is open the other side waits.
    _leash: Option<ChildStdin>,
    // Holds the control socket; private, and dropped after the master.
    folder: TempDir,
}

impl Connection {
    /// Connects and logs in. `Err` has ssh's own words.
    pub(super) async fn open(url: &str, config: Option<&Path>) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("desk-ssh-").tempdir();
        let folder = folder.map_err(|why| format!("no folder for the control socket: {why}"))?;
        let mut command = ssh(config, folder.path());
        command
            .args(["-o", "ControlMaster=yes", "-o", "ControlPersist=no"])
            // Whoever goes silent is given up after ten seconds.
            .args(["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=2"])
            .args([
                "-o",
                "ConnectTimeout=5",
                "-o",
                "ClearAllForwardings=yes",
                "-a",
                "-x",
            ])
            .args(["--", url])
            // Says that the login is through, and stays as long as the standard input does.
            .arg(format!("echo {READY}; exec cat"));
        let mut master = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|why| format!("ssh: {why}"))?;
        match timeout(LOGIN, ready(&mut master)).await {
            Ok(Ok(())) => Ok(Self {
                url: url.to_owned(),
                config: config.map(Path::to_owned),
                channels: Semaphore::new(CHANNELS),
                _leash: master.stdin.take(),
                _master: master,
                folder,
            }),
            Ok(Err(why)) => Err(why),
            Err(_) => Err(format!("no login within {} s", LOGIN.as_secs())),
        }
    }

    pub(super) async fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, FileFault> {
        let script = format!(
            "kind=$(stat -L -c %F -- \"$1\") || exit {NOT_FOUND}
             case $kind in 'regular file'|'regular empty file') exec head -c {} -- \"$1\";; esac
             exit {NOT_A_FILE}",
            most.saturating_add(1)
        );
        let ended = self.script(&script, path, most.saturating_add(1)).await?;
        match ended.exit_code {
            _ if ended.output.len() as u64 > most => Err(FileFault::TooLarge),
            Some(0) => Ok(ended.output),
            code => Err(fault(code, &ended.complaint)),
        }
    }

    pub(super) async fn folder(&self, path: &Path) -> Result<Vec<File>, FileFault> {
        // For each file its path, a NUL, its size, a NUL, and so many octets.
        let script = format!(
            "test -e \"$1\" || stat -L -c %F -- \"$1\" || exit {NOT_FOUND}
             test -f \"$1\" || test -d \"$1\" || exit {NOT_A_FILE}
             exec find -H \"$1\" -maxdepth {DEEPEST} '(' -type f -o -type l ')' -exec sh -c '
                for file; do
                    test -f \"$file\" || continue
                    size=$(stat -L -c %s -- \"$file\") || exit 1
                    test \"$size\" -le {MOST_FOLDER} || size={}
                    printf \"%s\\0%s\\0\" \"$file\" \"$size\"
                    head -c \"$size\" -- \"$file\" || exit 1
                done' sh '{{}}' +",
            MOST_FOLDER + 1
        );
        let most = MOST_FOLDER + MOST_FILES as u64 * 512;
        let ended = self.script(&script, path, most + 1).await?;
        match ended.exit_code {
            _ if ended.output.len() as u64 > most => Err(FileFault::TooLarge),
            Some(0) => unpack(&ended.output),
            code => Err(fault(code, &ended.complaint)),
        }
    }

    pub(super) async fn names(&self, folder: &Path) -> Result<Vec<String>, FileFault> {
        let script = format!("ls -1 -- \"$1/\" || exit {NOT_FOUND}");
        let ended = self.script(&script, folder, MOST_OUTPUT).await?;
        match ended.exit_code {
            _ if ended.output.len() as u64 >= MOST_OUTPUT => Err(FileFault::TooLarge),
            Some(0) => Ok(super::names(&text(&ended.output))),
            code => Err(fault(code, &ended.complaint)),
        }
    }

    pub(super) async fn is_executable(&self, path: &Path) -> Result<bool, FileFault> {
        let script = format!("stat -L -c '%a %F' -- \"$1\" || exit {NOT_FOUND}");
        let ended = self.script(&script, path, MOST_OUTPUT).await?;
        if ended.exit_code != Some(0) {
            return Err(fault(ended.exit_code, &ended.complaint));
        }
        let said = text(&ended.output);
        let (mode, kind) = said.trim_end().split_once(' ').unwrap_or_default();
        let mode = u32::from_str_radix(mode, 8)
            .map_err(|_| FileFault::Unreadable(format!("stat said {:?}", tame(&said, 80))))?;
        Ok(kind.starts_with("regular") && mode & 0o111 != 0)
    }

    pub(super) async fn run(&self, argv: &[&str], most: u64) -> Result<Said, CommandFault> {
        let program = argv.first().copied().unwrap_or_default();
        let line = argv.iter().map(|word| quoted(word.as_bytes()));
        let line = line.collect::<Vec<_>>().join(&b' ');
        let ended = match self.channel(&line, most).await {
            Ok(ended) => ended,
            Err(Gone::OutOfTime) => {
                return Err(CommandFault::OutOfTime(format!("{program}: no answer in time")));
            }
            Err(Gone::Unreachable(why)) => return Err(CommandFault::HostUnreachable(why)),
        };
        match ended.exit_code {
            // As POSIX has it: not found, or found and not to be executed.
            Some(126 | 127) => Err(CommandFault::DidNotRun(words(&ended.complaint))),
            exit_code => Ok(Said {
                exit_code,
                output: text(&ended.output),
                complaint: text(&ended.complaint),
            }),
        }
    }

    /// A script of ours over a path, which is its `$1` and never a part of it.
    async fn script(&self, script: &str, path: &Path, most: u64) -> Result<Ended, FileFault> {
        let parts = [
            b"LC_ALL=C exec sh -c ".to_vec(),
            quoted(script.as_bytes()),
            b" sh ".to_vec(),
            quoted(path.as_os_str().as_bytes()),
        ];
        self.channel(&parts.concat(), most)
            .await
            .map_err(|gone| match gone {
                Gone::OutOfTime => FileFault::Unreadable("no answer in time".to_owned()),
                Gone::Unreachable(why) => FileFault::HostUnreachable(why),
            })
    }

    /// Has the other side's shell run a line.
    async fn channel(&self, line: &[u8], most: u64) -> Result<Ended, Gone> {
        let Ok(_turn) = self.channels.acquire().await else {
            return Err(Gone::Unreachable("the connection is closed".to_owned()));
        };
        let mut command = ssh(self.config.as_deref(), self.folder.path());
        command
            .args(["-o", "ControlMaster=no"])
            // Without its master it would connect by itself.
            .args(["-o", "ProxyCommand=false"])
            .args(["--", &self.url])
            .arg(<std::ffi::OsStr as OsStrExt>::from_bytes(line));
        let running = Running::spawn(&mut command).map_err(|why| Gone::Unreachable(format!("ssh: {why}")))?;
        match timeout(PATIENCE, running.finish(most)).await {
            Ok(Ok(ended)) if ended.exit_code == Some(SSH_FAILED) => {
                Err(Gone::Unreachable(words(&ended.complaint)))
            }
            Ok(Ok(ended)) => Ok(ended),
            Ok(Err(why)) => Err(Gone::Unreachable(format!("ssh: {why}"))),
            Err(_) => Err(Gone::OutOfTime),
        }
    }
}

/// Why a channel has no answer.
enum Gone {
    OutOfTime,
    Unreachable(String),
}

fn ssh(config: Option<&Path>, folder: &Path) -> Command {
    let mut command = Command::new("ssh");
    if let Some(config) = config {
        command.arg("-F").arg(config);
    }
    let mut socket = OsString::from("ControlPath=");
    socket.push(folder.join("s"));
    command.args(["-T", "-o", "BatchMode=yes", "-o"]).arg(socket);
    command
}

/// Waits for the word that the login is through; a shell's start-up files may say something before.
async fn ready(master: &mut Child) -> Result<(), String> {
    let Some(output) = master.stdout.take() else {
        return Err("ssh: no output".to_owned());
    };
    let mut lines = BufReader::new(output.take(MOST_OUTPUT)).lines();
    while let Some(line) = lines.next_line().await.map_err(|why| format!("ssh: {why}"))? {
        if line == READY {
            return Ok(());
        }
    }
    let mut complaint = Vec::new();
    if let Some(errors) = master.stderr.take() {
        let read = errors.take(MOST_OUTPUT).read_to_end(&mut complaint).await;
        read.map_err(|why: io::Error| format!("ssh: {why}"))?;
    }
    Err(words(&complaint))
}

/// The last line of ssh's complaints, which has the cause.
fn words(complaint: &[u8]) -> String {
    let complaint = text(complaint);
    match super::last_line(&complaint) {
        "" => "ssh ended without a word".to_owned(),
        line => tame(line, 200),
    }
}

/// What the words of a script of ours mean; the C locale's are always the same.
fn fault(exit_code: Option<i32>, complaint: &[u8]) -> FileFault {
    let complaint = text(complaint);
    let says = |words: &str| complaint.contains(words);
    match exit_code {
        Some(NOT_FOUND) if says("No such file or directory") || says("Not a directory") => FileFault::Missing,
        Some(NOT_A_FILE) => FileFault::Unreadable("not a regular file".to_owned()),
        _ if says("Permission denied") => FileFault::Unreadable("permission denied".to_owned()),
        _ => FileFault::Unreadable(tame(super::last_line(&complaint), 200)),
    }
}

fn unpack(mut octets: &[u8]) -> Result<Vec<File>, FileFault> {
    let broken = || FileFault::Unreadable("a file changed while it was read".to_owned());
    let mut files = Vec::new();
    let mut left = usize::try_from(MOST_FOLDER).unwrap_or(usize::MAX);
    while !octets.is_empty() {
        let mut parts = octets.splitn(3, |octet| *octet == 0);
        let (Some(path), Some(size), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(broken());
        };
        let size: usize = str::from_utf8(size)
            .ok()
            .and_then(|size| size.parse().ok())
            .ok_or_else(broken)?;
        let (contents, rest) = rest.split_at_checked(size).ok_or_else(broken)?;
        if files.len() == MOST_FILES || size > left {
            return Err(FileFault::TooLarge);
        }
        left -= size;
        let path = <std::ffi::OsStr as OsStrExt>::from_bytes(path);
        files.push((PathBuf::from(path), contents.to_vec()));
        octets = rest;
    }
    Ok(files)
}

/// One word for a POSIX shell, whatever it contains.
fn quoted(word: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for octet in word {
        match octet {
            b'\'' => quoted.extend(br"'\''"),
            octet => quoted.push(*octet),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// Connecting has five seconds of its own; the rest is the login's.
const LOGIN: Duration = Duration::from_secs(10);
const CHANNELS: usize = 8;
const READY: &str = "desk-is-in";
/// ssh(1), "Exit status": an error occurred in ssh itself.
const SSH_FAILED: i32 = 255;
const NOT_FOUND: i32 = 3;
const NOT_A_FILE: i32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_word_is_the_shells() {
        assert_eq!(quoted(b"a b$(id)`id`\"\n"), b"'a b$(id)`id`\"\n'");
        assert_eq!(quoted(b"it's"), br"'it'\''s'");
        assert_eq!(quoted(b""), b"''");
    }

    #[test]
    fn files_are_unpacked_and_half_a_file_is_none() {
        let packed = b"/a\x00003\0one/b\x00000\0/c\x00002\0\0\0";
        let files = unpack(packed).unwrap();
        let at = |path: &str, contents: &[u8]| (PathBuf::from(path), contents.to_vec());
        assert_eq!(files, [at("/a", b"one"), at("/b", b""), at("/c", b"\0\0")]);
        assert!(unpack(b"/a\x00003\0on").is_err());
        assert!(unpack(b"/a\0x\0on").is_err());
        assert!(unpack(b"/a").is_err());
        assert_eq!(unpack(b"").unwrap(), []);
    }
}
