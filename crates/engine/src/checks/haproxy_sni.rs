//! HAProxy leads connections for the mail host to a backend by their SNI (RFC 6066 section 3; HAProxy's
//! configuration manual, `use_backend` and the converter `map`).

use super::Check;
use crate::{
    Facts,
    wire::haproxy::{Config, Map, Method, SniFile},
};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

pub static CHECK: Check = Check {
    id: CheckId::new("haproxy_sni"),
    group: Group::Infra,
    priority: Priority::P1,
    label: Label {
        pt: "HAProxy SNI",
        en: "HAProxy SNI",
    },
    ok_when: "the map file, or a rule of the haproxy.cfg over the SNI, leads the mail host to a backend (`warn` when \
              what stands behind it in a map can be no backend's name)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let path = facts
        .site
        .haproxy_sni
        .as_deref()
        .ok_or_else(|| facts.not_configured("haproxy_sni"))?;
    let file = facts
        .parsed(facts.proxy_host(), path, MOST, SniFile::read)
        .await?;
    match &*file {
        SniFile::Map(map) => Ok(in_map(facts, path, map)),
        SniFile::Config(config) => in_config(facts, path, config).await,
    }
}

/// How the map is asked stands in another file: the whole name is its key, as plain `map` has it.
fn in_map(facts: &Facts<'_>, path: &Path, map: &Map) -> Outcome {
    let seen = facts.at_proxy(path);
    let Some(entry) = map.find(facts.domain.mail_host.as_str(), Method::Exact) else {
        return Outcome::fail(Code::NotRouted, seen);
    };
    let backend = Some(&entry.value).filter(|value| !value.is_empty());
    let seen = Evidence {
        line: Some(entry.line),
        ..seen.found(backend)
    };
    if entry.is_backend() {
        Outcome::ok(seen)
    } else {
        Outcome::warn(Code::DoubtfulBackend, seen)
    }
}

async fn in_config(facts: &Facts<'_>, path: &Path, config: &Config) -> Result<Outcome, Outcome> {
    let mut read = HashMap::new();
    let mut unread = None;
    for (count, name) in config.files().into_iter().enumerate() {
        if count == MOST_FILES {
            let most = format!("more than {MOST_FILES} map files");
            unread.get_or_insert(Outcome::unknown(
                Code::TooLarge,
                facts.at_proxy(path).detail(most),
            ));
            break;
        }
        let file = beside(path, name);
        match facts.parsed(facts.proxy_host(), &file, MOST, Map::read).await {
            Ok(map) => drop(read.insert(name.to_owned(), map)),
            Err(fault) => drop(unread.get_or_insert(fault)),
        }
    }
    let maps = read.iter().map(|(name, map)| (name.clone(), &**map)).collect();
    if let Some(route) = config.route(facts.domain.mail_host.as_str(), &maps) {
        let file = route
            .file
            .map_or_else(|| path.to_owned(), |file| beside(path, &file));
        return Ok(Outcome::ok(Evidence {
            line: Some(route.line),
            ..facts.at_proxy(&file).found([route.backend])
        }));
    }
    if let Some(fault) = unread {
        return Err(fault);
    }
    let seen = facts.at_proxy(path);
    match config.obscure() {
        Some(line) => Ok(Outcome::unknown(
            Code::Unreadable,
            Evidence {
                line: Some(line),
                ..seen.detail(format!("line {line}: this rule over the SNI is not understood"))
            },
        )),
        None => Ok(Outcome::fail(Code::NotRouted, seen)),
    }
}

/// A file that the configuration names. The folder in which HAProxy runs is not known here: a relative name
/// is taken from beside the configuration.
fn beside(config: &Path, name: &Path) -> PathBuf {
    config.parent().unwrap_or(config).join(name)
}

/// Of one file: some 100,000 names.
const MOST: u64 = 8 * 1024 * 1024;
/// Maps and lists that a configuration names.
const MOST_FILES: usize = 64;
