//! The mail host's nginx has a server block for the name on the admin's port (nginx.org,
//! `ngx_http_core_module`: `server_name` and `listen`).

use super::Check;
use crate::{
    Facts,
    wire::nginx::{Blocks, Files, Include, source},
};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};
use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
};

pub static CHECK: Check = Check {
    id: CheckId::new("admin_block_nginx"),
    group: Group::Admin,
    priority: Priority::P1,
    label: Label {
        pt: "Admin nginx",
        en: "Admin nginx",
    },
    ok_when: "a server block in the folder or below it, or in what is included there, listens on 6071 (or on the \
              port of `admin`) and has exactly the mail host among its names",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let path = facts
        .site
        .nginx_admin
        .as_deref()
        .ok_or_else(|| facts.not_configured("nginx_admin"))?;
    let about = format!("{:?} {}", facts.site.host, path.display());
    let known = facts.learned(about, || gather(facts, path)).await?;

    let name = facts.domain.mail_host.as_str();
    let at = |path: &Path| Evidence {
        name: Some(name.to_owned()),
        ..facts.at(path)
    };
    if let Some(place) = known.blocks.find(name, &facts.admin_ports()) {
        return Ok(Outcome::ok(Evidence {
            line: Some(place.line),
            ..at(&place.path)
        }));
    }
    if let Some(unread) = &known.unread {
        return Err(facts.of_mail_host(unread.clone()));
    }
    if let Some((path, broken)) = &known.blocks.broken {
        return Ok(Outcome::fail(
            Code::ConfigBroken,
            at(path).detail(broken.to_string()),
        ));
    }
    if known.blocks.is_cut {
        return Ok(Outcome::unknown(Code::TooLarge, at(path)));
    }
    let elsewhere = known.blocks.named(name);
    let elsewhere = elsewhere.map(|place| format!("{}:{}", place.path.display(), place.line));
    Ok(Outcome::fail(Code::NoServerBlock, at(path).found(elsewhere)))
}

/// The blocks, and the first thing included that could not be looked at.
struct Known {
    blocks: Blocks,
    unread: Option<Outcome>,
}

/// Reads what is included round by round, until nothing new is.
async fn gather(facts: &Facts<'_>, root: &Path) -> Result<Known, Outcome> {
    let host = &facts.site.host;
    let mut files = Files::clone(&*facts.parsed_folder(host, root, Files::read).await?);
    let mut asked = HashMap::from([(root.to_owned(), None)]);
    loop {
        let blocks = Blocks::gather(root, &files);
        let wanted = blocks.missing.iter().flat_map(|include| &include.candidates);
        let mut sources: BTreeSet<_> = wanted.map(|candidate| source(candidate)).collect();
        // What lies in a folder that was read, and was not found, is not there.
        sources.retain(|source| !source.ancestors().any(|folder| asked.contains_key(folder)));
        if asked.len() + sources.len() > MOST_SOURCES {
            let why = format!("more than {MOST_SOURCES} files and folders are included");
            let unread = Some(Outcome::unknown(Code::TooLarge, facts.at(root).detail(why)));
            return Ok(Known { blocks, unread });
        }
        if sources.is_empty() {
            let mut unread = blocks
                .missing
                .iter()
                .filter_map(|include| unread(facts, include, &asked));
            let unread = unread.next();
            return Ok(Known { blocks, unread });
        }
        for source in sources {
            let found = facts.parsed_folder(host, &source, Files::read).await;
            if let Ok(found) = &found {
                files.join(found);
            }
            asked.insert(source, found.err());
        }
    }
}

/// What was read for being included, and why it could not be.
type Asked = HashMap<PathBuf, Option<Outcome>>;

/// Why nothing of an include was seen. A pattern may stand for nothing; a file must be there.
fn unread(facts: &Facts<'_>, include: &Include, asked: &Asked) -> Option<Outcome> {
    let sources = include.candidates.iter().map(|candidate| source(candidate));
    let mut faults = sources.filter_map(|source| asked.get(&source)?.as_ref());
    if let Some(hidden) = faults.find(|fault| fault.code != Code::FileMissing) {
        return Some(hidden.clone());
    }
    let first = include.candidates.first()?;
    let is_file = source(first) == *first;
    is_file.then(|| Outcome::fail(Code::FileMissing, facts.at(first)))
}

/// Files and folders that are read for being included.
const MOST_SOURCES: usize = 256;
