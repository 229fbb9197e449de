//! What a noc is shown of personal data (contract, `roles.md`): enough to tell two apart, too little to reach one.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// `maria` is `m•••`. The length is not told either.
pub fn name(text: &str) -> String {
    let first = text.chars().next().filter(|first| first.is_alphanumeric());
    format!("{}{DOTS}", first.map(String::from).unwrap_or_default())
}

/// `198.51.100.7` is `198.51.•.•`; of IPv6 the first 32 bits stay.
pub fn address(address: IpAddr) -> String {
    match address {
        IpAddr::V4(four) => {
            let [a, b, ..] = four.octets();
            format!("{a}.{b}.{DOT}.{DOT}")
        }
        IpAddr::V6(six) => {
            let [a, b, ..] = six.segments();
            format!("{a:x}:{b:x}:{DOT}")
        }
    }
}

/// Masks these names of people where they stand as words of their own, in whatever case.
pub fn names(text: &str, names: &[String]) -> String {
    let is_part = |c: char| c.is_alphanumeric() || "._-".contains(c);
    let known = |word: &str| names.iter().any(|name| name.eq_ignore_ascii_case(word));
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(is_part) {
        masked.push_str(&rest[..begin]);
        rest = &rest[begin..];
        let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        rest = &rest[word.len()..];
        // The end of a sentence belongs to no name.
        let bare = word.trim_end_matches(['.', '-']);
        if known(bare) {
            masked.push_str(&name(bare));
            masked.push_str(&word[bare.len()..]);
        } else {
            masked.push_str(word);
        }
    }
    masked.push_str(rest);
    masked
}

/// Masks every mail address and every IP address in a text, wherever it stands, and leaves the rest alone.
pub fn text(text: &str) -> Cow<'_, str> {
    // Most texts hold neither.
    let suspicious = |c: char| c == '@' || c.is_ascii_digit() || c == ':';
    if !text.contains(suspicious) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(addresses(&reversed(&mail_addresses(text))))
}

/// `maria@example.com` is `m•••@e•••.com`.
fn mail_addresses(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let local = local_part(before);
        masked.push_str(&before[..before.len() - local.len()]);
        if !local.is_empty() {
            masked.push_str(&name(local));
        }
        masked.push('@');
        let domain = &after[..after.find(|c| !is_domain(c)).unwrap_or(after.len())];
        let domain = domain.trim_end_matches(['.', '-']);
        // An IP address in its place is masked as one.
        if domain.is_empty() || domain.parse::<Ipv4Addr>().is_ok() {
            rest = after;
        } else {
            rest = &after[domain.len()..];
            // Of `a@b@c` the middle is a local part too.
            masked.push_str(&if rest.starts_with('@') {
                name(domain)
            } else {
                mail_domain(domain)
            });
        }
    }
    masked.push_str(rest);
    masked
}

/// The end of a text that is the local part of a mail address (RFC 5321 section 4.1.2: an atom or quoted).
fn local_part(before: &str) -> &str {
    if let Some(open) = before.strip_suffix('"') {
        let begin = open.rfind('"').unwrap_or(0);
        return &before[begin..];
    }
    let begin = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || "!#$%&'*+?^_`{|}~.-".contains(*c))
        .last();
    begin.map_or("", |(begin, _)| &before[begin..])
}

fn mail_domain(domain: &str) -> String {
    match domain.rsplit_once('.') {
        Some((rest, top)) => format!("{}.{top}", name(rest)),
        None => name(domain),
    }
}

/// Addresses as the names of their PTR records have them (RFC 1035 section 3.5, RFC 3596 section 2.5).
fn reversed(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for (zone, labels, shown) in [(".in-addr.arpa", 4, 2), (".ip6.arpa", 32, 0)] {
        let mut from = 0;
        while let Some(found) = find_ignoring_case(&masked[from..], zone) {
            let zone_at = from + found;
            let begin = masked[..zone_at]
                .rfind(|c: char| !(c.is_ascii_hexdigit() || c == '.'))
                .map_or(0, |before| {
                    before + masked[before..].chars().next().map_or(1, char::len_utf8)
                });
            let kept: Vec<&str> = masked[begin..zone_at].split('.').collect();
            let hidden = kept.len().min(labels).saturating_sub(shown);
            let name: Vec<&str> = std::iter::repeat_n(DOT, usize::from(hidden > 0))
                .chain(kept[hidden..].iter().copied())
                .collect();
            let name = name.join(".");
            from = begin + name.len() + zone.len();
            masked.to_mut().replace_range(begin..zone_at, &name);
        }
    }
    masked
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    // Byte offsets stay: both alphabets are ASCII.
    text.to_ascii_lowercase().find(what)
}

/// Whatever could be read as an address is masked: better one too many.
fn addresses(text: &str) -> String {
    let fours = runs(text, |c| c.is_ascii_digit() || c == '.', |run, _| four(run));
    runs(&fours, |c| c.is_ascii_hexdigit() || c == ':', sixes)
}

/// Of four numbers or more the first two.
fn four(run: &str) -> String {
    let is_number = |group: &&str| !group.is_empty();
    if run.split('.').filter(is_number).count() < 4 {
        return run.to_owned();
    }
    let mut numbers = 0;
    let shown = run.split('.').map(|group| {
        numbers += usize::from(is_number(&group));
        if numbers > 2 && is_number(&group) {
            DOT
        } else {
            group
        }
    });
    shown.collect::<Vec<_>>().join(".")
}

