//! `cargo xtask run`: from a fresh clone to the demo in the browser, with Rust and a C compiler alone.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;

use anyhow::{Error, Result};

use crate::command::{built, program};
use crate::site::{self, Profile};
use crate::{build, setup};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to `desk demo`
    #[arg(last = true)]
    demo: Vec<OsString>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    println!("[1/3] The pages, compiled to WebAssembly (about a minute the first time)");
    setup::wasm_target()?;
    site::build(Profile::Debug)?;
    println!("[2/3] The server (some three minutes the first time)");
    build::binary(Profile::Debug)?;
    println!("[3/3] The demo. Ctrl-C stops it");
    // The demo takes this process's place, so that every signal meant for it reaches it.
    let error = program(built("debug/desk"), ["demo"])
        .args(&arguments.demo)
        .exec();
    Err(Error::new(error).context("cannot start target/debug/desk"))
}
