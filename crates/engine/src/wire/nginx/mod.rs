//! The server blocks of nginx's configuration (nginx.org, `ngx_http_core_module`: `listen` and `server_name`),
//! over all of its files.

mod include;
mod syntax;

pub use include::{Include, source};
pub use syntax::Broken;

use crate::wire::expression::Expressions;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
};
use syntax::Directive;

/// Files that were read, by their path.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<PathBuf, Result<Arc<[Directive]>, Broken>>);

impl Files {
    pub fn read(files: &[(PathBuf, Vec<u8>)]) -> Self {
        let read = |bytes| syntax::read(&String::from_utf8_lossy(bytes)).map(Into::into);
        Self(
            files
                .iter()
                .map(|(path, bytes)| (path.clone(), read(bytes)))
                .collect(),
        )
    }

    /// These and those.
    pub fn join(&mut self, others: &Self) {
        self.0
            .extend(others.0.iter().map(|(path, file)| (path.clone(), file.clone())));
    }
}

/// Where a name stands in a server block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub path: PathBuf,
    pub line: usize,
}

/// All server blocks, to be asked for one name after the other.
#[derive(Debug, Default)]
pub struct Blocks {
    ports: Vec<Vec<RangeInclusive<u16>>>,
    names: HashMap<Box<str>, Vec<(usize, Place)>>,
    /// What is included and was not found among the files.
    pub missing: BTreeSet<Include>,
    /// A file that nginx would refuse.
    pub broken: Option<(PathBuf, Broken)>,
    /// There is more than is looked at.
    pub is_cut: bool,
}

impl Blocks {
    /// The blocks of every file at `root`, a folder or the one file, with what they include.
    pub fn gather(root: &Path, files: &Files) -> Self {
        let folder = if files.0.contains_key(root) {
            root.parent().unwrap_or(root)
        } else {
            root
        };
        let mut gatherer = Gatherer {
            folder,
            files,
            found: HashMap::new(),
            expressions: Expressions::default(),
            visits: 0,
            blocks: Self::default(),
        };
        for path in files.0.keys() {
            if path == root || (path.starts_with(root) && !is_left_over(path)) {
                gatherer.file(path, &mut Inside::Http, &mut Vec::new());
            }
        }
        gatherer.blocks
    }

    /// A block that listens on one of the ports and has exactly this name (in lower case).
    pub fn find(&self, name: &str, ports: &[u16]) -> Option<&Place> {
        let listens = |block: &usize| {
            let ranges = self.ports.get(*block).map_or(&[][..], Vec::as_slice);
            ranges
                .iter()
                .any(|range| ports.iter().any(|port| range.contains(port)))
        };
        let places = self.names.get(name)?;
        places
            .iter()
            .find(|(block, _)| listens(block))
            .map(|(_, place)| place)
    }

    /// The places that have this name, whatever they listen on.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Place> {
        self.names.get(name).into_iter().flatten().map(|(_, place)| place)
    }
}

/// A walk through files, following their includes.
struct Gatherer<'a> {
    folder: &'a Path,
    files: &'a Files,
    found: HashMap<Include, Vec<&'a PathBuf>>,
    expressions: Expressions,
    visits: usize,
    blocks: Blocks,
}

/// Where the walk is.
enum Inside {
    /// Where server blocks stand.
    Http,
    /// In the server block of that number.
    Server(usize),
}

impl<'a> Gatherer<'a> {
    /// `above` are the files that include this one.
    fn file(&mut self, path: &'a PathBuf, inside: &mut Inside, above: &mut Vec<&'a PathBuf>) {
        if above.contains(&path) || above.len() == DEEPEST {
            return;
        }
        match self.files.0.get(path) {
            Some(Ok(directives)) => {
                above.push(path);
                self.directives(directives, path, inside, above);
                above.pop();
            }
            Some(Err(broken)) => {
                let first = || (path.clone(), broken.clone());
                self.blocks.broken.get_or_insert_with(first);
            }
            None => {}
        }
    }

    fn directives(
        &mut self,
        directives: &'a [Directive],
        path: &'a PathBuf,
        inside: &mut Inside,
        above: &mut Vec<&'a PathBuf>,
    ) {
        for directive in directives {
            self.visits += 1;
            if self.visits > MOST_VISITS {
                self.blocks.is_cut = true;
                return;
            }
            match (directive.name.as_str(), &inside) {
                ("include", _) => {
                    for included in self.included(directive, path) {
                        self.file(included, inside, above);
                    }
                }
                ("http", Inside::Http) => self.directives(&directive.block, path, inside, above),
                ("server", Inside::Http) => {
                    let block = self.blocks.ports.len();
                    self.blocks.ports.push(Vec::new());
                    self.directives(&directive.block, path, &mut Inside::Server(block), above);
                }
                ("listen", &&mut Inside::Server(block)) => {
                    let range = directive.arguments.first().and_then(|listen| ports(listen));
                    if let Some(ports) = self.blocks.ports.get_mut(block) {
                        ports.extend(range);
                    }
                }
                ("server_name", &&mut Inside::Server(block)) => {
                    for name in &directive.arguments {
                        let place = Place {
                            path: path.clone(),
                            line: directive.line,
                        };
                        let name = name.to_ascii_lowercase().into();
                        self.blocks.names.entry(name).or_default().push((block, place));
                    }
                }
                _ => {}
            }
        }
    }

    fn included(&mut self, directive: &Directive, path: &Path) -> Vec<&'a PathBuf> {
        let Some(argument) = directive.arguments.first() else {
            return Vec::new();
        };
        let include = Include::new(argument, path, self.folder);
        if let Some(found) = self.found.get(&include) {
            return found.clone();
        }
        let found = include
            .candidates
            .iter()
            .map(|candidate| include::matching(candidate, self.files.0.keys(), &mut self.expressions))
            .find(|found| !found.is_empty())
            .unwrap_or_default();
        if found.is_empty() {
            self.blocks.missing.insert(include.clone());
        }
        self.found.insert(include, found.clone());
        found
    }
}

/// The ports of `listen`: a port, or an address with one (80 where none is said), or a range of them.
fn ports(listen: &str) -> Option<RangeInclusive<u16>> {
    let numbers = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let number = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| text.parse().ok())?
        };
        Some(number(first)?..=number(last)?)
    };
    if listen.starts_with("unix:") {
        return None;
    }
    let (address, port) = match listen.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((_, behind)) if behind.ends_with(']') => (listen, None),
        Some((address, port)) => (address, Some(port)),
        None => (listen, None),
    };
    match port {
        Some(port) => numbers(port),
        None => numbers(address).or(Some(80..=80)),
    }
}

/// What editors and packages leave beside a configuration; no server reads it.
fn is_left_over(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ends = [
        "~",
        ".bak",
        ".backup",
        ".disabled",
        ".dpkg-dist",
        ".dpkg-new",
        ".dpkg-old",
        ".old",
        ".orig",
        ".rpmnew",
        ".rpmsave",
        ".save",
        ".swp",
    ];
    name.starts_with('.') || ends.iter().any(|end| name.ends_with(end))
}

/// Includes within includes.
const DEEPEST: usize = 16;
/// Directives looked at, those of a file once for each time that it is included.
const MOST_VISITS: usize = 1_000_000;

#[cfg(test)]
mod tests;
