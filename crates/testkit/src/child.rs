//! A server program as a child process: told to stop, waited for, and in the end killed, by its pid alone.

use crate::clock;
use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use std::{
    io::{self, BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Condvar, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};
use tokio::net::TcpStream;

/// A running program that does not outlive its value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    farewell: Signal,
    said: Arc<Said>,
}

impl Server {
    /// Starts a program in the foreground. Dropping the value sends `farewell`, and SIGKILL where it is
    /// still there after a while.
    pub(crate) fn spawn(command: &mut Command, farewell: Signal) -> io::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = Arc::new(Said::default());
        if let Some(stdout) = child.stdout.take() {
            listen(stdout, Arc::clone(&said));
        }
        if let Some(stderr) = child.stderr.take() {
            listen(stderr, Arc::clone(&said));
        }
        Ok(Self {
            child,
            farewell,
            said,
        })
    }

    /// Waits until the program has printed `ready`; the error is all that it has printed instead.
    pub(crate) fn says(&self, ready: &str) -> Result<(), String> {
        let said = self.said.text.lock().unwrap_or_else(PoisonError::into_inner);
        let (said, waited) = self
            .said
            .more
            .wait_timeout_while(said, PATIENCE, |said| !said.contains(ready))
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(said.clone());
        }
        Ok(())
    }

    /// Waits until every port of 127.0.0.1 takes connections; the error is all that the program has printed.
    pub(crate) async fn listens(&mut self, ports: &[u16]) -> Result<(), String> {
        let mut has_ended = false;
        let is_up = clock::until(PATIENCE, async || {
            has_ended = !matches!(self.child.try_wait(), Ok(None));
            has_ended || all_listen(ports).await
        });
        if is_up.await && !has_ended {
            return Ok(());
        }
        Err(self.printed())
    }

    /// What it has printed so far.
    pub(crate) fn printed(&self) -> String {
        let text = self.said.text.lock();
        text.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to this process; whether it is still there does not matter.
    pub(crate) fn signal(&self, signal: Signal) {
        // A pid that is not reaped yet cannot belong to another process.
        let _ = signal::kill(self.pid(), signal);
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap_or(i32::MAX))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        self.signal(self.farewell);
        let (gone, is_gone) = mpsc::channel::<()>();
        let pid = self.pid();
        let watchdog = thread::spawn(move || {
            if is_gone.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                let _ = signal::kill(pid, Signal::SIGKILL);
            }
        });
        let _ = self.child.wait();
        drop(gone);
        let _ = watchdog.join();
    }
}

async fn all_listen(ports: &[u16]) -> bool {
    for &port in ports {
        if TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            return false;
        }
    }
    true
}

/// What a program has printed, with word when there is more.
#[derive(Debug, Default)]
struct Said {
    text: Mutex<String>,
    more: Condvar,
}

/// Reads to the end, whatever happens: a program whose pipe is full would stand still.
fn listen(from: impl Read + Send + 'static, said: Arc<Said>) {
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let mut text = said.text.lock().unwrap_or_else(PoisonError::into_inner);
            if text.len() < MOST {
                text.push_str(&String::from_utf8_lossy(&line));
                text.push('\n');
            }
            said.more.notify_all();
        }
    });
}

/// How long a program may take to start or to stop: a busy machine with two cores needs seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes kept of what a program prints; what went wrong stands at the beginning.
const MOST: usize = 256 * 1024;
