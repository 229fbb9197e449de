//! A running `desk demo` for the tests that meet one from outside; gone afterwards.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::{built, program};

/// On a port of the kernel's choice; killed when dropped.
pub(crate) struct Demo {
    child: Child,
    address: SocketAddr,
}

impl Demo {
    /// What `test` finds out while it runs; it must end well too.
    pub(crate) fn during(test: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        let demo = Self::start()?;
        let tested = test(&demo);
        let stopped = demo.stop();
        tested
            .and(stopped)
            .with_context(|| format!("what the demo said is in {LOG}"))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn start() -> Result<Self> {
        match fs::remove_dir_all(FOLDER) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot empty {FOLDER}"));
            }
            _ => fs::create_dir_all(DATA).with_context(|| format!("cannot make {DATA}"))?,
        }
        let address = free_address()?;
        let log = File::create(LOG).with_context(|| format!("cannot write {LOG}"))?;
        let child = program(
            built(BINARY),
            ["demo", "--listen", &address.to_string(), "--data", DATA],
        )
        .env("DESK_BOOTSTRAP_PASSWORD", PASSWORD)
        .env("WEBHOOK_SECRET_VM112", WEBHOOKS)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("cannot start `desk demo`")?;
        let mut demo = Self { child, address };
        demo.wait_until_healthy()?;
        Ok(demo)
    }

    fn wait_until_healthy(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        while !healthy(self.address).unwrap_or(false) {
            if let Some(status) = self.child.try_wait()? {
                bail!(
                    "`desk demo` stopped at its start ({status}):\n{}",
                    fs::read_to_string(LOG)?
                );
            }
            if Instant::now() > deadline {
                bail!(
                    "`desk demo` was not healthy within {START:?}:\n{}",
                    fs::read_to_string(LOG)?
                );
            }
            pause();
        }
        Ok(())
    }

    /// Asks it to stop as an operator would, and holds it to that.
    fn stop(mut self) -> Result<()> {
        let asked = program("kill", ["-TERM", &self.child.id().to_string()]).status();
        asked.context("cannot send SIGTERM to the demo")?;
        let deadline = Instant::now() + STOP;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("`desk demo` ended badly ({status})");
            }
            pause();
        }
        bail!("`desk demo` did not stop within {STOP:?} of SIGTERM");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Both fail when it has stopped already, which is well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether `GET /health` answers 200.
fn healthy(address: SocketAddr) -> std::io::Result<bool> {
    let mut connection = TcpStream::connect_timeout(&address, ANSWER)?;
    connection.set_read_timeout(Some(ANSWER))?;
    // In one piece: one that does not listen to the end would break the second.
    let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes())?;
    let mut status = [0; "HTTP/1.1 200".len()];
    connection.read_exact(&mut status)?;
    Ok(&status == b"HTTP/1.1 200")
}

/// The port is free now, and the kernel hands out others before it comes round to this one again.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "there is no runtime here whose worker it could block"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

pub(crate) const BINARY: &str = "debug/desk";
const FOLDER: &str = "target/end2end";
pub(crate) const DATA: &str = "target/end2end/data";
const LOG: &str = "target/end2end/desk.log";

/// For a database on loopback that lives as long as the tests.
pub(crate) const PASSWORD: &str = "first light on the board";
pub(crate) const WEBHOOKS: &str = "a secret between machines";

/// The lab's certificates and the four passwords' hashes take a debug build a while.
const START: Duration = Duration::from_mins(1);
const STOP: Duration = Duration::from_secs(15);
const ANSWER: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn only_an_answer_of_200_is_health() {
        assert!(healthy(answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).unwrap());
        assert!(!healthy(answering("HTTP/1.1 503 Service Unavailable\r\n\r\n")).unwrap());
        assert!(healthy(answering("HTTP")).is_err());
        assert!(healthy(free_address().unwrap()).is_err());
    }

    fn answering(text: &'static str) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let _ = connection.read(&mut request);
            connection.write_all(text.as_bytes()).unwrap();
        });
        address
    }
}
