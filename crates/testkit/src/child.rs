//! A server program as a child process: told to stop, waited for, and in the end killed, by its pid alone.

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// A running program that does not outlive its value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    farewell: Signal,
}

impl Server {
    /// Starts `command` and waits until a line of its standard error contains `ready`. Dropping the value
    /// sends `farewell`, and SIGKILL to what is still there after [`PATIENCE`].
    ///
    /// Fails with all that the program has said by then.
    pub fn start(command: &mut Command, ready: &str, farewell: Signal) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|why| why.to_string())?;
        let said = child.stderr.take().map(lines);
        let server = Self { child, farewell };
        match said {
            Some(said) => wait_for(ready, &said).map(|()| server),
            None => Err("it has no standard error".to_owned()),
        }
    }

    /// Sends a signal to this process; whether it is still there does not matter.
    pub fn signal(&self, signal: Signal) {
        // A pid that is not reaped yet cannot belong to another process.
        if let Ok(pid) = i32::try_from(self.child.id()) {
            let _ = signal::kill(Pid::from_raw(pid), signal);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal(self.farewell);
        let (gone, is_gone) = mpsc::channel::<()>();
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap_or(i32::MAX));
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

/// Reads to the end, whatever happens: a program whose pipe is full would stand still.
fn lines(from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (told, said) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let _ = told.send(String::from_utf8_lossy(&line).into_owned());
        }
    });
    said
}

fn wait_for(ready: &str, said: &mpsc::Receiver<String>) -> Result<(), String> {
    let end = Instant::now() + PATIENCE;
    let mut all = String::new();
    loop {
        match said.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) if line.contains(ready) => return Ok(()),
            Ok(line) => all = all + &line + "\n",
            Err(why) => return Err(format!("it never said {ready:?} ({why}). It said:\n{all}")),
        }
    }
}

/// How long a program may take to start or to stop: a busy machine with two cores needs seconds.
pub const PATIENCE: Duration = Duration::from_secs(30);
