//! The browser tests: Playwright before a demo of its own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::command::{built, on_path, program};
use crate::demo::{BINARY, DATA, Demo, PASSWORD, WEBHOOKS};
use crate::tally::Tally;

pub(crate) fn test(tally: &mut Tally) -> Result<()> {
    let chromium = chromium()?;
    Demo::during(|demo| {
        tally.count(
            program(
                "npx",
                ["--no-install", "playwright", "test", "--reporter", "list"],
            )
            .current_dir("end2end")
            .env("DESK_URL", demo.url())
            .env("DESK_BIN", fs::canonicalize(built(BINARY))?)
            .env("DESK_DATA", fs::canonicalize(DATA)?)
            .env("DESK_PASSWORD", PASSWORD)
            .env("WEBHOOK_SECRET_VM112", WEBHOOKS)
            .env("CHROMIUM", chromium),
        )
    })
}

/// `CHROMIUM`, or the first known name on `PATH`.
fn chromium() -> Result<PathBuf> {
    std::env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| {
            ["chromium", "chromium-browser", "google-chrome"]
                .into_iter()
                .find_map(on_path)
        })
        .context("no Chromium on PATH; set CHROMIUM to where it is")
}
