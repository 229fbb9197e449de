//! Knot DNS, an authoritative name server: the zones that a test gives it, signed where it asks for that.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::{Program, folder};
use crate::{Port, child::Server};
use model::Endpoint;
use nix::sys::signal::Signal;
use std::{fmt::Write, fs, path::Path, process::Command};
use tempfile::TempDir;

/// A zone, as its operator writes it.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    records: String,
    signing: Signing,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Signing {
    Unsigned,
    Signed,
    /// Its parent vouches for another key.
    Disowned,
}

impl Zone {
    /// `records` are lines of a master file (RFC 1035 section 5) below the zone's `SOA` and `NS`.
    pub fn new(name: &str, records: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            records: records.into(),
            signing: Signing::Unsigned,
        }
    }

    /// With DNSSEC; a zone above it that is served too vouches for its key.
    #[must_use]
    pub fn signed(mut self) -> Self {
        self.signing = Signing::Signed;
        self
    }

    /// With DNSSEC, and a zone above it that vouches for another key: nobody should believe it.
    #[must_use]
    pub fn disowned(mut self) -> Self {
        self.signing = Signing::Disowned;
        self
    }

    fn is_signed(&self) -> bool {
        self.signing != Signing::Unsigned
    }

    fn is_below(&self, other: &Self) -> bool {
        let above = self.name.strip_suffix(&other.name);
        above.is_some_and(|rest| rest.ends_with('.'))
    }
}

/// A running name server; stopped and deleted on drop.
#[derive(Debug)]
pub struct Knot {
    // Fields are dropped in this order: the program first, then its folder.
    _running: Server,
    port: Port,
    folder: TempDir,
}

/// Starts knot on a port of 127.0.0.1, UDP and TCP, with some zones. A zone below another of them is
/// delegated there. It answers for nothing else, and refuses the rest.
pub fn knot(zones: &[Zone]) -> Knot {
    KNOTD.demand();
    KEYMGR.demand();
    let mut last = String::new();
    // A port that is ours for TCP need not be free for UDP.
    for _ in 0..TRIES {
        let folder = folder();
        let port = Port::new().expect("the kernel has a free port");
        configure(folder.path(), port.number(), zones);
        let mut command = Command::new(KNOTD.path);
        command
            .arg("-c")
            .arg(folder.path().join(CONF))
            .current_dir(folder.path());
        let running = Server::spawn(&mut command, Signal::SIGTERM).expect("knotd runs");
        match running.says("server started in the foreground") {
            Ok(()) => {
                return Knot {
                    _running: running,
                    port,
                    folder,
                };
            }
            Err(said) => last = said,
        }
    }
    panic!("{} did not start. It said:\n{last}", KNOTD.path);
}

impl Knot {
    /// Where it answers.
    pub fn endpoint(&self) -> Endpoint {
        self.port.endpoint()
    }

    /// The key of a signed zone, as a trust anchor's file has it: a `DNSKEY` record.
    pub fn anchor(&self, zone: &str) -> String {
        let line = keymgr(self.folder.path(), &[zone, "dnskey"]);
        line.replacen(" DNSKEY", " IN DNSKEY", 1)
    }
}

fn configure(folder: &Path, port: u16, zones: &[Zone]) {
    let at = folder.display();
    let mut conf = format!(
        "server:
  listen: 127.0.0.1@{port}
  rundir: {at}/run
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: {at}/db
log:
  - target: stdout
    any: info
policy:
  - id: signing
    single-type-signing: on
    manual: on
template:
  - id: default
    storage: {at}
    zonefile-sync: -1
    journal-content: none
zone:
"
    );
    for zone in zones {
        let name = &zone.name;
        let _ = writeln!(conf, "  - domain: {name}");
        if zone.is_signed() {
            conf.push_str("    dnssec-signing: on\n    dnssec-policy: signing\n");
        }
    }
    fs::write(folder.join(CONF), conf).expect("the folder is ours");
    for room in ["run", "db"] {
        fs::create_dir(folder.join(room)).expect("the folder is ours");
    }
    for zone in zones.iter().filter(|zone| zone.is_signed()) {
        let key = ["generate", "algorithm=ecdsap256sha256", "ksk=yes", "zsk=yes"];
        keymgr(folder, &[&[zone.name.as_str()], &key[..]].concat());
    }
    for zone in zones {
        let below = zones.iter().filter(|other| other.is_below(zone));
        let delegations: String = below.map(|below| delegation(folder, below)).collect();
        let text = format!("$ORIGIN {}.\n{HEAD}{}\n{delegations}", zone.name, zone.records);
        fs::write(folder.join(format!("{}.zone", zone.name)), text).expect("the folder is ours");
    }
}

/// What the zone above says of a zone.
fn delegation(folder: &Path, zone: &Zone) -> String {
    let name = &zone.name;
    let ds = match zone.signing {
        Signing::Unsigned => String::new(),
        Signing::Signed => keymgr(folder, &[name, "ds"]),
        Signing::Disowned => format!("{name}. DS 1 13 2 {}\n", "0".repeat(64)),
    };
    format!("{name}. NS ns.{name}.\n{ds}")
}

fn keymgr(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(KEYMGR.path);
    let done = command.arg("-c").arg(folder.join(CONF)).args(arguments).output();
    let done = done.expect("keymgr runs");
    assert!(
        done.status.success(),
        "keymgr {arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8_lossy(&done.stdout).into_owned()
}

const TRIES: usize = 3;
const CONF: &str = "knot.conf";
const HEAD: &str = "$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
";
const KNOTD: Program = Program {
    path: "/usr/sbin/knotd",
    package: "knot",
};
const KEYMGR: Program = Program {
    path: "/usr/sbin/keymgr",
    package: "knot",
};
