//! The routing part of a haproxy.cfg: `acl`, `use_backend` and `use-server` of each proxy section
//! (configuration manual 2.6, sections 4.2 and 7.2).

use super::{
    names::{Mention, Names},
    proxy::{Backend, Literal, Proxy, Rule, Test},
    term::{Sample, Term, argument},
    words::words,
};
use crate::wire::condition::Answer;
use std::collections::{HashMap, HashSet};

/// The proxies of a configuration, in its order.
pub(super) fn read(text: &str) -> Vec<Proxy> {
    let variables = variables(text);
    let mut proxies = Vec::new();
    // What stands before the first section: a file may hold some lines of one, to be put into it.
    let mut section = Some(Section::knowing(&variables));
    for (index, line) in text.lines().enumerate() {
        let words = words(line);
        let Some((keyword, rest)) = words.split_first() else {
            continue;
        };
        if SECTIONS.contains(&keyword.as_str()) {
            let routes = ROUTING.contains(&keyword.as_str());
            let ended = std::mem::replace(&mut section, routes.then(|| Section::knowing(&variables)));
            proxies.extend(ended.and_then(Section::end));
        } else if let Some(section) = &mut section {
            section.line(keyword, rest, index + 1);
        }
    }
    proxies.extend(section.and_then(Section::end));
    proxies
}

/// A map's keys are names of hosts, and none of them is one of these.
pub(super) fn is_config(text: &str) -> bool {
    let first = |line: &str| words(line).into_iter().next();
    let mut keywords = text.lines().filter_map(first);
    keywords.any(|word| SECTIONS.contains(&word.as_str()) || DIRECTIVES.contains(&word.as_str()))
}

/// Those that some line fills with the SNI: `tcp-request content set-var(txn.sni) req.ssl_sni`.
fn variables(text: &str) -> HashSet<String> {
    let mut variables = HashSet::new();
    for line in text.lines().filter(|line| line.contains("set-var(")) {
        for pair in words(line).windows(2) {
            if let [set, sample] = pair
                && let Some(variable) = argument(set, "set-var")
                && Sample::read(sample, &variables) == Sample::Sni
            {
                variables.insert(variable.to_owned());
            }
        }
    }
    variables
}

/// A proxy section that is being read.
struct Section<'a> {
    variables: &'a HashSet<String>,
    names: Names,
    terms: Vec<Term>,
    acls: HashMap<String, usize>,
    rules: Vec<Rule>,
    disabled: bool,
}

impl<'a> Section<'a> {
    fn knowing(variables: &'a HashSet<String>) -> Self {
        Self {
            variables,
            names: Names::default(),
            terms: Vec::new(),
            acls: HashMap::new(),
            rules: Vec::new(),
            disabled: false,
        }
    }

    fn line(&mut self, keyword: &str, rest: &[String], line: usize) {
        match (keyword, rest) {
            ("acl", [name, expression @ ..]) => {
                let term = *self.acls.entry(name.clone()).or_insert_with(|| {
                    self.terms.push(Term::default());
                    self.terms.len() - 1
                });
                self.expression(term, expression, line);
            }
            ("use_backend" | "use-server", [backend, condition @ ..]) => {
                let backend = self.backend(backend);
                let (negated, clauses) = self.condition(condition, line);
                self.rules.push(Rule {
                    backend,
                    negated,
                    clauses,
                    line,
                });
            }
            ("disabled", []) => self.disabled = true,
            _ => {}
        }
    }

    fn end(self) -> Option<Proxy> {
        (!self.disabled).then(|| Proxy::new(self.names, self.terms, self.rules))
    }

    fn expression(&mut self, term: usize, words: &[String], line: usize) {
        let mention = Mention { term, line };
        if let Some(of) = self.terms.get_mut(term) {
            of.read(words, self.variables, &mut self.names, mention);
        }
    }

    /// A name, or a log-format that makes one of the SNI.
    fn backend(&self, word: &str) -> Backend {
        if !word.contains("%[") {
            return Backend::Named(word.to_owned());
        }
        let whole = word.strip_prefix("%[").and_then(|word| word.strip_suffix(']'));
        match whole.map(|sample| Sample::read(sample, self.variables)) {
            Some(Sample::Mapped(lookup)) => Backend::Mapped(lookup),
            Some(Sample::Other) => Backend::Named(word.to_owned()),
            _ => Backend::Obscure,
        }
    }

    /// `if` or `unless`, then terms: each pair of braces is one, and so is a name. Between the terms of a
    /// clause stands nothing, between clauses `or`.
    fn condition(&mut self, words: &[String], line: usize) -> (bool, Vec<Vec<Literal>>) {
        let Some((keyword, mut rest)) = words.split_first() else {
            return (false, Vec::new());
        };
        let (mut clauses, mut negated) = (vec![Vec::new()], false);
        while let Some((word, behind)) = rest.split_first() {
            rest = behind;
            let name = word.trim_start_matches('!');
            negated ^= (word.len() - name.len()) % 2 == 1;
            let test = match name {
                "" => continue,
                _ if name == "||" || name.eq_ignore_ascii_case("or") => {
                    clauses.push(Vec::new());
                    negated = false;
                    continue;
                }
                "{" => {
                    let end = rest.iter().position(|word| word == "}").unwrap_or(rest.len());
                    let (expression, behind) = rest.split_at(end);
                    rest = behind.get(1..).unwrap_or_default();
                    self.terms.push(Term::default());
                    let term = self.terms.len() - 1;
                    self.expression(term, expression, line);
                    Test::Term(term)
                }
                name => self.named(name),
            };
            if let Some(clause) = clauses.last_mut() {
                clause.push(Literal { negated, test });
            }
            negated = false;
        }
        (keyword == "unless", clauses)
    }

    /// One of the file's ACLs, or one that HAProxy knows by itself (section 7.4).
    fn named(&self, name: &str) -> Test {
        match (self.acls.get(name), name) {
            (Some(term), _) => Test::Term(*term),
            (None, "TRUE") => Test::Fixed(Answer::ALWAYS),
            (None, "FALSE") => Test::Fixed(Answer::NEVER),
            (None, _) => Test::Fixed(Answer::OPEN),
        }
    }
}

const ROUTING: [&str; 3] = ["frontend", "listen", "backend"];
const DIRECTIVES: [&str; 3] = ["acl", "use_backend", "use-server"];
const SECTIONS: [&str; 16] = [
    "frontend",
    "listen",
    "backend",
    "global",
    "defaults",
    "userlist",
    "peers",
    "resolvers",
    "mailers",
    "cache",
    "program",
    "http-errors",
    "ring",
    "fcgi-app",
    "log-forward",
    "crt-store",
];
