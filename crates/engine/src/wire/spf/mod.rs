//! SPF records (RFC 7208 section 4.6 and appendix A): the terms as they are written.

pub mod template;

pub use template::{Expansion, Template};

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A record's directives in their order, and where it leads when none of them matches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spf {
    pub directives: Vec<Directive>,
    pub redirect: Option<Template>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    pub verdict: Verdict,
    pub mechanism: Mechanism,
}

/// What is to be thought of a sender to whom a directive applies (section 2.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

/// Whom a directive applies to (section 5). A template that is not there stands for the domain itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mechanism {
    All,
    Include(Template),
    A(Option<Template>, Prefixes),
    Mx(Option<Template>, Prefixes),
    Ptr(Option<Template>),
    Address(IpAddr, u8),
    Exists(Template),
}

/// How many leading bits of an address count, in each family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prefixes {
    pub four: u8,
    pub six: u8,
}

/// The term that makes a record invalid (`permerror`).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotSpf {
    #[error("it is not ASCII")]
    NotAscii,
    #[error("{0:?} is no term of SPF")]
    Term(String),
    #[error("{0:?} stands there twice")]
    Twice(String),
    #[error("it has more than {MOST} terms")]
    TooMany,
}

impl Spf {
    /// Whether a text is meant as one; the others at the name do not count (section 4.5).
    pub fn is_meant(text: &[u8]) -> bool {
        let version = text.split(|b| *b == b' ').next().unwrap_or_default();
        version.eq_ignore_ascii_case(b"v=spf1")
    }

    /// Reads what [`is_meant`](Self::is_meant) as one.
    pub fn read(text: &[u8]) -> Result<Self, NotSpf> {
        let text = str::from_utf8(text).ok().filter(|text| text.is_ascii());
        let text = text.ok_or(NotSpf::NotAscii)?;
        let mut spf = Self {
            directives: Vec::new(),
            redirect: None,
        };
        let mut has_explanation = false;
        for (number, term) in text
            .split(' ')
            .filter(|term| !term.is_empty())
            .skip(1)
            .enumerate()
        {
            if number >= MOST {
                return Err(NotSpf::TooMany);
            }
            let wrong = || NotSpf::Term(term.to_owned());
            match modifier(term) {
                Some((name, value)) if name.eq_ignore_ascii_case("redirect") => {
                    let to = Template::read(value).ok_or_else(wrong)?;
                    if spf.redirect.replace(to).is_some() {
                        return Err(NotSpf::Twice(name.to_owned()));
                    }
                }
                Some((name, _)) if name.eq_ignore_ascii_case("exp") => {
                    if std::mem::replace(&mut has_explanation, true) {
                        return Err(NotSpf::Twice(name.to_owned()));
                    }
                }
                // Who does not know a modifier reads over it (section 6).
                Some(_) => {}
                None => spf.directives.push(directive(term).ok_or_else(wrong)?),
            }
        }
        Ok(spf)
    }
}

/// `name=value`; a mechanism has its `:` or `/` before any `=`.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let mut letters = name.bytes();
    let is_name = letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        && letters.all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    is_name.then_some((name, value))
}

fn directive(term: &str) -> Option<Directive> {
    let (verdict, mechanism) = match term.split_at_checked(1)? {
        ("+", rest) => (Verdict::Pass, rest),
        ("-", rest) => (Verdict::Fail, rest),
        ("~", rest) => (Verdict::SoftFail, rest),
        ("?", rest) => (Verdict::Neutral, rest),
        _ => (Verdict::Pass, term),
    };
    let end = mechanism.find([':', '/']).unwrap_or(mechanism.len());
    let (name, rest) = mechanism.split_at(end);
    let value = rest.strip_prefix(':');
    let mechanism = match (name.to_ascii_lowercase().as_str(), value) {
        ("all", None) if rest.is_empty() => Mechanism::All,
        ("include", Some(value)) => Mechanism::Include(Template::read(value)?),
        ("exists", Some(value)) => Mechanism::Exists(Template::read(value)?),
        ("ptr", None) if rest.is_empty() => Mechanism::Ptr(None),
        ("ptr", Some(value)) => Mechanism::Ptr(Some(Template::read(value)?)),
        ("ip4", Some(value)) => address::<Ipv4Addr>(value, 32)?,
        ("ip6", Some(value)) => address::<Ipv6Addr>(value, 128)?,
        ("a", _) => {
            let (domain, prefixes) = hosts(rest)?;
            Mechanism::A(domain, prefixes)
        }
        ("mx", _) => {
            let (domain, prefixes) = hosts(rest)?;
            Mechanism::Mx(domain, prefixes)
        }
        _ => return None,
    };
    Some(Directive { verdict, mechanism })
}

