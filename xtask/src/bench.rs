//! `cargo xtask bench`: runs the benchmarks that the crates declare.

use anyhow::{Result, bail};

use crate::command::{self, cargo};
use crate::metadata::Metadata;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this benchmark, e.g. `probe`
    name: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut names = Metadata::read()?.benchmarks();
    let known = names.join(", ");
    if let Some(wanted) = &arguments.name {
        names.retain(|name| name == wanted);
    }
    if names.is_empty() {
        bail!("no such benchmark; there are: {known}");
    }
    // One selection of crates for all of them: nothing is compiled twice with other features.
    let selection = names.iter().flat_map(|name| ["--bench", name]);
    command::run(cargo(["bench"]).args(selection))
}
