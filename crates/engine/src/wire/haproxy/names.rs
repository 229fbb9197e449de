//! Host names as HAProxy compares them: ACL flags and matching methods (configuration manual 2.6, section
//! 7.1.3), looked up by hashing the parts of a host and never by a walk over all names.

use crate::wire::expression::{Expressions, NotCompiled};
use regex::Regex;
use std::collections::{BTreeMap, HashMap};

/// What of a host is compared with a pattern. Case never counts: host names have none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Method {
    /// The whole of it.
    Exact,
    Beginning,
    End,
    /// Whole labels of it, anywhere.
    Labels,
    Substring,
}

impl Method {
    /// The name of a method of `-m` or behind `map_`; `None` for those that compare no text.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "str" => Some(Self::Exact),
            "beg" => Some(Self::Beginning),
            "end" => Some(Self::End),
            "dom" => Some(Self::Labels),
            "sub" => Some(Self::Substring),
            _ => None,
        }
    }

    /// A pattern as it is compared: HAProxy strips the dots around a `dom`.
    pub(super) fn pattern(self, text: &str) -> Box<str> {
        let text = match self {
            Self::Labels => text.trim_matches('.'),
            _ => text,
        };
        text.to_ascii_lowercase().into()
    }

    /// Every part of the host that such a pattern could be.
    pub(super) fn parts(self, host: &str) -> Vec<&str> {
        let dots = || host.match_indices('.').map(|(at, _)| at);
        // At characters' borders alone, so slicing there is sound.
        let cuts = || host.char_indices().map(|(at, _)| at).chain([host.len()]);
        match self {
            Self::Exact => vec![host],
            Self::Beginning => cuts().filter_map(|end| host.get(..end)).collect(),
            Self::End => cuts().filter_map(|start| host.get(start..)).collect(),
            Self::Labels => {
                let starts = || [0].into_iter().chain(dots().map(|at| at + 1));
                let ends = || dots().chain([host.len()]);
                starts()
                    .flat_map(|start| ends().filter_map(move |end| host.get(start..end)))
                    .collect()
            }
            Self::Substring => cuts()
                .flat_map(|start| cuts().filter_map(move |end| host.get(start..end)))
                .collect(),
        }
    }
}

/// Patterns of many terms in one table.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<Method, HashMap<Box<str>, Vec<Mention>>>,
    expressions: Vec<(Regex, Mention)>,
    budget: Expressions,
}

/// That a term names a pattern, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mention {
    pub(super) term: usize,
    pub(super) line: usize,
}

impl Names {
    pub(super) fn add(&mut self, method: Method, pattern: &str, mention: Mention) {
        let patterns = self.known.entry(method).or_default();
        patterns.entry(method.pattern(pattern)).or_default().push(mention);
    }

    pub(super) fn add_expression(
        &mut self,
        pattern: &str,
        ignore_case: bool,
        mention: Mention,
    ) -> Result<(), NotCompiled> {
        let expression = self.budget.compile(pattern, ignore_case)?;
        self.expressions.push((expression, mention));
        Ok(())
    }

    /// The terms that the host matches.
    pub(super) fn mentions(&self, host: &str) -> Vec<Mention> {
        let known = self.known.iter().flat_map(|(method, patterns)| {
            method
                .parts(host)
                .into_iter()
                .filter_map(|part| patterns.get(part))
                .flatten()
        });
        let matching = self
            .expressions
            .iter()
            .filter(|(expression, _)| expression.is_match(host));
        known
            .chain(matching.map(|(_, mention)| mention))
            .copied()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(method: Method, pattern: &str, host: &str) -> bool {
        let mut names = Names::default();
        names.add(method, pattern, Mention { term: 0, line: 1 });
        !names.mentions(host).is_empty()
    }

    #[test]
    fn each_method_compares_its_part_of_the_host() {
        for (method, pattern, hits, misses) in [
            (Method::Exact, "Mail.a.com", "mail.a.com", "xmail.a.com"),
            (Method::Beginning, "mail.", "mail.a.com", "xmail.a.com"),
            (Method::End, ".a.com", "mail.a.com", "mail.a.com.br"),
            (Method::Labels, "a.com", "mail.a.com.br", "mail.aa.com"),
            (Method::Labels, ".a.com.", "a.com", "a.comx"),
            (Method::Substring, "l.a", "mail.a.com", "mail.b.com"),
        ] {
            assert!(matches(method, pattern, hits), "{method:?} {pattern} {hits}");
            assert!(!matches(method, pattern, misses), "{method:?} {pattern} {misses}");
        }
    }

    #[test]
    fn an_empty_pattern_is_no_exact_name() {
        assert!(!matches(Method::Exact, "", "mail.a.com"));
    }
}
