//! A router's rule (Traefik documentation, "Rules & Priority", of v2 and v3): matchers with Go string
//! literals, combined by `&&`, `||`, `!` and parentheses.

use super::{Kind, Syntax, host::Host};
use crate::wire::{
    condition::Answer,
    expression::{Expressions, NotCompiled},
};

#[derive(Debug)]
pub(super) enum Rule {
    Hosts(Vec<Host>),
    /// A path, a header, an address: something that a request to any host can have.
    Other,
    /// Expressions that are too large, or too many, to be tried.
    Untried,
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Rule {
    /// `None` for what Traefik would refuse, whose router then routes nothing.
    pub(super) fn read(
        text: &str,
        kind: Kind,
        syntax: Syntax,
        expressions: &mut Expressions,
    ) -> Option<Self> {
        let mut reader = Reader {
            rest: text,
            kind,
            syntax,
            expressions,
            depth: 0,
        };
        let rule = reader.any()?;
        reader.rest.trim_start().is_empty().then_some(rule)
    }

    /// `host` is in lower case.
    pub(super) fn answer(&self, host: &str) -> Answer {
        match self {
            Self::Hosts(hosts) => Answer::about_host(hosts.iter().any(|one| one.matches(host))),
            Self::Other | Self::Untried => Answer::OPEN,
            Self::Not(rule) => !rule.answer(host),
            Self::All(rules) => rules
                .iter()
                .map(|rule| rule.answer(host))
                .fold(Answer::ALWAYS, Answer::and),
            Self::Any(rules) => rules
                .iter()
                .map(|rule| rule.answer(host))
                .fold(Answer::NEVER, Answer::or),
        }
    }

    /// The names that it speaks of; `None` where it can match a host that it does not name.
    pub(super) fn names(&self) -> Option<Vec<&str>> {
        match self {
            Self::Hosts(hosts) => {
                let names = hosts.iter().map(|host| match host {
                    Host::Exact(name) => Some(name.as_str()),
                    _ => None,
                });
                names.collect()
            }
            Self::Other | Self::Untried => Some(Vec::new()),
            Self::Not(_) => None,
            Self::All(rules) | Self::Any(rules) => {
                let names: Option<Vec<_>> = rules.iter().map(Self::names).collect();
                Some(names?.concat())
            }
        }
    }
}

impl Rule {
    /// Whether some of it was not looked at.
    pub(super) fn is_untried(&self) -> bool {
        match self {
            Self::Untried => true,
            Self::Hosts(_) | Self::Other => false,
            Self::Not(rule) => rule.is_untried(),
            Self::All(rules) | Self::Any(rules) => rules.iter().any(Self::is_untried),
        }
    }
}

/// What is left of a rule, and how deep its parentheses are.
struct Reader<'a> {
    rest: &'a str,
    kind: Kind,
    syntax: Syntax,
    expressions: &'a mut Expressions,
    depth: u32,
}

