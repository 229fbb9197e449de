//! Names with macros (RFC 7208 section 7), such as `%{ir}._spf.%{d2}`.

use std::net::IpAddr;

/// A domain name whose macros are yet to be replaced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template(Vec<Part>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Text(String),
    Macro {
        letter: char,
        /// How many labels of the right are kept.
        keep: Option<usize>,
        is_reversed: bool,
        delimiters: String,
    },
}

/// What the macros stand for: a message from `postmaster@{domain}`, as who has no sender is taken for
/// (section 4.3).
#[derive(Clone, Debug)]
pub struct Expansion<'a> {
    pub address: IpAddr,
    /// The domain whose record is being read.
    pub domain: &'a str,
    /// The domain of the sender, with which the evaluation began.
    pub sender: &'a str,
    pub helo: &'a str,
}

impl Template {
    /// `None` for what the grammar does not know: a lone `%`, an unknown letter, an empty name.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            let (before, macro_) = rest.split_at(at);
            push(&mut parts, before);
            let (text, length) = match macro_.as_bytes().get(1)? {
                b'%' => ("%", 2),
                b'_' => (" ", 2),
                b'-' => ("%20", 2),
                b'{' => {
                    let end = macro_.find('}')?;
                    parts.push(expression(&macro_[2..end])?);
                    ("", end + 1)
                }
                _ => return None,
            };
            push(&mut parts, text);
            rest = &macro_[length..];
        }
        push(&mut parts, rest);
        let is_visible = text.bytes().all(|b| b.is_ascii_graphic());
        (!parts.is_empty() && is_visible).then_some(Self(parts))
    }

    /// The name, at most 253 octets: labels of the left give way (section 7.3).
    pub fn expand(&self, with: &Expansion<'_>) -> String {
        let name: String = self.0.iter().map(|part| part.expand(with)).collect();
        let mut name = name.as_str();
        while name.len() > 253 {
            match name.split_once('.') {
                Some((_, rest)) => name = rest,
                None => break,
            }
        }
        name.trim_end_matches('.').to_owned()
    }
}

fn push(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

/// Between the braces: a letter, digits, `r`, delimiters.
fn expression(text: &str) -> Option<Part> {
    let mut letters = text.chars();
    let letter = letters.next()?.to_ascii_lowercase();
    // c, r and t are for explanations alone (section 7.2).
    if !"slodipvh".contains(letter) {
        return None;
    }
    let rest = letters.as_str();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (digits, rest) = rest.split_at(digits);
    let keep = if digits.is_empty() {
        None
    } else {
        Some(digits.parse().ok().filter(|keep| *keep > 0)?)
    };
    let (is_reversed, delimiters) = match rest.strip_prefix(['r', 'R']) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let are_known = delimiters.chars().all(|c| ".-+,/_=".contains(c));
    are_known.then(|| Part::Macro {
        letter,
        keep,
        is_reversed,
        delimiters: delimiters.to_owned(),
    })
}

impl Part {
    fn expand(&self, with: &Expansion<'_>) -> String {
        let (letter, keep, is_reversed, delimiters) = match self {
            Self::Text(text) => return text.clone(),
            Self::Macro {
                letter,
                keep,
                is_reversed,
                delimiters,
            } => (letter, keep, is_reversed, delimiters.as_str()),
        };
        let value = match letter {
            's' => format!("postmaster@{}", with.sender),
            'l' => "postmaster".to_owned(),
            'o' => with.sender.to_owned(),
            'd' => with.domain.to_owned(),
            'i' => dotted(with.address),
            'v' => if with.address.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            'h' => with.helo.to_owned(),
            // The validated name, which nobody should use and which need not be looked up (section 7.3).
            _ => "unknown".to_owned(),
        };
        let delimiters = if delimiters.is_empty() { "." } else { delimiters };
        let mut labels: Vec<&str> = value.split(|c| delimiters.contains(c)).collect();
        if *is_reversed {
            labels.reverse();
        }
        let skipped = keep.map_or(0, |keep| labels.len().saturating_sub(keep));
        labels.split_off(skipped).join(".")
    }
}

/// IPv6 in nibbles (section 7.3).
fn dotted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let nibbles = address
                .octets()
                .into_iter()
                .flat_map(|octet| [octet >> 4, octet & 15]);
            nibbles
                .map(|nibble| format!("{nibble:x}"))
                .collect::<Vec<_>>()
                .join(".")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str, address: &str) -> String {
        let with = Expansion {
            address: address.parse().unwrap(),
            domain: "email.example.com",
            sender: "email.example.com",
            helo: "mail.example.com",
        };
        Template::read(text).unwrap().expand(&with)
    }

    /// The examples of section 7.4, for `postmaster` in the place of `strong-bad`.
    #[test]
    fn the_examples_of_the_rfc_expand_as_it_says() {
        for (text, name) in [
            ("%{s}", "postmaster@email.example.com"),
            ("%{o}", "email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d3}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l}", "postmaster"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            (
                "%{d2}.trusted-domains.example.net",
                "example.com.trusted-domains.example.net",
            ),
            ("%{h}%%a", "mail.example.com%a"),
            ("%{p}.a", "unknown.a"),
        ] {
            assert_eq!(expand(text, "192.0.2.3"), name, "{text}");
        }
        assert_eq!(
            expand("%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01"),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
        );
    }

    #[test]
    fn a_name_that_grows_too_long_loses_labels_on_its_left() {
        let long = "%{d}.".repeat(20) + "a.example";
        let name = expand(&long, "192.0.2.3");
        assert!(name.len() <= 253 && name.ends_with(".a.example"), "{name}");
    }

    #[test]
    fn what_the_grammar_does_not_know_is_no_template() {
        for text in [
            "",
            "%",
            "%a",
            "a%",
            "%{",
            "%{}",
            "%{q}",
            "%{d0}",
            "%{d99999999999999999999}",
            "%{d!}",
            "a b",
            "é",
        ] {
            assert_eq!(Template::read(text), None, "{text}");
        }
    }
}
