//! `desk roles`: who may do what; `docs/access.md` is its Markdown.

use super::terminal;
use anyhow::Result;
use clap::Args;
use model::{Permission, Role};
use std::{fmt::Write, process::ExitCode};

/// Shows who may do what: the four roles and their permissions
#[derive(Args)]
#[command(after_help = "Examples:
  desk roles
  desk roles --markdown > access.md")]
pub(crate) struct Roles {
    /// As a document
    #[arg(long)]
    markdown: bool,
}

impl Roles {
    pub(crate) fn run(self) -> Result<ExitCode> {
        terminal::print(&if self.markdown { document()? } else { table()? })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn table() -> Result<String> {
    let mut text = format!("{:<52}", "");
    for role in Role::ALL {
        write!(text, "{role:<13}")?;
    }
    text = text.trim_end().to_owned() + "\n";
    for permission in Permission::ALL {
        let mut line = format!("{:<52}", permission.title());
        for role in Role::ALL {
            write!(line, "{:<13}", role.grant(permission).as_str())?;
        }
        writeln!(text, "{}", line.trim_end())?;
    }
    Ok(text)
}

fn document() -> Result<String> {
    let mut text = INTRODUCTION.to_owned();
    writeln!(text, "| | {} |", Role::ALL.map(Role::as_str).join(" | "))?;
    writeln!(text, "|---|{}", "---|".repeat(Role::ALL.len()))?;
    for permission in Permission::ALL {
        let grants = Role::ALL.map(|role| role.grant(permission).as_str());
        writeln!(text, "| {} | {} |", permission.title(), grants.join(" | "))?;
    }
    text.push_str(NOTES);
    Ok(text)
}

const INTRODUCTION: &str = "# Who may do what

The one table that the REST API, the server functions, the streams, the pages and the command line read. `desk roles` prints it; do not edit it here.

";
const NOTES: &str = "
- **own**: what is assigned to them, or their own comments. **counts**: how many, not which. **Wazuh only**: events that came from Wazuh.
- **masked**: without people's names and addresses, mail addresses and the last half of IP addresses.
- A whole endpoint that a role may not use answers 403; a single object that it may not see, and the page `/people`, 404.
- Who was given a password by somebody else may change it and nothing else: 403 `password_change_required`, in the browser `/password`.
- Role change, deactivation and password change end a user's tokens and sessions at once; a session also ends after eight idle hours, and a day after its login.
- The command line is the machine itself: `desk user` works when nobody can log in.
";
