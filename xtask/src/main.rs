//! Every command of the project: `cargo xtask --help` lists them.
#![expect(
    clippy::print_stdout,
    reason = "these commands talk to the person at the terminal"
)]

mod api;
mod bench;
mod browser;
mod build;
mod command;
mod demo;
mod deny;
mod directions;
mod docs;
mod fmt;
mod fuzz;
mod metadata;
mod run;
#[cfg(test)]
mod scratch;
mod setup;
mod site;
mod tally;
mod test;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match enter_repository().and_then(|()| dispatch(arguments.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds, starts and checks Ligbox Desk.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the Desk and starts its demo on 127.0.0.1:8080
    Run(run::Arguments),
    /// Builds the site (target/site) and the `desk` binary
    Build(build::Arguments),
    /// Sets the machine up and runs every test, stage by stage
    Test(test::Arguments),
    /// Checks that crates import each other only along the house's arrows
    Directions,
    /// Runs the benchmarks; each prints its figures as ratios measured in the same run
    Bench(bench::Arguments),
    /// Feeds the hand-written parsers with made-up input (cargo-fuzz, nightly)
    Fuzz(fuzz::Arguments),
    /// Checks licences, banned crates and sources of the lock file (cargo-deny)
    Deny,
    /// Formats the code
    Fmt,
    /// Writes docs/checks.md, and the manual pages and the shells' completions to target/docs
    Docs,
}

/// All paths in this program are relative to the repository's root.
fn enter_repository() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::set_current_dir(&root)
        .map_err(|error| anyhow::anyhow!("cannot enter the repository at {}: {error}", root.display()))
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Test(arguments) => return Ok(test::run(&arguments)),
        Command::Directions => directions::run(),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Deny => deny::run(),
        Command::Fmt => fmt::run(),
        Command::Docs => docs::run(),
    }
    .map(|()| ExitCode::SUCCESS)
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask run                                  the demo, ready to log in
  cargo xtask run -- --listen 127.0.0.1:9000       what follows `--` goes to `desk demo`
  cargo xtask build --release                      what a mail host gets
  cargo xtask test                                 what CI runs
  cargo xtask test --only clippy                   one stage of it
  cargo xtask bench
  cargo xtask fuzz --seconds 60";
