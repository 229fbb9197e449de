//! `cargo xtask fuzz`: made-up input for every hand-written parser, for a while each.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::command::{self, program};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this target, named as its file in `crates/engine/fuzz/fuzz_targets`
    target: Option<String>,
    /// How long each target runs
    #[arg(long, default_value_t = 30)]
    seconds: u32,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut targets = targets()?;
    let known = targets.join(", ");
    if let Some(wanted) = &arguments.target {
        targets.retain(|target| target == wanted);
    }
    if targets.is_empty() {
        bail!("no such fuzz target; there are: {known}");
    }
    install()?;
    for target in &targets {
        let limit = format!("-max_total_time={}", arguments.seconds);
        command::run(&mut nightly([
            "cargo",
            "fuzz",
            "run",
            "--fuzz-dir",
            FOLDER,
            target,
            "--",
            &limit,
        ]))?;
    }
    println!(
        "{} targets ran {} s each and found nothing",
        targets.len(),
        arguments.seconds
    );
    Ok(())
}

fn targets() -> Result<Vec<String>> {
    let folder = Path::new(FOLDER).join("fuzz_targets");
    let mut names = Vec::new();
    for entry in folder
        .read_dir()
        .with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// libFuzzer's instrumentation is a nightly feature of rustc.
fn install() -> Result<()> {
    if !command::answers(&mut nightly(["rustc", "--version"]))? {
        command::run(&mut program(
            "rustup",
            ["toolchain", "install", "nightly", "--profile", "minimal"],
        ))?;
    }
    if !command::answers(&mut nightly(["cargo", "fuzz", "--version"]))? {
        command::run(&mut nightly(["cargo", "install", "--locked", "cargo-fuzz"]))?;
    }
    Ok(())
}

fn nightly<const N: usize>(arguments: [&str; N]) -> std::process::Command {
    program("rustup", ["run", "nightly"].into_iter().chain(arguments))
}

const FOLDER: &str = "crates/engine/fuzz";
