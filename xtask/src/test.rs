//! `cargo xtask test`: every stage in turn, the first failure stops it, and a table says where the time went.

use std::fmt::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::ValueEnum;

use crate::command::{self, cargo};
use crate::site::{self, Profile};
use crate::tally::Tally;
use crate::{api, browser, directions, setup};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this stage; it needs what the stages before it have made
    #[arg(long)]
    only: Option<Stage>,
}

/// Ends with `N passed, N failed` alone on a line, which CI reads.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let stages = Stage::value_variants()
        .iter()
        .filter(|stage| arguments.only.is_none_or(|only| only == **stage));
    let mut tally = Tally::default();
    let mut times: Vec<(Stage, Duration)> = Vec::new();
    let mut failure = None;
    for &stage in stages {
        println!("\n=== {} ===", stage.name());
        let start = Instant::now();
        let result = stage.run(&mut tally);
        times.push((stage, start.elapsed()));
        if let Err(error) = result {
            failure = Some((stage, error));
            break;
        }
    }
    println!("\n{}", table(&times));
    if let Some((stage, error)) = &failure {
        println!("The stage {} failed: {error:#}", stage.name());
        // A stage that is no test run fails as one test.
        tally.failed = tally.failed.max(1);
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if failure.is_some() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// In the order in which they run: what answers soonest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Debian's packages, the wasm target, `node_modules`, Schemathesis
    Setup,
    /// `cargo fmt --check`
    Format,
    /// Who imports whom
    Directions,
    /// The commands of this program
    Xtask,
    /// Warnings are errors, on both halves of the page
    Clippy,
    /// The site that server and browser tests load
    Site,
    /// Compiles the tests and the server
    Compile,
    /// Unit and integration tests, the latter against real servers
    Tests,
    /// Whether a running server keeps to the API's description
    Api,
    /// A person's way through the pages
    Browser,
}

impl Stage {
    fn run(self, tally: &mut Tally) -> Result<()> {
        match self {
            Self::Setup => setup::packages()
                .and_then(|()| setup::wasm_target())
                .and_then(|()| setup::node_modules())
                .and_then(|()| setup::schemathesis()),
            Self::Format => command::run(&mut cargo(["fmt", "--all", "--check"])),
            Self::Directions => directions::run(),
            Self::Xtask => {
                clippy(&["--package", "xtask", "--all-targets"])?;
                tally.count(&mut cargo(["test", "--package", "xtask"]))
            }
            Self::Clippy => {
                // Its path dependencies are linted with it: the browser's half of `app`, and `model`.
                clippy(&["--package", "frontend", "--target", setup::WASM])?;
                clippy(&["--all-targets"])
            }
            Self::Site => site::build(Profile::Debug),
            // With the tests in the selection, the binary has the same features as they, and is compiled once.
            Self::Compile => command::run(&mut cargo(["build", "--bin", "desk", "--tests"])),
            Self::Tests => tally.count(&mut cargo(["test", "--no-fail-fast"])),
            Self::Api => api::test(),
            Self::Browser => browser::test(tally),
        }
    }

    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

fn clippy(selection: &[&str]) -> Result<()> {
    command::run(
        cargo(["clippy"])
            .args(selection)
            .args(["--", "--deny", "warnings"]),
    )
}

fn table(times: &[(Stage, Duration)]) -> String {
    let whole = times.iter().map(|(_, time)| *time).sum();
    let rows = times.iter().map(|(stage, time)| (stage.name(), *time));
    let mut text = String::new();
    for (name, time) in rows.chain([("whole".to_owned(), whole)]) {
        let seconds = time.as_secs();
        let _ = writeln!(text, "{name:12} {:3} min {:02} s", seconds / 60, seconds % 60);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_ends_with_the_whole() {
        let times = [
            (Stage::Format, Duration::from_secs(2)),
            (Stage::Tests, Duration::from_secs(70)),
        ];
        assert_eq!(
            table(&times),
            "format         0 min 02 s\ntests          1 min 10 s\nwhole          1 min 12 s\n"
        );
    }
}