impl Reader<'_> {
    fn any(&mut self) -> Option<Rule> {
        let mut rules = vec![self.all()?];
        while self.takes("||") {
            rules.push(self.all()?);
        }
        Some(Rule::Any(rules))
    }

    fn all(&mut self) -> Option<Rule> {
        let mut rules = vec![self.one()?];
        while self.takes("&&") {
            rules.push(self.one()?);
        }
        Some(Rule::All(rules))
    }

    fn one(&mut self) -> Option<Rule> {
        if self.takes("!") {
            return self.deeper(Self::one).map(|rule| Rule::Not(Box::new(rule)));
        }
        if self.takes("(") {
            let rule = self.deeper(Self::any)?;
            return self.takes(")").then_some(rule);
        }
        self.matcher()
    }

    /// Whoever nests without end is refused, as the stack is finite.
    fn deeper(&mut self, read: fn(&mut Self) -> Option<Rule>) -> Option<Rule> {
        self.depth += 1;
        let rule = if self.depth > DEEPEST { None } else { read(self) };
        self.depth -= 1;
        rule
    }

    fn matcher(&mut self) -> Option<Rule> {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric())?;
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        let arguments = self.arguments()?;
        let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let (names, expressions, others) = match self.kind {
            Kind::Http => (&HOST[..], "HostRegexp", &HTTP[..]),
            Kind::Tcp => (&["HostSNI"][..], "HostSNIRegexp", &TCP[..]),
        };
        let hosts = arguments.iter();
        if arguments.is_empty() {
            None
        } else if is(names) {
            Some(Rule::Hosts(hosts.map(|text| Host::name(text)).collect()))
        } else if is(&[expressions]) {
            let hosts: Result<_, _> = hosts
                .map(|text| Host::expression(text, self.syntax, self.expressions))
                .collect();
            match hosts {
                Ok(hosts) => Some(Rule::Hosts(hosts)),
                Err(NotCompiled::TooMuch) => Some(Rule::Untried),
                Err(NotCompiled::Refused) => None,
            }
        } else {
            is(others).then_some(Rule::Other)
        }
    }

    /// In parentheses, parted by commas, of which one may follow the last.
    fn arguments(&mut self) -> Option<Vec<String>> {
        let mut arguments = Vec::new();
        if !self.takes("(") {
            return None;
        }
        while !self.takes(")") {
            arguments.push(self.literal()?);
            if !self.takes(",") {
                return self.takes(")").then_some(arguments);
            }
        }
        Some(arguments)
    }

    /// A Go string: raw in backquotes, or in double quotes.
    fn literal(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix('`') {
            let (text, rest) = rest.split_once('`')?;
            self.rest = rest;
            return Some(text.to_owned());
        }
        let mut rest = self.rest.strip_prefix('"')?.chars();
        let mut text = String::new();
        loop {
            match rest.next()? {
                '"' => break,
                '\\' => match rest.next()? {
                    c @ ('\\' | '"') => text.push(c),
                    // No other escape stands for anything that a host may contain.
                    _ => return None,
                },
                c => text.push(c),
            }
        }
        self.rest = rest.as_str();
        Some(text)
    }

    fn takes(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

const HOST: [&str; 2] = ["Host", "HostHeader"];
const HTTP: [&str; 12] = [
    "ClientIP",
    "Header",
    "HeaderRegexp",
    "Headers",
    "HeadersRegexp",
    "Method",
    "Path",
    "PathPrefix",
    "PathPrefixStrip",
    "PathRegexp",
    "Query",
    "QueryRegexp",
];
const TCP: [&str; 2] = ["ALPN", "ClientIP"];
const DEEPEST: u32 = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::condition::Chance;

    fn routes(rule: &str) -> Option<bool> {
        let kind = if rule.contains("SNI") {
            Kind::Tcp
        } else {
            Kind::Http
        };
        let rule = Rule::read(rule, kind, Syntax::Unsaid, &mut Expressions::default())?;
        Some(rule.answer("mail.a.com").met == Chance::Named)
    }

    #[test]
    fn a_rule_matches_the_host_or_it_does_not() {
        for (rule, expected) in [
            ("Host(`mail.a.com`)", true),
            ("Host(`Mail.A.com`)", true),
            ("host(\"mail.a.com\")", true),
            ("Host(`xmail.a.com`)", false),
            ("Host(`a.com`, `mail.a.com`)", true),
            ("Host(`a.com`) || Host(`mail.a.com`)", true),
            ("Host(`a.com`)||Host(`b.com`)", false),
            ("Host(`mail.a.com`) && PathPrefix(`/`)", true),
            ("Host(`mail.a.com`) && !PathPrefix(`/admin`)", true),
            (
                "(Host(`a.com`) || Host(`mail.a.com`)) && (Path(`/x`) || Method(`GET`))",
                true,
            ),
            ("Host(`a.com`) && PathPrefix(`/`) || Host(`mail.a.com`)", true),
            ("Host(`a.com`) && (PathPrefix(`/`) || Host(`mail.a.com`))", false),
            ("PathPrefix(`/`)", false),
            ("!PathPrefix(`/`)", false),
            ("Path(`/mail.a.com`) || ClientIP(`10.0.0.0/8`)", false),
            ("!Host(`mail.a.com`)", false),
            ("!Host(`mail.a.com`) || PathPrefix(`/`)", false),
            ("!(Host(`a.com`) || Host(`mail.a.com`))", false),
            ("!Host(`a.com`)", true),
            ("!!Host(`mail.a.com`)", true),
            ("HostRegexp(`^mail\\..+$`)", true),
            ("HostRegexp(\"^mail\\\\..+$\")", true),
            ("HostRegexp(`{sub:[a-z]+}.a.com`)", true),
            ("HostRegexp(`a.com`, `{sub:mail}.a.com`)", true),
            ("HostRegexp(`^[a-z]+\\.b\\.com$`)", false),
            ("HostSNI(`mail.a.com`,)", true),
            ("HostSNI(`*`)", true),
            ("HostSNI(`a.com`) && ALPN(`h2`)", false),
            ("HostSNIRegexp(`^.+\\.a\\.com$`) && ClientIP(`10.0.0.1`)", true),
        ] {
            assert_eq!(routes(rule), Some(expected), "{rule}");
        }
    }

    #[test]
    fn what_traefik_would_refuse_is_no_rule() {
        for rule in [
            "",
            "Host:mail.a.com",
            "Host('mail.a.com')",
            "Host(mail.a.com)",
            "Host(`mail.a.com`",
            "Host()",
            "Host(`mail.a.com`) PathPrefix(`/`)",
            "Host(`mail.a.com`) &&",
            "Host(`mail.a.com`) & Path(`/`)",
            "Hots(`mail.a.com`) || Host(`mail.a.com`)",
            "Host(`a.com` `mail.a.com`)",
            "HostRegexp(`(`)",
            "Host(`mail.a.com`) && HostSNI(`x`)",
            "mail.a.com",
        ] {
            assert_eq!(routes(rule), None, "{rule}");
        }
        let deep = format!("{}Host(`mail.a.com`)", "!".repeat(100_000));
        assert_eq!(routes(&deep), None);
    }

    #[test]
    fn a_rule_that_names_all_its_hosts_says_them() {
        let names = |rule| {
            let rule = Rule::read(rule, Kind::Http, Syntax::Unsaid, &mut Expressions::default());
            rule.unwrap().names().map(|names| names.len())
        };
        assert_eq!(names("Host(`a`, `b`) && Path(`/`) || Host(`c`)"), Some(3));
        for rule in ["!Host(`a`)", "Host(`a`) || HostRegexp(`b`)", "Host(`*.a.com`)"] {
            assert_eq!(names(rule), None, "{rule}");
        }
    }
}
