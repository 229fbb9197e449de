//! One proxy section's rules, asked for a host.

use super::{
    map::Map,
    names::Names,
    term::{Lookup, Term},
};
use crate::wire::condition::{Answer, Chance};
use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
};

/// Where a host is led, and what says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// The backend, or the server of a `use-server`.
    pub backend: String,
    /// The line that names the host.
    pub line: usize,
    /// The map or list in which that line stands, where it is not the file itself.
    pub file: Option<PathBuf>,
}

#[derive(Debug)]
pub(super) struct Proxy {
    names: Names,
    terms: Vec<Term>,
    rules: Vec<Rule>,
    /// The rules that ask a term.
    askers: HashMap<usize, Vec<usize>>,
    /// The terms that ask another file.
    listed: Vec<usize>,
    /// The rules that look their backend up.
    mapped: Vec<usize>,
}

/// `use_backend` or `use-server`.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) backend: Backend,
    /// `unless`.
    pub(super) negated: bool,
    /// One of them is enough.
    pub(super) clauses: Vec<Vec<Literal>>,
    pub(super) line: usize,
}

#[derive(Debug)]
pub(super) enum Backend {
    Named(String),
    Mapped(Lookup),
    /// Made of the SNI in a way that is not understood here.
    Obscure,
}

#[derive(Debug)]
pub(super) struct Literal {
    pub(super) negated: bool,
    pub(super) test: Test,
}

#[derive(Debug)]
pub(super) enum Test {
    Term(usize),
    Fixed(Answer),
}

/// The line that names the host, by term, and the file where it is another one.
type Matched<'a> = HashMap<usize, (usize, Option<&'a Path>)>;

impl Proxy {
    pub(super) fn new(names: Names, terms: Vec<Term>, rules: Vec<Rule>) -> Self {
        let mut askers: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, rule) in rules.iter().enumerate() {
            for term in rule.terms() {
                askers.entry(term).or_default().push(index);
            }
        }
        let is_mapped =
            |(index, rule): (usize, &Rule)| matches!(rule.backend, Backend::Mapped(_)).then_some(index);
        let mapped = rules.iter().enumerate().filter_map(is_mapped).collect();
        let is_listed = |(index, term): (usize, &Term)| (!term.lists.is_empty()).then_some(index);
        let listed = terms.iter().enumerate().filter_map(is_listed).collect();
        Self {
            names,
            terms,
            rules,
            askers,
            listed,
            mapped,
        }
    }

    /// The other files that this section's rules ask.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let lists = self.terms.iter().flat_map(|term| &term.lists);
        let maps = self.rules.iter().filter_map(|rule| match &rule.backend {
            Backend::Mapped(lookup) => Some(lookup),
            _ => None,
        });
        lists.chain(maps).map(|lookup| lookup.file.as_path())
    }

    /// A line of a rule that depends on the SNI in a way that is not understood here.
    pub(super) fn obscure(&self) -> Option<usize> {
        self.rules.iter().find_map(|rule| match rule.backend {
            Backend::Obscure => Some(rule.line),
            _ => rule.terms().find_map(|term| self.terms.get(term)?.obscure),
        })
    }

    /// The first rule that takes the host because of its name. Rules that do not speak of it are not
    /// looked at.
    pub(super) fn route(&self, host: &str, files: &HashMap<PathBuf, &Map>) -> Option<Route> {
        let matched = self.matched(host, files);
        let asking = matched.keys().filter_map(|term| self.askers.get(term)).flatten();
        let rules: BTreeSet<_> = asking.chain(&self.mapped).collect();
        rules.into_iter().find_map(|&rule| {
            let rule = self.rules.get(rule)?;
            let met = self.answer(rule, &matched).met;
            match &rule.backend {
                Backend::Named(backend) if met == Chance::Named => {
                    let (line, file) = rule.terms().find_map(|term| matched.get(&term))?;
                    Some(Route {
                        backend: backend.clone(),
                        line: *line,
                        file: file.map(Path::to_owned),
                    })
                }
                Backend::Mapped(lookup) if met != Chance::Never => {
                    let entry = files.get(&lookup.file)?.find(host, lookup.method)?;
                    entry.is_backend().then(|| Route {
                        backend: entry.value.clone(),
                        line: entry.line,
                        file: Some(lookup.file.clone()),
                    })
                }
                _ => None,
            }
        })
    }

    fn matched<'a>(&'a self, host: &str, files: &HashMap<PathBuf, &Map>) -> Matched<'a> {
        let mut matched = Matched::new();
        for mention in self.names.mentions(host) {
            matched.entry(mention.term).or_insert((mention.line, None));
        }
        for &index in &self.listed {
            for lookup in self.terms.get(index).map_or(&[][..], |term| &term.lists) {
                let entry = files
                    .get(&lookup.file)
                    .and_then(|map| map.find(host, lookup.method));
                if let Some(entry) = entry {
                    matched.entry(index).or_insert((entry.line, Some(&lookup.file)));
                }
            }
        }
        matched
    }

    fn answer(&self, rule: &Rule, matched: &Matched<'_>) -> Answer {
        let clause = |literals: &Vec<Literal>| {
            let answers = literals.iter().map(|literal| self.literal(literal, matched));
            answers.fold(Answer::ALWAYS, Answer::and)
        };
        // Without a condition there is no clause, and the rule takes everything.
        let answer = rule
            .clauses
            .iter()
            .map(clause)
            .reduce(Answer::or)
            .unwrap_or(Answer::ALWAYS);
        if rule.negated { !answer } else { answer }
    }

    fn literal(&self, literal: &Literal, matched: &Matched<'_>) -> Answer {
        let answer = match literal.test {
            Test::Fixed(answer) => answer,
            Test::Term(term) if matched.contains_key(&term) => Answer::about_host(true),
            Test::Term(term) => match self.terms.get(term) {
                Some(term) if !term.open && term.obscure.is_none() => Answer::NEVER,
                _ => Answer::OPEN,
            },
        };
        if literal.negated { !answer } else { answer }
    }
}

impl Rule {
    fn terms(&self) -> impl Iterator<Item = usize> {
        self.clauses
            .iter()
            .flatten()
            .filter_map(|literal| match literal.test {
                Test::Term(term) => Some(term),
                Test::Fixed(_) => None,
            })
    }
}
