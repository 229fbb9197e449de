//! `cargo xtask deny`: licences, bans and sources of every dependency, as `deny.toml` says.

use anyhow::Result;

use crate::command::{self, cargo};

/// A command of its own: installing cargo-deny takes minutes, too long for every test run.
pub(crate) fn run() -> Result<()> {
    if !command::answers(&mut cargo(["deny", "--version"]))? {
        println!("cargo-deny is missing and will be installed; this takes some minutes");
        command::run(&mut cargo(["install", "--locked", "cargo-deny"]))?;
    }
    command::run(&mut cargo([
        "deny",
        "--all-features",
        "check",
        "licenses",
        "bans",
        "sources",
    ]))
}