fn sixes(run: &str, before: Option<char>) -> String {
    let mut masked = String::new();
    let mut rest = run;
    let mut may_begin = !before.is_some_and(char::is_alphanumeric);
    while let Some(next) = rest.chars().next() {
        let found = may_begin.then(|| leading_six(rest)).flatten();
        if let Some((length, six)) = found {
            masked.push_str(&address(six.into()));
            rest = &rest[length..];
        } else {
            masked.push(next);
            rest = &rest[1..];
        }
        may_begin = found.is_none() && next == ':';
    }
    masked
}

/// The text with each longest run of such characters rewritten, which is told the character before it.
fn runs(
    text: &str,
    is_part: fn(char) -> bool,
    mut rewritten: impl FnMut(&str, Option<char>) -> String,
) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(is_part) {
        let (before, from) = rest.split_at(begin);
        let (run, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        masked.push_str(before);
        let last = masked.chars().next_back();
        masked.push_str(&rewritten(run, last));
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// The longest IPv6 address that a text of such characters begins with, and its length in bytes. The machine's own
/// is nobody's.
fn leading_six(text: &str) -> Option<(usize, Ipv6Addr)> {
    if text.bytes().filter(|&byte| byte == b':').count() < 2 {
        return None;
    }
    let lengths = (2..=text.len().min(LONGEST)).rev();
    let mut found = lengths.filter_map(|length| Some((length, text[..length].parse::<Ipv6Addr>().ok()?)));
    found
        .next()
        .filter(|(_, six)| !six.is_loopback() && !six.is_unspecified())
}

fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_')
}

const DOT: &str = "•";
const DOTS: &str = "•••";
/// `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`, RFC 4291 section 2.2.
const LONGEST: usize = 45;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_masked_as_words_of_their_own() {
        let known = ["mini".to_owned(), "ana.b".to_owned()];
        assert_eq!(names("Ask Mini, or ana.b.", &known), "Ask M•••, or a•••.");
        assert_eq!(
            names("minimum of mini.example", &known),
            "minimum of mini.example"
        );
    }

    #[test]
    fn a_name_shows_its_first_letter() {
        assert_eq!(name("maria"), "m•••");
        assert_eq!(name("Ángela"), "Á•••");
        assert_eq!(name(""), "•••");
        assert_eq!(name("\"a b\""), "•••");
    }

    #[test]
    fn addresses_are_masked_wherever_they_stand() {
        for (clear, masked) in [
            ("198.51.100.7", "198.51.•.•"),
            ("from 198.51.100.7:993, refused", "from 198.51.•.•:993, refused"),
            ("v=spf1 ip4:198.51.100.0/24 -all", "v=spf1 ip4:198.51.•.•/24 -all"),
            ("ip6:2001:db8:1::7/64", "ip6:2001:db8:•/64"),
            ("[2001:db8:1::7]:443", "[2001:db8:•]:443"),
            ("it was 2001:db8::7.", "it was 2001:db8:•."),
            ("2001:db8::7: no", "2001:db8:•: no"),
            ("x=198.51.100.7;y=198.51.100.8", "x=198.51.•.•;y=198.51.•.•"),
            ("é198.51.100.7", "é198.51.•.•"),
            ("v198.51.100.7.9", "v198.51.•.•.•"),
            ("a0:198.51.100.7", "a0:198.51.•.•"),
            ("7.100.51.198.in-addr.arpa", "•.51.198.in-addr.arpa"),
            ("PTR 7.100.51.198.IN-ADDR.arpa?", "PTR •.51.198.IN-ADDR.arpa?"),
            (
                "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                "•.ip6.arpa",
            ),
        ] {
            assert_eq!(text(clear), masked, "{clear}");
        }
    }

    #[test]
    fn mail_addresses_are_masked_wherever_they_stand() {
        for (clear, masked) in [
            ("maria@example.com", "m•••@e•••.com"),
            ("<maria.silva+x@mail.example.com.br>, ok", "<m•••@m•••.br>, ok"),
            ("rua=mailto:dmarc@padaria.example", "rua=mailto:d•••@p•••.example"),
            ("ssh://deploy@vm112", "ssh://d•••@v•••"),
            ("root@198.51.100.7", "r•••@198.51.•.•"),
            ("\"Maria Silva\"@example.com", "•••@e•••.com"),
            ("a@b@c.example.", "a•••@b•••@c•••.example."),
            ("joão@josé.example", "j•••@j•••.example"),
            ("@example.com", "@e•••.com"),
        ] {
            assert_eq!(text(clear), masked, "{clear}");
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for clear in [
            "mail.padaria.example serves CN=*.ligbox.example",
            "2026-11-23T12:34:56Z",
            "TLS 1.3, RSA 2048",
            "openssl 3.0.2",
            "0A:1B:2C",
            "in-addr.arpa",
        ] {
            assert_eq!(text(clear), clear);
        }
    }

    #[test]
    fn whatever_comes_nothing_breaks_and_nothing_is_left_of_it() {
        let pieces = [
            "198.51.100.7",
            "::ffff:198.51.100.7",
            "2001:db8::7",
            "maria@example.com",
            "é",
            ":",
            ".",
            "@",
            "\"",
            "•",
            "1",
            ".ip6.arpa",
            ".in-addr.arpa",
        ];
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    let masked = text(&format!("{a}{b} {c}")).into_owned();
                    assert!(!masked.contains("maria"), "{a}{b} {c}: {masked}");
                    assert!(!masked.contains("51.100.7"), "{a}{b} {c}: {masked}");
                }
            }
        }
    }
}
