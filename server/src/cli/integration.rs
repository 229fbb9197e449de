//! `desk integration`: who may send webhooks, and new secrets for them, on the machine itself.

use super::{beside::Config, terminal};
use anyhow::Result;
use clap::{Args, Subcommand};
use desk::Actor;
use model::{
    Language, Timestamp,
    webhook::{Credential, CredentialState, IntegrationSeen, Origin},
};
use std::{fmt::Write, process::ExitCode};

/// Who may send webhooks, and new secrets for them: also while `desk serve` runs
#[derive(Args)]
pub(crate) struct Integration {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    List(List),
    Rotate(Rotate),
    EndPrevious(EndPrevious),
}

/// Lists the integrations and how their secrets are, never a secret
#[derive(Args)]
struct List {
    #[command(flatten)]
    config: Config,
}

/// Makes a new secret, prints it once, and lets the one before it count until the change is over
#[derive(Args)]
#[command(after_help = "Examples:
  desk integration rotate vm112
  desk integration rotate wazuh --url-key
  (umask 077; desk integration rotate vm112 > new-secret)

Standard output has the new secret alone. The Desk that runs takes it within five seconds. The one before it counts
until `desk integration end-previous`, or until a week after a sender has first shown the new one.")]
struct Rotate {
    #[command(flatten)]
    which: Which,
}

/// Ends the secret before the new one: who still sends it is refused within five seconds
#[derive(Args)]
#[command(after_help = "Examples:
  desk integration list
  desk integration end-previous vm112")]
struct EndPrevious {
    #[command(flatten)]
    which: Which,
}

#[derive(Args)]
struct Which {
    /// Its name in desk.toml
    name: String,
    /// The key for the URL, in the place of the secret
    #[arg(long)]
    url_key: bool,
    #[command(flatten)]
    config: Config,
}

impl Which {
    fn credential(&self) -> Credential {
        if self.url_key {
            Credential::UrlKey
        } else {
            Credential::Secret
        }
    }
}

impl Integration {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let language = terminal::Terminal::new().language;
        match self.what {
            What::List(List { config }) => {
                let desk = config.desk().await?;
                let all = desk.integrations(&Actor::Console).await;
                desk.close().await;
                terminal::print(&table(&all?, language)?)?;
            }
            What::Rotate(Rotate { which }) => {
                let desk = which.config.desk().await?;
                let made = desk
                    .rotate(&Actor::Console, &which.name, which.credential(), language)
                    .await;
                desk.close().await;
                let made = made?;
                terminal::print(&format!("{}\n", made.value))?;
                terminal::complain(next(made.previous_counts, language));
            }
            What::EndPrevious(EndPrevious { which }) => {
                let desk = which.config.desk().await?;
                let done = desk
                    .end_previous(&Actor::Console, &which.name, which.credential(), language)
                    .await;
                desk.close().await;
                done?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn next(previous_counts: bool, language: Language) -> &'static str {
    match (previous_counts, language) {
        (true, Language::Pt) => {
            "desk: não será mostrado de novo. O anterior ainda vale; depois de trocá-lo em quem envia: desk integration end-previous"
        }
        (true, Language::En) => {
            "desk: it is not shown again. The one before still counts; once the sender has the new one: desk integration end-previous"
        }
        (false, Language::Pt) => "desk: não será mostrado de novo.",
        (false, Language::En) => "desk: it is not shown again.",
    }
}

fn table(all: &[IntegrationSeen], language: Language) -> Result<String> {
    let mut text = String::new();
    for one in all {
        for state in one.credentials.iter().flatten() {
            let line = format!(
                "{:<20} {:<8} {}",
                one.name,
                state.credential,
                said(state, language)
            );
            writeln!(text, "{}", line.trim_end())?;
        }
    }
    Ok(text)
}

fn said(state: &CredentialState, language: Language) -> String {
    let mut said = match (state.origin, language) {
        (Origin::None, Language::Pt) => "nenhum".to_owned(),
        (Origin::None, Language::En) => "none".to_owned(),
        (Origin::Configured, _) => "desk.toml".to_owned(),
        (Origin::Unreadable, Language::Pt) => {
            "desk.toml (o novo não abre com este JWT secret: faça outro)".to_owned()
        }
        (Origin::Unreadable, Language::En) => {
            "desk.toml (the new one does not open with this JWT secret: make another)".to_owned()
        }
        (Origin::Rotated, _) => {
            let by = state.rotated_by.as_deref().unwrap_or_default();
            let at = state.rotated_at.map(|at| at.to_string()).unwrap_or_default();
            format!("{at} {by}")
        }
    };
    if let Some(previous) = &state.previous {
        said += ", ";
        said += &still_counts(previous.ends_at, language);
    }
    said
}

fn still_counts(ends_at: Option<Timestamp>, language: Language) -> String {
    match (ends_at, language) {
        (Some(until), Language::Pt) => format!("o anterior vale até {until}"),
        (Some(until), Language::En) => format!("the one before counts until {until}"),
        (None, Language::Pt) => "o anterior ainda vale e o novo ainda não foi usado".to_owned(),
        (None, Language::En) => "the one before still counts and the new one was not used yet".to_owned(),
    }
}
