//! The command line: one subcommand, one file.

mod audit;
mod beside;
mod check;
mod checks;
mod config;
mod demo;
mod exit;
mod integration;
mod judge;
mod manual;
mod probe;
mod roles;
mod serve;
pub(crate) mod terminal;
mod user;
mod verdict;
mod words;

use anyhow::Result;
use clap::{Parser, Subcommand};
use model::Timestamp;
use std::{process::ExitCode, sync::Arc, time::SystemTime};
use tokio::runtime::{Builder, Runtime};

/// Ligbox Desk: watches the TLS that mail clients really see
#[derive(Parser)]
#[command(
    name = "desk",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(after_help = "Examples:
  desk demo                                  a small lab and a board that watches it
  desk serve --config desk.toml              the Desk itself
  desk check --domain example.com            every check of one domain, now
  desk probe mail.example.com:993            what a mail client gets there")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Demo(demo::Demo),
    Check(check::Check),
    Checks(checks::Checks),
    Probe(probe::Probe),
    Judge(judge::Judge),
    Config(config::Config),
    User(user::User),
    Integration(integration::Integration),
    Roles(roles::Roles),
    Audit(audit::Audit),
    Completions(manual::Completions),
    Man(manual::Man),
}

/// What a database answers is queued behind a storm's requests, unless it has every second turn: SQLite's threads are
/// none of these.
fn threads() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .global_queue_interval(2)
        .build()
}

/// Runs the command; an error is one line on standard error.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match threads() {
        Ok(runtime) => runtime,
        Err(why) => {
            terminal::complain(&format!("desk: {why}"));
            return ExitCode::from(1);
        }
    };
    let done: Result<ExitCode> = runtime.block_on(async {
        match cli.command {
            Command::Serve(serve) => serve.run().await,
            Command::Demo(demo) => demo.run().await,
            Command::Check(check) => check.run().await.map(Into::into),
            Command::Checks(checks) => checks.run(),
            Command::Probe(probe) => probe.run().await.map(Into::into),
            Command::Judge(judge) => judge.run().map(Into::into),
            Command::Config(config) => Ok(config.run()),
            Command::User(user) => user.run().await,
            Command::Integration(integration) => integration.run().await,
            Command::Roles(roles) => roles.run(),
            Command::Audit(audit) => audit.run().await.map(Into::into),
            Command::Completions(completions) => completions.run(),
            Command::Man(man) => man.run(),
        }
    });
    done.unwrap_or_else(|why| {
        terminal::complain(&format!("desk: {why:#}"));
        exit::Exit::Usage.into()
    })
}

/// The system's clock: the one place that reads it.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge: everything inside is given this clock"
)]
pub(crate) fn clock() -> engine::Clock {
    Arc::new(|| {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    })
}
