//! `desk config check` and `desk config show`: the configuration without starting anything.

use super::terminal;
use crate::config::{ConfigError, Process, Settings};
use clap::{Args, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Checks the configuration, or shows what it comes to
#[derive(Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Reads the file, the environment and every secret, and says what is wrong, a line each
    ///
    /// Exit codes: 0 good, 2 not
    Check(Source),
    /// Prints the configuration as it takes effect: defaults, file and environment; never a secret's value
    Show(Source),
}

#[derive(Args)]
struct Source {
    /// Configuration file [default: `$DESK_CONFIG`]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Config {
    pub(crate) fn run(self) -> ExitCode {
        let (source, say): (_, fn(&Settings) -> String) = match self.verb {
            Verb::Check(source) => (source, summary),
            Verb::Show(source) => (source, as_toml),
        };
        match Settings::load(source.config.as_deref(), &Process) {
            Ok(settings) => {
                for warning in settings.warnings() {
                    terminal::complain(&format!("warning: {warning}"));
                }
                match terminal::print(&say(&settings)) {
                    Ok(()) => ExitCode::SUCCESS,
                    Err(_) => ExitCode::FAILURE,
                }
            }
            Err(why) => refuse(&why),
        }
    }
}

fn refuse(why: &ConfigError) -> ExitCode {
    terminal::complain(&why.to_string());
    ExitCode::from(2)
}

/// `desk.toml: ok (1 site, 2 hosts, 12 domains, 1 integration)`
fn summary(settings: &Settings) -> String {
    let name = settings
        .file()
        .map_or("no file, the defaults".into(), |file| file.display().to_string());
    let counts = [
        (settings.sites.len(), "site"),
        (settings.hosts.len(), "host"),
        (settings.domains.len(), "domain"),
        (settings.integrations.len(), "integration"),
        (settings.hooks.len(), "hook"),
    ];
    let counts = counts.map(|(many, thing)| format!("{many} {thing}{}", if many == 1 { "" } else { "s" }));
    format!("{name}: ok ({})\n", counts.join(", "))
}

fn as_toml(settings: &Settings) -> String {
    toml::to_string(settings).unwrap_or_else(|why| format!("# this cannot be written as TOML: {why}\n"))
}
