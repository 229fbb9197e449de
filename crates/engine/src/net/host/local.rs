//! Files and commands of this machine.

use super::{
    CommandFault, DEEPEST, File, FileFault, MOST_FILES, MOST_FOLDER, MOST_OUTPUT, PATIENCE, Said, text,
};
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use std::{io, os::unix::fs::PermissionsExt, path::Path, process::Stdio};
use tokio::{
    fs,
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    time::timeout,
};

pub(super) async fn read(path: &Path, most: u64) -> Result<Vec<u8>, FileFault> {
    in_time(async {
        // A fifo or a device could block or never end.
        let found = fs::metadata(path).await.map_err(|why| fault(&why))?;
        if !found.is_file() {
            return Err(FileFault::Unreadable("not a regular file".to_owned()));
        }
        contents(path, most).await
    })
    .await
}

pub(super) async fn folder(path: &Path) -> Result<Vec<File>, FileFault> {
    in_time(async {
        let mut files = Vec::new();
        let mut left = MOST_FOLDER;
        let mut ahead = vec![(path.to_owned(), 0)];
        while let Some((path, depth)) = ahead.pop() {
            let link = fs::symlink_metadata(&path).await.map_err(|why| fault(&why))?;
            let found = match fs::metadata(&path).await {
                Ok(found) => found,
                // A link that leads nowhere, or a file that is gone since.
                Err(_) if depth > 0 => continue,
                Err(why) => return Err(fault(&why)),
            };
            if found.is_dir() && (depth == 0 || !link.is_symlink()) {
                if depth == DEEPEST {
                    continue;
                }
                let mut entries = fs::read_dir(&path).await.map_err(|why| fault(&why))?;
                while let Some(entry) = entries.next_entry().await.map_err(|why| fault(&why))? {
                    ahead.push((entry.path(), depth + 1));
                    if ahead.len() > 10 * MOST_FILES {
                        return Err(FileFault::TooLarge);
                    }
                }
            } else if found.is_file() {
                if files.len() == MOST_FILES {
                    return Err(FileFault::TooLarge);
                }
                let bytes = contents(&path, left).await?;
                left -= bytes.len() as u64;
                files.push((path, bytes));
            } else if depth == 0 {
                return Err(FileFault::Unreadable("neither a file nor a folder".to_owned()));
            }
        }
        Ok(files)
    })
    .await
}

pub(super) async fn names(folder: &Path) -> Result<Vec<String>, FileFault> {
    in_time(async {
        let mut names = Vec::new();
        let mut entries = fs::read_dir(folder).await.map_err(|why| fault(&why))?;
        while let Some(entry) = entries.next_entry().await.map_err(|why| fault(&why))? {
            if names.len() > MOST_FILES {
                return Err(FileFault::TooLarge);
            }
            let name = entry.file_name().into_string();
            names.extend(name.ok().filter(|name| !name.starts_with('.')));
        }
        Ok(names)
    })
    .await
}

pub(super) async fn is_executable(path: &Path) -> Result<bool, FileFault> {
    let found = in_time(async { fs::metadata(path).await.map_err(|why| fault(&why)) }).await?;
    Ok(found.is_file() && found.permissions().mode() & 0o111 != 0)
}

pub(super) async fn run(argv: &[&str], most: u64) -> Result<Said, CommandFault> {
    let program = argv.first().copied().unwrap_or_default();
    let mut command = Command::new(program);
    command.args(argv.get(1..).unwrap_or_default());
    let running =
        Running::spawn(&mut command).map_err(|why| CommandFault::DidNotRun(format!("{program}: {why}")))?;
    match timeout(PATIENCE, running.finish(most)).await {
        Ok(Ok(ended)) => Ok(Said {
            exit_code: ended.exit_code,
            output: text(&ended.output),
            complaint: text(&ended.complaint),
        }),
        Ok(Err(why)) => Err(CommandFault::DidNotRun(format!("{program}: {why}"))),
        Err(_) => Err(CommandFault::OutOfTime(format!("{program}: no answer in time"))),
    }
}

/// A child with its own process group. Dropping it kills them all: a script's children too.
pub(super) struct Running {
    child: Child,
    group: Option<Pid>,
}

/// What a child left behind.
pub(super) struct Ended {
    pub(super) exit_code: Option<i32>,
    pub(super) output: Vec<u8>,
    pub(super) complaint: Vec<u8>,
}

impl Running {
    pub(super) fn spawn(command: &mut Command) -> io::Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .map(Pid::from_raw);
        Ok(Self { child, group })
    }

    /// Reads to the end, or to the bound and then ends it.
    pub(super) async fn finish(mut self, most: u64) -> io::Result<Ended> {
        let (output, errors) = (self.child.stdout.take(), self.child.stderr.take());
        let (output, complaint) = tokio::try_join!(bounded(output, most), bounded(errors, MOST_OUTPUT))?;
        if output.len() as u64 == most {
            return Ok(Ended {
                exit_code: None,
                output,
                complaint,
            });
        }
        let status = self.child.wait().await?;
        // Reaped: its number may be another's from now on.
        self.group = None;
        Ok(Ended {
            exit_code: status.code(),
            output,
            complaint,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

async fn bounded(stream: Option<impl AsyncRead + Unpin>, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(most).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

async fn contents(path: &Path, most: u64) -> Result<Vec<u8>, FileFault> {
    let file = fs::File::open(path).await.map_err(|why| fault(&why))?;
    let mut bytes = Vec::new();
    let read = file.take(most + 1).read_to_end(&mut bytes).await;
    read.map_err(|why| fault(&why))?;
    if bytes.len() as u64 > most {
        return Err(FileFault::TooLarge);
    }
    Ok(bytes)
}

async fn in_time<T>(reading: impl Future<Output = Result<T, FileFault>>) -> Result<T, FileFault> {
    let late = || Err(FileFault::Unreadable("no answer in time".to_owned()));
    timeout(PATIENCE, reading).await.unwrap_or_else(|_| late())
}

fn fault(why: &io::Error) -> FileFault {
    match why.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileFault::Missing,
        io::ErrorKind::PermissionDenied => FileFault::Unreadable("permission denied".to_owned()),
        _ => FileFault::Unreadable(why.to_string()),
    }
}
