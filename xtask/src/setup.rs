//! Puts on the machine what a command needs and does not find: the wasm target, Debian's packages, `node_modules`,
//! Schemathesis.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{self, program};

/// The half of the toolchain that compiles for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = command::output(&mut program("rustc", ["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    command::run(&mut program("rustup", ["target", "add", WASM]))
        .with_context(|| format!("the Rust target {WASM} is missing"))
}

/// The servers and the browser that the tests meet.
pub(crate) fn packages() -> Result<()> {
    let query = ["--show", "--showformat=${Package} ${db:Status-Status}\n"];
    // Fails when a package is unknown, and still prints the others: the answer is in the text.
    let answer = program("dpkg-query", query).args(PACKAGES).output();
    let Ok(answer) = answer else {
        println!(
            "No dpkg here; the tests need these of Debian's packages, or their like: {}",
            PACKAGES.join(" ")
        );
        return Ok(());
    };
    let missing = missing(&String::from_utf8_lossy(&answer.stdout));
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing packages, to be installed: {}", missing.join(" "));
    command::run(&mut apt(["update"])?)?;
    for package in missing {
        command::run(&mut apt([
            "install",
            "--yes",
            "--no-install-recommends",
            package,
        ])?)
        .with_context(|| format!("apt cannot install {package}, which the tests need"))?;
    }
    Ok(())
}

/// Playwright and axe, at the versions of end2end/package-lock.json.
pub(crate) fn node_modules() -> Result<()> {
    let folder = Path::new("end2end");
    let wanted = folder
        .join("package-lock.json")
        .metadata()
        .context("end2end/package-lock.json")?
        .modified()?;
    // npm writes this file last, so one that is newer than the lock stands for a whole installation.
    let installed = folder.join("node_modules/.package-lock.json").metadata();
    if installed
        .and_then(|installed| installed.modified())
        .is_ok_and(|installed| installed >= wanted)
    {
        return Ok(());
    }
    command::run(
        program("npm", ["ci", "--no-audit", "--no-fund"])
            .current_dir(folder)
            // The browser is Debian's.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )
    .context("the browser tests need Node.js with npm")
}

/// Schemathesis at the versions of end2end/schemathesis.txt, in a Python environment of its own.
pub(crate) fn schemathesis() -> Result<()> {
    let wanted = fs::read_to_string(REQUIREMENTS).context(REQUIREMENTS)?;
    // Written last, so that it stands for a whole installation.
    let installed = Path::new(ENVIRONMENT).join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    command::run(&mut program("python3", ["-m", "venv", "--clear", ENVIRONMENT]))
        .context("the tests of the API need Python with venv")?;
    let pip = Path::new(ENVIRONMENT).join("bin/pip");
    let install = [
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        REQUIREMENTS,
    ];
    command::run(&mut program(pip, install)).context("the tests of the API need Schemathesis")?;
    fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))
}

/// Those of `PACKAGES` that dpkg's answer (`name status` a line) does not call installed.
fn missing(answer: &str) -> Vec<&'static str> {
    let installed: Vec<&str> = answer
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect();
    PACKAGES
        .into_iter()
        .filter(|package| !installed.contains(package))
        .collect()
}

fn apt<const N: usize>(arguments: [&str; N]) -> Result<Command> {
    let root = command::output(&mut program("id", ["-u"]))?.trim() == "0";
    let mut apt = if root {
        Command::new("env")
    } else {
        program("sudo", ["env"])
    };
    apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
        .args(arguments);
    Ok(apt)
}

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

pub(crate) const SCHEMATHESIS: &str = "target/schemathesis/bin/schemathesis";
const ENVIRONMENT: &str = "target/schemathesis";
const REQUIREMENTS: &str = "end2end/schemathesis.txt";

const PACKAGES: [&str; 18] = [
    "bind9-dnsutils",
    "caddy",
    "chromium",
    "curl",
    "dovecot-imapd",
    "e2fsprogs",
    "haproxy",
    "knot",
    "libnginx-mod-mail",
    "mount",
    "nginx",
    "openssh-client",
    "openssh-server",
    "openssl",
    "postfix",
    "postgresql",
    "procps",
    "python3-venv",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_package_is_missing_even_with_its_configuration_left() {
        let status = |package: &str| match package {
            "postfix" => "postfix config-files\n".to_owned(),
            // dpkg does not know it at all.
            "postgresql" => String::new(),
            _ => format!("{package} installed\n"),
        };
        let answer: String = PACKAGES.into_iter().map(status).collect();
        assert_eq!(missing(&answer), ["postfix", "postgresql"]);
    }
}
