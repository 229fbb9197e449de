//! `desk serve`: the Desk itself, until it is told to stop.

use super::terminal;
use crate::{
    config::{Process, Settings},
    port::{Certificate, Port},
    run,
};
use anyhow::Result;
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Runs the Desk: the checks by schedule, the pages and the API
#[derive(Args)]
#[command(after_help = "Examples:
  desk serve
  desk serve --config /etc/ligbox/desk.toml

Without a configuration it starts on 127.0.0.1:8080 with an SQLite database in ./data.
SIGTERM and Ctrl-C stop it: no request is cut and no result is lost.")]
pub(crate) struct Serve {
    #[arg(
        long,
        value_name = "FILE",
        help = "Configuration file [default: $DESK_CONFIG]"
    )]
    config: Option<PathBuf>,
}

impl Serve {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let settings = Settings::load(self.config.as_deref(), &Process)?;
        for warning in settings.warnings() {
            terminal::complain(&format!("desk: {warning}"));
        }
        // PostgreSQL remarks at every start that the tables are there already.
        run::log("info,sqlx::postgres::notice=warn");
        let plan = run::Plan::from_settings(&settings);
        let certificate = settings.server.tls.as_ref().map(Certificate::read).transpose()?;
        let port = Port::open(settings.server.listen, certificate).await?;
        run::serve(plan, port, run::until_told_to_stop()).await?;
        Ok(ExitCode::SUCCESS)
    }
}
