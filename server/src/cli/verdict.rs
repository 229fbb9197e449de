//! One verdict, as JSON for programs and as a tree for people: what `probe` and `judge` show.

use super::{exit::Exit, terminal, terminal::Terminal, words::words};
use anyhow::Result;
use engine::reproduce;
use model::{Leaf, evidence::Outcome, hint, message};
use serde_json::json;
use std::fmt::Write;

pub(crate) fn show(outcome: &Outcome, as_json: bool) -> Result<Exit> {
    let terminal = Terminal::new();
    let text = if as_json {
        let body = json!({
            "code": outcome.code,
            "state": outcome.state,
            "ok": outcome.state.ok(),
            "message": message::say(outcome.code, &outcome.evidence, terminal.language),
            "evidence": outcome.evidence,
        });
        format!("{body:#}\n")
    } else {
        tree(outcome, &terminal)?
    };
    terminal::print(&text)?;
    Ok(Exit::of(outcome.state))
}

fn tree(outcome: &Outcome, terminal: &Terminal) -> Result<String> {
    let (words, seen) = (words(terminal.language), &outcome.evidence);
    let mut text = String::new();
    let message = message::say(outcome.code, seen, terminal.language);
    writeln!(
        text,
        "{} {}",
        terminal.state(outcome.state),
        terminal.strong(&message)
    )?;
    let mut branches: Vec<(&str, String)> = Vec::new();
    if let (Some(version), Some(cipher)) = (&seen.tls_version, &seen.cipher) {
        branches.push((words.protocol, format!("{version} {cipher}")));
    }
    if let Some(leaf) = &seen.leaf {
        branches.extend(certificate(leaf, seen.sni.as_deref(), terminal));
    }
    for (depth, link) in seen.chain.iter().enumerate().skip(1) {
        let line = format!(
            "{}{} ({}, {} {})",
            "  ".repeat(depth - 1),
            link.subject,
            link.public_key,
            words.valid,
            link.not_after
        );
        branches.push((if depth == 1 { words.chain } else { "" }, line));
    }
    let hint = hint::say(outcome.code, seen, terminal.language);
    if !hint.is_empty() {
        branches.push((words.next, hint));
    }
    if let Some(command) = reproduce::command(outcome.code, seen) {
        branches.push((words.reproduce, command));
    }
    let last = branches.len().saturating_sub(1);
    for (index, (name, line)) in branches.iter().enumerate() {
        let branch = if index == last { "└─" } else { "├─" };
        writeln!(text, "{} {name:<11} {line}", terminal.faint(branch))?;
    }
    Ok(text)
}

fn certificate(leaf: &Leaf, asked: Option<&str>, terminal: &Terminal) -> Vec<(&'static str, String)> {
    let words = words(terminal.language);
    let mut names: Vec<String> = leaf
        .sans
        .iter()
        .map(|san| {
            if Some(san.as_str()) == asked {
                terminal.strong(san)
            } else {
                san.clone()
            }
        })
        .collect();
    if names.is_empty() {
        names.push(format!("— (CN={})", leaf.cn.as_deref().unwrap_or("—")));
    }
    if leaf.sans_left_out > 0 {
        names.push(format!("+{}", leaf.sans_left_out));
    }
    vec![
        (words.names, names.join(", ")),
        (words.valid, format!("{} … {}", leaf.not_before, leaf.not_after)),
        (words.issuer, leaf.issuer.clone()),
        (words.serial, leaf.serial.clone()),
        (words.key, leaf.public_key.clone()),
        ("SHA-256", leaf.sha256.clone()),
    ]
}
