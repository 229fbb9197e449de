//! `cargo xtask build`: the site, then the binary.

use anyhow::Result;

use crate::command::{self, cargo};
use crate::setup;
use crate::site::{self, Profile};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Small and fast instead of quickly built
    #[arg(long)]
    release: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    setup::wasm_target()?;
    let profile = if arguments.release {
        Profile::Release
    } else {
        Profile::Debug
    };
    site::build(profile)?;
    binary(profile)?;
    println!(
        "Built {}",
        command::built(profile.folder()).join("desk").display()
    );
    Ok(())
}

/// Comes after the site, which the binary may take in.
pub(crate) fn binary(profile: Profile) -> Result<()> {
    let mut cargo = cargo(["build", "--bin", "desk"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    command::run(&mut cargo)
}
