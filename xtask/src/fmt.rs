//! `cargo xtask fmt`: formats the code.

use anyhow::Result;

use crate::command::{self, cargo};

pub(crate) fn run() -> Result<()> {
    command::run(&mut cargo(["fmt", "--all"]))
}
