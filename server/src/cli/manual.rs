//! Shell completions and the manual page, made from the command line's own definition.

use super::{Cli, terminal};
use anyhow::Result;
use clap::{Args, CommandFactory};
use std::process::ExitCode;

/// Prints completions for a shell
#[derive(Args)]
#[command(after_help = "Example:
  desk completions bash > /etc/bash_completion.d/desk")]
pub(crate) struct Completions {
    shell: clap_complete::Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "desk", &mut text);
        terminal::print(&String::from_utf8_lossy(&text))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints the manual page, in roff
#[derive(Args)]
#[command(after_help = "Examples:
  desk man | man -l -
  desk man probe > /usr/share/man/man1/desk-probe.1")]
pub(crate) struct Man {
    /// A subcommand's page
    subcommand: Option<String>,
}

impl Man {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut command = Cli::command();
        command.build();
        if let Some(name) = &self.subcommand {
            let found = command.find_subcommand(name).cloned();
            command = found.ok_or_else(|| anyhow::anyhow!("there is no subcommand {name}"))?;
        }
        let mut text = Vec::new();
        clap_mangen::Man::new(command).render(&mut text)?;
        terminal::print(&String::from_utf8_lossy(&text))?;
        Ok(ExitCode::SUCCESS)
    }
}
