//! Counts passed and failed tests from what the test runners print.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::shown;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Tests that did not run. No test of this house may be skipped, so any of them fails the stage.
    pub(crate) skipped: u64,
}

impl Tally {
    /// Runs a test command, shows its output as it comes, and adds what its closing lines count.
    pub(crate) fn count(&mut self, command: &mut Command) -> Result<()> {
        println!("$ {}", shown(command));
        // Colours would hide the closing lines from the count.
        let mut child = command
            .env("FORCE_COLOR", "0")
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{}`", shown(command)))?;
        let mut here = Self::default();
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).split(b'\n') {
                let line = line.context("reading a test runner's output")?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                here.read(&line);
            }
        }
        let status = child.wait().context("waiting for a test runner")?;
        self.add(here);
        if !status.success() {
            bail!("`{}` failed ({status})", shown(command));
        }
        if here.skipped > 0 {
            bail!("{} tests were skipped; every test runs here", here.skipped);
        }
        if here.passed == 0 {
            bail!("`{}` ran no test", shown(command));
        }
        Ok(())
    }

    /// Reads `test result: ok. 5 passed; 0 failed; …` (cargo) and `  5 passed (8.2s)` (Playwright).
    fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result: ") {
            let (_, counts) = result.split_once(". ").unwrap_or(("", result));
            counts.split("; ").for_each(|count| self.read_count(count));
        } else {
            let count = line.split_once(" (").map_or(line, |(count, _)| count);
            self.read_count(count);
        }
    }

    fn read_count(&mut self, text: &str) {
        let Some((number, what)) = text.split_once(' ') else {
            return;
        };
        let Ok(number) = number.parse::<u64>() else { return };
        match what {
            "passed" => self.passed += number,
            // A test that passed at the second try is a fault of the test or of the product.
            "failed" | "flaky" | "interrupted" => self.failed += number,
            "ignored" | "skipped" | "did not run" => self.skipped += number,
            _ => {}
        }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_playwright_are_counted_together() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test judge::names::a_wildcard_covers_one_label ... ok",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.00s",
            "Running 6 tests using 2 workers",
            "  ✓  1 login.spec.ts:3:1 › an operator logs in (1.2s)",
            "  1 failed",
            "  1 flaky",
            "  5 passed (8.2s)",
        ] {
            tally.read(line);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 7,
                failed: 3,
                skipped: 0
            }
        );
    }

    #[test]
    fn a_test_that_did_not_run_is_noticed() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "  1 skipped",
            "  2 did not run",
        ] {
            tally.read(line);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 2,
                failed: 0,
                skipped: 4
            }
        );
    }
}
