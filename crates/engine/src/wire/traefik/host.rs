//! What a host matcher of Traefik takes: names, wildcards, Go regular expressions (v3) and templates of
//! them (v2) (documentation, "Rules & Priority" and "Migration Guide: From v2 to v3").

use super::Syntax;
use crate::wire::expression::{Expressions, NotCompiled};
use regex::Regex;

#[derive(Debug)]
pub(super) enum Host {
    Exact(String),
    /// `*.example.com`: one label more.
    OneLabel(String),
    /// `**.example.com`: one or more.
    Labels(String),
    /// `*`, in TCP rules.
    Any,
    Expression(Regex),
}

impl Host {
    /// The argument of `Host` or `HostSNI`.
    pub(super) fn name(text: &str) -> Self {
        let text = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if text == "*" {
            Self::Any
        } else if let Some(domain) = text.strip_prefix("**.") {
            Self::Labels(format!(".{domain}"))
        } else if let Some(domain) = text.strip_prefix("*.") {
            Self::OneLabel(format!(".{domain}"))
        } else {
            Self::Exact(text)
        }
    }

    /// The argument of `HostRegexp` or `HostSNIRegexp`.
    pub(super) fn expression(
        text: &str,
        syntax: Syntax,
        expressions: &mut Expressions,
    ) -> Result<Self, NotCompiled> {
        let is_template = match syntax {
            Syntax::V2 => true,
            Syntax::V3 => false,
            Syntax::Unsaid => has_variable(text),
        };
        let compiled = if is_template {
            expressions.compile(&template(text).ok_or(NotCompiled::Refused)?, true)
        } else {
            expressions.compile(text, false)
        };
        compiled.map(Self::Expression)
    }

    /// `host` is in lower case.
    pub(super) fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exact(name) => name == host,
            Self::OneLabel(domain) => {
                let label = host.strip_suffix(domain.as_str());
                label.is_some_and(|label| !label.is_empty() && !label.contains('.'))
            }
            Self::Labels(domain) => host
                .strip_suffix(domain.as_str())
                .is_some_and(|labels| !labels.is_empty()),
            Self::Any => true,
            Self::Expression(expression) => expression.is_match(host),
        }
    }
}

/// `{name}` or `{name:`, which no repetition of a regular expression looks like.
fn has_variable(text: &str) -> bool {
    text.split('{').skip(1).any(|rest| {
        let name = rest.split([':', '}']).next().unwrap_or_default();
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    })
}

/// v2: the variables are expressions, and all around them is meant literally and as a whole.
fn template(text: &str) -> Option<String> {
    let (mut whole, mut depth, mut piece) = ("^".to_owned(), 0_u32, String::new());
    for c in text.chars() {
        match c {
            '{' if depth == 0 => {
                whole.push_str(&regex::escape(&piece));
                (depth, piece) = (1, String::new());
            }
            '}' if depth == 1 => {
                let (name, pattern) = piece.split_once(':').unwrap_or((&piece, "[^.]+"));
                if name.is_empty() || pattern.is_empty() {
                    return None;
                }
                whole.push_str("(?:");
                whole.push_str(pattern);
                whole.push(')');
                (depth, piece) = (0, String::new());
            }
            '}' if depth == 0 => return None,
            _ => {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                piece.push(c);
            }
        }
    }
    whole.push_str(&regex::escape(&piece));
    whole.push('$');
    (depth == 0).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_matched_as_a_whole_and_a_wildcard_by_labels() {
        for (name, hits, misses) in [
            ("Mail.A.com.", &["mail.a.com"][..], &["xmail.a.com", "a.com"][..]),
            ("*.a.com", &["mail.a.com"], &["a.com", "x.mail.a.com", ".a.com"]),
            ("**.a.com", &["mail.a.com", "x.mail.a.com"], &["a.com"]),
            ("*", &["mail.a.com"], &[]),
        ] {
            let host = Host::name(name);
            assert!(hits.iter().all(|hit| host.matches(hit)), "{name}");
            assert!(!misses.iter().any(|miss| host.matches(miss)), "{name}");
        }
    }

    #[test]
    fn an_expression_is_read_in_the_syntax_of_its_version() {
        for (text, syntax, hit, miss) in [
            (
                r"^mail\.[a-z]+\.com$",
                Syntax::Unsaid,
                "mail.a.com",
                "xmail.a.com",
            ),
            (r"^[a-z]{4}\.a\.com$", Syntax::Unsaid, "mail.a.com", "email.a.com"),
            // v3 looks for it anywhere.
            (r"a\.com", Syntax::V3, "mail.a.com.br", "mail.b.com"),
            (
                "{sub:[a-z]{2,5}}.a.com",
                Syntax::Unsaid,
                "mail.a.com",
                "mail2.a.com",
            ),
            ("{sub}.a.com", Syntax::Unsaid, "Mail.a.com", "x.mail.a.com"),
            ("mail.{any:.+}", Syntax::Unsaid, "mail.b.com", "xmail.b.com"),
            ("a.{tld:com|org}", Syntax::Unsaid, "a.org", "axorg"),
            ("mail.a.com", Syntax::V2, "mail.a.com", "mailxa.com"),
        ] {
            let host = Host::expression(text, syntax, &mut Expressions::default()).unwrap();
            assert!(host.matches(hit), "{text} {hit}");
            assert!(!host.matches(miss), "{text} {miss}");
        }
    }

    #[test]
    fn what_traefik_would_refuse_is_refused() {
        for text in ["{a:[}.com", "{a.com", "{a:}.com", "{:x}{a}", "{a}}", "(", "a{x"] {
            let read = Host::expression(text, Syntax::Unsaid, &mut Expressions::default());
            assert_eq!(read.err(), Some(NotCompiled::Refused), "{text}");
        }
    }
}
