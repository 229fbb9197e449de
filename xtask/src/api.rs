//! Does a running Desk keep to what its API's description says? Schemathesis asks it everything that it can think of.

use std::fs;

use anyhow::Result;

use crate::command::{self, program};
use crate::demo::{Demo, PASSWORD};
use crate::setup;

/// Fails on an answer of 5xx, and on one whose status, media type or body the description does not have.
pub(crate) fn test() -> Result<()> {
    Demo::during(|demo| {
        let document = format!("{}/api/openapi.json", demo.url());
        command::run(
            program(fs::canonicalize(setup::SCHEMATHESIS)?, ["--config-file"])
                .arg(fs::canonicalize("end2end/schemathesis.toml")?)
                .args(["run", &document])
                // It keeps what it found beside it.
                .current_dir("target")
                .args(["--checks", CHECKS])
                // Logging out would end its own token, and the stream has no end.
                .args(["--exclude-operation-id", "logout"])
                .args(["--exclude-operation-id", "stream"])
                .args(["--phases", "examples,coverage,fuzzing"])
                .args([
                    "--max-examples",
                    "20",
                    "--max-time",
                    "60",
                    "--request-timeout",
                    "15",
                ])
                .arg("--generation-deterministic")
                // What it says of data that the Desk refuses is no fault of either.
                .args(["--warnings", "off"])
                .env("DESK_PASSWORD", PASSWORD),
        )
    })
}

const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
