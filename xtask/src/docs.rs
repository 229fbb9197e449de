//! `cargo xtask docs`: what a package of the Desk brings along, printed by the binary itself.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::build;
use crate::command::{self, built, program};
use crate::site::Profile;

pub(crate) fn run() -> Result<()> {
    build::binary(Profile::Debug)?;
    for (file, arguments) in DOCUMENTS {
        let text = command::output(&mut program(built("debug/desk"), *arguments))?;
        let path = Path::new(FOLDER).join(file);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(&path, text)
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Generated, so not in the repository.
const FOLDER: &str = "target/docs";

/// Each file, and what `desk` is asked for it.
const DOCUMENTS: &[(&str, &[&str])] = &[
    ("man1/desk.1", &["man"]),
    ("man1/desk-serve.1", &["man", "serve"]),
    ("man1/desk-demo.1", &["man", "demo"]),
    ("man1/desk-check.1", &["man", "check"]),
    ("man1/desk-probe.1", &["man", "probe"]),
    ("man1/desk-judge.1", &["man", "judge"]),
    ("man1/desk-config.1", &["man", "config"]),
    ("bash-completion/desk", &["completions", "bash"]),
    ("zsh/_desk", &["completions", "zsh"]),
    ("fish/desk.fish", &["completions", "fish"]),
];
