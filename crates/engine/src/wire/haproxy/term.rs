//! One ACL expression: a sample, flags and patterns (configuration manual 2.6, sections 7.1 and 7.3).

use super::names::{Mention, Method, Names};
use std::{collections::HashSet, path::PathBuf};

/// What an expression compares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Sample {
    /// The name that a TLS client asks for.
    Sni,
    /// What a map file has for that name.
    Mapped(Lookup),
    /// Something made of that name in a way that is not understood here.
    Obscure,
    /// Nothing of it.
    Other,
}

/// A host is looked up in another file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lookup {
    pub(super) file: PathBuf,
    pub(super) method: Method,
}

impl Sample {
    /// `variables` hold the name already (`set-var(txn.sni) req.ssl_sni`).
    pub(super) fn read(text: &str, variables: &HashSet<String>) -> Self {
        let mut steps = steps(text).into_iter();
        let fetch = steps.next().unwrap_or_default();
        let variable = argument(fetch, "var");
        let is_sni = FETCHES.contains(&fetch) || variable.is_some_and(|name| variables.contains(name));
        if !is_sni {
            return Self::Other;
        }
        let mut sample = Self::Sni;
        for step in steps {
            sample = match (sample, step) {
                (sample, "lower" | "upper") => sample,
                (Self::Sni, step) => lookup(step).map_or(Self::Obscure, Self::Mapped),
                _ => Self::Obscure,
            };
        }
        sample
    }
}

/// What the lines of one ACL, or one pair of braces, ask of a connection.
#[derive(Debug, Default)]
pub(super) struct Term {
    /// It may hold for a reason that is not the host.
    pub(super) open: bool,
    /// Where it says something of the host that is not understood here.
    pub(super) obscure: Option<usize>,
    /// The hosts of these files match too.
    pub(super) lists: Vec<Lookup>,
}

impl Term {
    /// Adds one expression, which stands in the line of `mention`.
    pub(super) fn read(
        &mut self,
        words: &[String],
        variables: &HashSet<String>,
        names: &mut Names,
        mention: Mention,
    ) {
        let Some((first, rest)) = words.split_first() else {
            return;
        };
        let (sample, method) = split_method(first);
        let sample = Sample::read(sample, variables);
        let flags = Flags::read(rest, method);
        match sample {
            Sample::Sni => self.compare(&flags, names, mention),
            Sample::Mapped(lookup) if flags.method == "found" => self.lists.push(lookup),
            Sample::Mapped(_) | Sample::Obscure => self.obscure = Some(mention.line),
            Sample::Other => self.open = true,
        }
    }

    fn compare(&mut self, flags: &Flags<'_>, names: &mut Names, mention: Mention) {
        match Method::named(flags.method) {
            Some(method) => {
                for pattern in flags.patterns {
                    names.add(method, pattern, mention);
                }
                let list = |file: &&str| Lookup {
                    file: PathBuf::from(file),
                    method,
                };
                self.lists.extend(flags.files.iter().map(list));
            }
            None if flags.method == "reg" => {
                for pattern in flags.patterns {
                    if names.add_expression(pattern, flags.ignore_case, mention).is_err() {
                        self.obscure = Some(mention.line);
                    }
                }
                if !flags.files.is_empty() {
                    self.obscure = Some(mention.line);
                }
            }
            // Its length, or that there is one at all.
            None => self.open = true,
        }
    }
}

/// What stands between the sample and the patterns, and those.
struct Flags<'a> {
    method: &'a str,
    ignore_case: bool,
    files: Vec<&'a str>,
    patterns: &'a [String],
}

impl<'a> Flags<'a> {
    fn read(mut rest: &'a [String], method: &'a str) -> Self {
        let (mut method, mut ignore_case, mut files) = (method, false, Vec::new());
        while let [flag, behind @ ..] = rest
            && flag.starts_with('-')
        {
            rest = behind;
            let value = || behind.first().map_or("", String::as_str);
            match flag.as_str() {
                "--" => break,
                "-i" => ignore_case = true,
                "-m" => method = value(),
                "-f" => files.push(value()),
                _ => {}
            }
            if matches!(flag.as_str(), "-m" | "-f" | "-u") {
                rest = behind.get(1..).unwrap_or_default();
            }
        }
        Self {
            method,
            ignore_case,
            files,
            patterns: rest,
        }
    }
}

/// `map(/path,default)` and its like; the default says nothing of a host.
fn lookup(step: &str) -> Option<Lookup> {
    let name = step.split('(').next().unwrap_or_default();
    let method = match name.strip_prefix("map")? {
        "" => Method::Exact,
        method => Method::named(method.strip_prefix('_')?)?,
    };
    let file = argument(step, name)?.split(',').next()?;
    Some(Lookup {
        file: PathBuf::from(file),
        method,
    })
}

/// `ssl_fc_sni_end` is `ssl_fc_sni -m end`.
fn split_method(sample: &str) -> (&str, &str) {
    match sample.rsplit_once('_') {
        Some((fetch, method @ ("end" | "reg"))) if FETCHES.contains(&fetch) => (fetch, method),
        _ => (sample, "str"),
    }
}

/// What stands in the brackets of a fetch or converter of that name.
pub(super) fn argument<'a>(step: &'a str, name: &str) -> Option<&'a str> {
    step.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')
}

/// A fetch and its converters: parted by the commas that stand in no brackets.
fn steps(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

const FETCHES: [&str; 3] = ["req.ssl_sni", "req_ssl_sni", "ssl_fc_sni"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_sni_what_a_map_has_for_it_or_something_else() {
        let variables = HashSet::from(["txn.sni".to_owned()]);
        let mapped = |method| {
            Sample::Mapped(Lookup {
                file: PathBuf::from("/a.map"),
                method,
            })
        };
        for (text, expected) in [
            ("req.ssl_sni", Sample::Sni),
            ("req_ssl_sni,lower", Sample::Sni),
            ("var(txn.sni)", Sample::Sni),
            ("var(txn.other)", Sample::Other),
            ("src", Sample::Other),
            ("xreq.ssl_sni", Sample::Other),
            ("req.ssl_sni,lower,map(/a.map,none)", mapped(Method::Exact)),
            ("ssl_fc_sni,map_end(/a.map)", mapped(Method::End)),
            ("req.ssl_sni,map_reg(/a.map)", Sample::Obscure),
            ("req.ssl_sni,field(1,.)", Sample::Obscure),
            ("", Sample::Other),
        ] {
            assert_eq!(Sample::read(text, &variables), expected, "{text}");
        }
    }
}
