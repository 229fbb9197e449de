//! `desk checks`: every check there is, and what each verdict says; `docs/checks.md` is its Markdown.

use super::terminal::{self, Terminal};
use anyhow::Result;
use clap::Args;
use engine::checks;
use model::{Code, Evidence, Group, Language, hint, message};
use std::{fmt::Write, process::ExitCode};

/// Lists the checks: what each is called, and when it is ok
#[derive(Args)]
#[command(after_help = "Examples:
  desk checks
  desk checks --markdown > checks.md")]
pub(crate) struct Checks {
    /// As a document, with every verdict's words
    #[arg(long)]
    markdown: bool,
}

impl Checks {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let text = if self.markdown {
            document()?
        } else {
            table(Terminal::new().language)?
        };
        terminal::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn table(language: Language) -> Result<String> {
    let mut text = String::new();
    for check in checks::ALL {
        writeln!(
            text,
            "{:<22} {:?}  {:<13} {}",
            check.id,
            check.priority,
            check.group.as_str(),
            check.label.in_language(language)
        )?;
    }
    Ok(text)
}

/// In English, as all documents of the repository.
fn document() -> Result<String> {
    let mut text = INTRODUCTION.to_owned();
    for group in Group::ALL {
        writeln!(text, "\n## `{}`\n", group.as_str())?;
        if group.is_set() {
            writeln!(text, "On where a site has `sets = [\"{}\"]`.\n", group.as_str())?;
        }
        writeln!(text, "| check | | ok when |\n|---|---|---|")?;
        for check in checks::ALL.iter().filter(|check| check.group == group) {
            writeln!(
                text,
                "| `{}` | {:?} | {} |",
                check.id, check.priority, check.ok_when
            )?;
        }
    }
    text.push_str(VERDICTS);
    let seen = placeholders();
    for &code in Code::ALL.iter().filter(|code| **code != Code::Ok) {
        let message = message::say(code, &seen, Language::En);
        let hint = hint::say(code, &seen, Language::En);
        writeln!(text, "| `{code}` | {message} | {hint} |")?;
    }
    Ok(text)
}

/// Evidence whose every part is its own name.
fn placeholders() -> Evidence {
    let name = |name: &str| Some(format!("*{name}*"));
    Evidence {
        endpoint: name("endpoint"),
        sni: name("name"),
        detail: name("detail"),
        host: name("host"),
        path: name("path"),
        name: name("name"),
        question: name("question"),
        url: name("url"),
        location: name("location"),
        found: name("found").into_iter().collect(),
        expected: name("expected").into_iter().collect(),
        missing: name("missing").into_iter().collect(),
        wants: name("key"),
        ..Evidence::default()
    }
}

const INTRODUCTION: &str = "# The checks

Generated from the code by `cargo xtask docs`; do not edit. Each check answers one question about one domain
from evidence, and one state: `ok`, `warn`, `fail` (proved wrong), `unknown` (could not be determined) or
`skipped` (the site does not configure it). A domain is ready when at least one P1 check ran and every P1
check that was not skipped is `ok` or `warn`.
";

const VERDICTS: &str = "
## Verdicts

Every step has a `code`; `ok` is one of them. What the others say, and what to do about it:

| code | message | what to do |
|---|---|---|
";
