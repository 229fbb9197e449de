//! `desk user`: users, administered on the machine itself, when nobody can log in.

use super::{beside::Config, terminal};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use desk::Actor;
use model::{
    Language, Role,
    people::{NewUser, UserChanges},
};
use std::{
    fmt::Write,
    io::{self, IsTerminal},
    process::ExitCode,
};

/// Users, on the machine itself: also while `desk serve` runs
#[derive(Args)]
pub(crate) struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add(Add),
    Password(Password),
    List(List),
}

/// Makes a user; the password is read from standard input
#[derive(Args)]
#[command(after_help = "Examples:
  desk user add maria --role technician
  pwgen 20 1 | desk user add maria --role technician

The password has at least 12 characters, and must be changed at the first login.")]
struct Add {
    name: String,
    #[arg(long, value_parser = role, help = "super_admin, ops_lead, technician or noc")]
    role: Role,
    #[command(flatten)]
    config: Config,
}

/// Sets a user's password, read from standard input, and lets a deactivated user in again
#[derive(Args)]
#[command(after_help = "Examples:
  desk user password root

It ends the user's tokens and sessions, and must be changed at the next login.")]
struct Password {
    name: String,
    #[command(flatten)]
    config: Config,
}

/// Lists the users
#[derive(Args)]
struct List {
    #[command(flatten)]
    config: Config,
}

impl User {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let language = terminal::Terminal::new().language;
        match self.what {
            What::Add(Add { name, role, config }) => {
                let new = NewUser {
                    username: name,
                    role,
                    password: password()?,
                };
                let desk = config.desk().await?;
                let added = desk.add_user(&Actor::Console, new, language).await;
                desk.close().await;
                let added = added?;
                terminal::print(&format!("{} ({})\n", added.username, added.role))?;
            }
            What::Password(Password { name, config }) => {
                let changes = UserChanges {
                    password: Some(password()?),
                    active: Some(true),
                    ..UserChanges::default()
                };
                let desk = config.desk().await?;
                let done = desk.change_user(&Actor::Console, &name, changes, language).await;
                desk.close().await;
                done?;
            }
            What::List(List { config }) => {
                let desk = config.desk().await?;
                let users = desk.users(&Actor::Console).await;
                desk.close().await;
                terminal::print(&table(&users?, language)?)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The first line; at a terminal it is asked for and not shown.
fn password() -> Result<String> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").context("the password could not be read");
    }
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .context("the password could not be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn table(users: &[model::people::User], language: Language) -> Result<String> {
    let (inactive, must_change) = match language {
        Language::Pt => ("desativado", "deve trocar a senha"),
        Language::En => ("deactivated", "must change the password"),
    };
    let mut text = String::new();
    for user in users {
        let notes = [
            (!user.active).then_some(inactive),
            user.must_change_password.then_some(must_change),
        ];
        let notes: Vec<&str> = notes.into_iter().flatten().collect();
        let line = format!("{:<20} {:<12} {}", user.username, user.role, notes.join(", "));
        writeln!(text, "{}", line.trim_end())?;
    }
    Ok(text)
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "it is super_admin, ops_lead, technician or noc".to_owned())
}
