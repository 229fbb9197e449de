//! `desk audit`: is the trail of what people changed whole?

use super::{exit::Exit, terminal};
use crate::{
    config::{Process, Settings},
    run,
};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use model::{Language, trail::Proof};
use std::path::PathBuf;
use store::Store;

/// The trail of what people changed in the Desk
#[derive(Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Verify(Verify),
}

/// Proves that no entry of the trail was changed, added between others or taken out
#[derive(Args)]
#[command(after_help = "Examples:
  desk audit verify --config /etc/ligbox/desk.toml
  desk audit verify --known 1f0c…      also proves that nothing was cut off at the end since that hash was noted

Each entry holds a SHA-256 over itself and the hash of the one before it. Note the hash that is printed somewhere
else: who can write to the database could make a whole new trail, but not one that still has this hash.

Exit codes: 0 the trail holds together, 1 it does not, 2 it cannot be read.")]
struct Verify {
    #[arg(
        long,
        value_name = "FILE",
        help = "Configuration file [default: $DESK_CONFIG]"
    )]
    config: Option<PathBuf>,
    /// A hash that an earlier run printed
    #[arg(long, value_name = "HASH")]
    known: Option<String>,
}

impl Audit {
    pub(crate) async fn run(self) -> Result<Exit> {
        match self.what {
            What::Verify(verify) => verify.run().await,
        }
    }
}

impl Verify {
    async fn run(self) -> Result<Exit> {
        let settings = Settings::load(self.config.as_deref(), &Process)?;
        let plan = run::Plan::from_settings(&settings);
        let store = Store::open(&plan.database_url).await?;
        let proof = store.prove_trail(self.known.as_deref()).await;
        store.close().await;
        let proof = proof.context("the trail cannot be read")?;
        let language = terminal::Terminal::new().language;
        let (exit, said) = verdict(&proof, self.known.as_deref(), language);
        terminal::print(&said)?;
        Ok(exit)
    }
}

fn verdict(proof: &Proof, known: Option<&str>, language: Language) -> (Exit, String) {
    let Proof {
        entries,
        head,
        broken_at,
        has_known,
    } = proof;
    let (exit, said) = match (broken_at, known) {
        (Some(id), _) => (
            Exit::Bad,
            match language {
                Language::Pt => format!(
                    "ROMPIDA no registro {id}: ele foi mudado, ou falta um antes dele. Os {entries} registros anteriores se encadeiam."
                ),
                Language::En => format!(
                    "BROKEN at entry {id}: it was changed, or one before it is missing. The {entries} entries before it hold together."
                ),
            },
        ),
        (None, Some(known)) if !has_known => (
            Exit::Bad,
            match language {
                Language::Pt => format!(
                    "ROMPIDA: nenhum registro tem o hash {known}. A trilha foi cortada ou refeita desde que ele foi anotado."
                ),
                Language::En => format!(
                    "BROKEN: no entry has the hash {known}. The trail was cut off or made anew since it was noted."
                ),
            },
        ),
        _ => (
            Exit::Good,
            match language {
                Language::Pt => {
                    format!("{entries} registros, cada um encadeado ao anterior.\núltimo hash  {head}")
                }
                Language::En => {
                    format!("{entries} entries, each chained to the one before it.\nlast hash  {head}")
                }
            },
        ),
    };
    (exit, said + "\n")
}
