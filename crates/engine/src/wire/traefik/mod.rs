//! Which hosts Traefik routes: its routers, from the file provider (YAML or TOML) or from its API, in the
//! rule syntax of v2 and v3.

mod api;
mod file;
mod host;
mod rule;

pub use api::{NotAList, page};
pub use file::{Broken, read_files};

use crate::wire::{condition::Chance, expression::Expressions};
use rule::Rule;
use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    path::Path,
    sync::Arc,
};

/// What a router listens to: requests by their host, or connections by their SNI.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Http,
    Tcp,
}

/// How a rule's regular expressions are written (a router's `ruleSyntax`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    V2,
    V3,
    /// By Traefik's own setting, which stands elsewhere: the expression itself shows it.
    Unsaid,
}

impl Syntax {
    fn named(name: Option<&str>) -> Self {
        match name {
            Some("v2") => Self::V2,
            Some("v3") => Self::V3,
            _ => Self::Unsaid,
        }
    }
}

/// A router that is in use, as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Router {
    pub name: String,
    pub rule: String,
    pub kind: Kind,
    pub syntax: Syntax,
    /// The file and line where it stands; `None` for one of the API's.
    pub place: Option<(Arc<Path>, usize)>,
}

impl fmt::Display for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.rule)
    }
}

/// All routers, to be asked for one host after the other.
#[derive(Debug, Default)]
pub struct Routers {
    /// With what was understood of the rule; `None` for what Traefik refuses.
    all: Vec<(Router, Option<Rule>)>,
    /// The routers that name a host.
    naming: HashMap<Box<str>, Vec<usize>>,
    /// Those that can match hosts they do not name.
    wide: Vec<usize>,
    untried: Option<usize>,
}

impl Routers {
    pub fn new(routers: Vec<Router>) -> Self {
        let mut known = Self::default();
        let mut expressions = Expressions::default();
        for (index, router) in routers.into_iter().enumerate() {
            let rule = Rule::read(&router.rule, router.kind, router.syntax, &mut expressions);
            match rule.as_ref().map(Rule::names) {
                Some(Some(names)) => {
                    for name in names {
                        known.naming.entry(name.into()).or_default().push(index);
                    }
                }
                Some(None) => known.wide.push(index),
                None => {}
            }
            if known.untried.is_none() && rule.as_ref().is_some_and(Rule::is_untried) {
                known.untried = Some(index);
            }
            known.all.push((router, rule));
        }
        known
    }

    /// The first router whose rule matches the host, and not merely some path of whatever host.
    pub fn route(&self, host: &str) -> Option<&Router> {
        let naming = self.naming.get(host).into_iter().flatten();
        let asked: BTreeSet<_> = naming.chain(&self.wide).collect();
        asked.into_iter().find_map(|&index| match self.all.get(index)? {
            (router, Some(rule)) if rule.answer(host).met == Chance::Named => Some(router),
            _ => None,
        })
    }

    /// A router whose expressions are too large, or too many, to be tried: it may route any host.
    pub fn untried(&self) -> Option<&Router> {
        self.all.get(self.untried?).map(|(router, _)| router)
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
