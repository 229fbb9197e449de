//! The program as a child process: heard line by line, told to stop, never waited for without a bound.

use super::PATIENCE;
use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread::{self, JoinHandle},
    time::Instant,
};

/// A run of `desk`; killed on drop.
pub(crate) struct Program {
    child: Child,
    /// Lines of its standard error, closed when it ends.
    says: Receiver<String>,
    said: Vec<String>,
    printed: Option<JoinHandle<String>>,
}

/// What is left of a run.
#[derive(Debug)]
pub(crate) struct Done {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    /// A newline behind each line.
    pub(crate) err: String,
}

impl Program {
    /// Runs it in a folder with these variables and no others, and gives it `input` to read.
    pub(crate) fn spawn(folder: &Path, words: &[&str], variables: &[(&str, &str)], input: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_desk"))
            .args(words)
            .current_dir(folder)
            .env_clear()
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its input is no failure.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let mut stdout = child.stdout.take().unwrap();
        let printed = thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        });
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (heard, says) = channel();
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = heard.send(line);
            }
        });
        Self {
            child,
            says,
            said: Vec::new(),
            printed: Some(printed),
        }
    }

    /// Waits for a line with these words in it, among those that it has not said yet.
    pub(crate) fn says(&mut self, words: &str) -> String {
        let until = Instant::now() + PATIENCE;
        while let Ok(line) = self
            .says
            .recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            self.said.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
        panic!("it did not say {words:?} but:\n{}", self.said.join("\n"))
    }

    /// The most memory that it has had resident.
    pub(crate) fn most_kilobytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.unwrap().trim().strip_suffix(" kB").unwrap();
        kilobytes.parse().unwrap()
    }

    pub(crate) fn may_open(&self, more: usize) {
        let has = fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .unwrap()
            .count();
        let limit = format!("--nofile={0}:{0}", has + more);
        let pid = format!("--pid={}", self.child.id());
        assert!(
            Command::new("prlimit")
                .args([pid, limit])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Sends a signal to this process alone.
    pub(crate) fn signal(&self, signal: Signal) {
        // Not reaped yet, so its pid is nobody else's.
        signal::kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    /// Waits for its end.
    pub(crate) fn ends(mut self) -> Done {
        let until = Instant::now() + PATIENCE;
        loop {
            match self
                .says
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(line) => self.said.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it did not end; it said:\n{}", self.said.join("\n"))
                }
            }
        }
        Done {
            code: self.child.wait().unwrap().code(),
            out: self.printed.take().unwrap().join().unwrap(),
            err: self.said.iter().flat_map(|line| [line, "\n"]).collect(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only where it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Done {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }
}
