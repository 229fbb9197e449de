//! `cargo xtask docs`: the generated documents and what a package of the Desk brings along, printed by the binary
//! itself.

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
        let path = Path::new(file);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            fs::write(path, text)
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Each file, and what `desk` is asked for it. What people read on the way is in the repository, guarded by a
/// test; what a package brings along is not.
const DOCUMENTS: &[(&str, &[&str])] = &[
    ("docs/checks.md", &["checks", "--markdown"]),
    ("docs/access.md", &["roles", "--markdown"]),
    ("target/docs/man1/desk.1", &["man"]),
    ("target/docs/man1/desk-serve.1", &["man", "serve"]),
    ("target/docs/man1/desk-demo.1", &["man", "demo"]),
    ("target/docs/man1/desk-check.1", &["man", "check"]),
    ("target/docs/man1/desk-checks.1", &["man", "checks"]),
    ("target/docs/man1/desk-probe.1", &["man", "probe"]),
    ("target/docs/man1/desk-judge.1", &["man", "judge"]),
    ("target/docs/man1/desk-config.1", &["man", "config"]),
    ("target/docs/man1/desk-user.1", &["man", "user"]),
    ("target/docs/man1/desk-roles.1", &["man", "roles"]),
    ("target/docs/man1/desk-audit.1", &["man", "audit"]),
    ("target/docs/bash-completion/desk", &["completions", "bash"]),
    ("target/docs/zsh/_desk", &["completions", "zsh"]),
    ("target/docs/fish/desk.fish", &["completions", "fish"]),
];
