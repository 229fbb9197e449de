//! HAProxy over a configuration that a test gives it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::{Program, TRIES, free_ports};
use crate::child::Server;
use model::Endpoint;
use nix::sys::signal::Signal;
use std::{path::Path, process::Command};

/// A running HAProxy; stopped on drop.
#[derive(Debug)]
pub struct Haproxy {
    _running: Server,
    port: u16,
}

/// Starts HAProxy with `haproxy.cfg` of a folder, which it accepts without a complaint (`haproxy -c`). The
/// configuration says `"127.0.0.1:${TLS}"` where it listens, and the names of `ports` where its servers are.
pub async fn haproxy(folder: &Path, ports: &[(&str, u16)]) -> Haproxy {
    HAPROXY.demand();
    let mut last = String::new();
    // Between finding a free port and its use, somebody else may take it.
    for _ in 0..TRIES {
        let [port] = free_ports();
        let command = |mode: &str| {
            let mut command = Command::new(HAPROXY.path);
            command.args([mode, "-f", "haproxy.cfg"]).current_dir(folder);
            command.envs(ports.iter().map(|(name, port)| (name, port.to_string())));
            command.env("TLS", port.to_string());
            command
        };
        let checked = command("-c").output().expect("haproxy runs");
        let said = String::from_utf8_lossy(&checked.stderr);
        assert!(
            checked.status.success() && !said.contains("[WARNING]"),
            "haproxy -c refuses {}:\n{said}",
            folder.display()
        );
        let mut running = Server::spawn(&mut command("-db"), Signal::SIGTERM).expect("haproxy runs");
        match running.listens(&[port]).await {
            Ok(()) => {
                return Haproxy {
                    _running: running,
                    port,
                };
            }
            Err(said) => last = said,
        }
    }
    panic!("{} did not start. It said:\n{last}", HAPROXY.path);
}

impl Haproxy {
    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::new("127.0.0.1", self.port).expect("the kernel gives no port 0")
    }
}

const HAPROXY: Program = Program {
    path: "/usr/sbin/haproxy",
    package: "haproxy",
};
