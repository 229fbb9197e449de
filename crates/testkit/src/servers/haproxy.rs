//! HAProxy over a configuration that a test gives it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::Program;
use crate::{Port, child::Server};
use model::Endpoint;
use nix::sys::signal::Signal;
use std::{path::Path, process::Command};

/// A running HAProxy; stopped on drop.
#[derive(Debug)]
pub struct Haproxy {
    _running: Server,
    port: Port,
}

/// Starts HAProxy with `haproxy.cfg` of a folder, which it accepts without a complaint (`haproxy -c`). The
/// configuration says `"127.0.0.1:${TLS}"` where it listens, and the names of `ports` where its servers are.
pub async fn haproxy(folder: &Path, ports: &[(&str, u16)]) -> Haproxy {
    HAPROXY.demand();
    let port = Port::new().expect("the kernel has a free port");
    let command = |mode: &str| {
        let mut command = Command::new(HAPROXY.path);
        command.args([mode, "-f", "haproxy.cfg"]).current_dir(folder);
        command.envs(ports.iter().map(|(name, port)| (name, port.to_string())));
        command.env("TLS", port.number().to_string());
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
    if let Err(said) = running.listens(&[port.number()]).await {
        panic!("{} did not start. It said:\n{said}", HAPROXY.path);
    }
    Haproxy {
        _running: running,
        port,
    }
}

impl Haproxy {
    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        self.port.endpoint()
    }
}

const HAPROXY: Program = Program {
    path: "/usr/sbin/haproxy",
    package: "haproxy",
};