/// `203.0.113.0/24`
fn address<T: std::str::FromStr + Into<IpAddr>>(value: &str, bits: u8) -> Option<Mechanism> {
    let (address, length) = match value.split_once('/') {
        Some((address, length)) => (address, prefix(length, bits)?),
        None => (value, bits),
    };
    let address: T = address.parse().ok()?;
    Some(Mechanism::Address(address.into(), length))
}

/// Behind `a` or `mx`: `[:domain][/bits][//bits]`.
fn hosts(rest: &str) -> Option<(Option<Template>, Prefixes)> {
    let mut prefixes = Prefixes { four: 32, six: 128 };
    let (rest, six) = match rest.split_once("//") {
        Some((rest, length)) => (rest, Some(length)),
        None => (rest, None),
    };
    if let Some(length) = six {
        prefixes.six = prefix(length, 128)?;
    }
    // A slash may stand inside the braces of a macro, and there alone.
    let bits = rest.rfind('/').filter(|at| !rest[*at..].contains('}'));
    let (rest, four) = match bits {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    if let Some(length) = four {
        prefixes.four = prefix(length, 32)?;
    }
    match rest.strip_prefix(':') {
        Some(domain) => Some((Some(Template::read(domain)?), prefixes)),
        None if rest.is_empty() => Some((None, prefixes)),
        None => None,
    }
}

/// Digits without a leading zero, up to `most`.
fn prefix(text: &str, most: u8) -> Option<u8> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|length| is_number && *length <= most)
}

/// Far more than ten lookups and a datagram's worth of addresses need.
const MOST: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Fail, Neutral, Pass, SoftFail};

    fn read(text: &str) -> Result<Spf, NotSpf> {
        Spf::read(text.as_bytes())
    }

    #[test]
    fn every_mechanism_is_read_with_its_verdict() {
        let spf = read(
            "v=spf1 +a -mx/24 ~a:b.example/28//64 ?ip4:203.0.113.0/24 ip6:2001:db8::/32 \
             include:_spf.c.example exists:%{i}._s.%{d2r} ptr:d.example mx//96 EXP=e.example x-1=% -all redirect=f.example",
        )
        .unwrap();
        let verdicts: Vec<_> = spf.directives.iter().map(|directive| directive.verdict).collect();
        assert_eq!(
            verdicts,
            [Pass, Fail, SoftFail, Neutral, Pass, Pass, Pass, Pass, Pass, Fail]
        );
        let mechanism = |at: usize| spf.directives[at].mechanism.clone();
        let template = |text: &str| Template::read(text).unwrap();
        assert_eq!(mechanism(0), Mechanism::A(None, Prefixes { four: 32, six: 128 }));
        assert_eq!(mechanism(1), Mechanism::Mx(None, Prefixes { four: 24, six: 128 }));
        assert_eq!(
            mechanism(2),
            Mechanism::A(Some(template("b.example")), Prefixes { four: 28, six: 64 })
        );
        assert_eq!(
            mechanism(3),
            Mechanism::Address("203.0.113.0".parse().unwrap(), 24)
        );
        assert_eq!(
            mechanism(4),
            Mechanism::Address("2001:db8::".parse().unwrap(), 32)
        );
        assert_eq!(mechanism(8), Mechanism::Mx(None, Prefixes { four: 32, six: 96 }));
        assert_eq!(mechanism(9), Mechanism::All);
        assert_eq!(spf.redirect, Some(template("f.example")));
    }

    #[test]
    fn a_term_that_nobody_knows_makes_the_record_invalid() {
        for term in [
            "ip4:203.0.113.500",
            "ip4:203.0.113.1/33",
            "ip4:203.0.113.1/024",
            "ipv4:203.0.113.1",
            "ip6:203.0.113.1",
            "include",
            "include:",
            "all:x",
            "a:b.example/",
            "mx/33",
            "a//129",
            "exists:%{z}.b.example",
            "include:%b.example",
            "-",
            "redirect=",
            "-all;",
        ] {
            assert!(read(&format!("v=spf1 {term}")).is_err(), "{term}");
        }
        assert_eq!(
            read("v=spf1 redirect=a.example redirect=b.example"),
            Err(NotSpf::Twice("redirect".into()))
        );
        assert!(read(&format!("v=spf1{}", " a".repeat(1000))).is_err());
    }

    #[test]
    fn a_record_is_known_by_its_version() {
        for (text, is_meant) in [
            ("v=spf1", true),
            ("V=SPF1 -all", true),
            ("v=spf10 -all", false),
            ("v=spf1;-all", false),
            (" v=spf1", false),
        ] {
            assert_eq!(Spf::is_meant(text.as_bytes()), is_meant, "{text}");
        }
    }
}
