//! The path of a page, with its query (RFC 3986 sections 3.3 and 3.4).

use super::written_as_text;
use std::{fmt, str::FromStr};

/// `/admin` or `/login?lang=pt`: it goes into a request's first line as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct WebPath(String);

written_as_text!(WebPath);

impl FromStr for WebPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&b);
        let is_encoded = |pair: &str| {
            let digits = pair.as_bytes().get(..2);
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        };
        let mut pieces = text.split('%');
        let begins = pieces.next().is_some_and(|first| first.starts_with('/'));
        // Two slashes would begin a host's name.
        let is_path = begins && !text.starts_with("//") && text.len() <= 2_000;
        if !is_path || !pieces.all(is_encoded) || !text.bytes().all(|b| is_plain(b) || b == b'%') {
            return Err(format!("{text:?} is no path of a page, as in /admin"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for WebPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_begins_with_one_slash_and_needs_no_encoding_any_more() {
        for text in ["/", "/admin", "/a/b.c;d=e", "/login?lang=pt&x=%2F", "/%C3%A1"] {
            assert_eq!(text.parse::<WebPath>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "admin",
            "//evil.example/",
            "https://a.example/",
            "/a b",
            "/á",
            "/a#b",
            "/a\r\nX: y",
            "/\\",
            "/%",
            "/%2",
            "/%zz",
            "?a",
            "/\0",
        ] {
            assert!(text.parse::<WebPath>().is_err(), "{text:?}");
        }
    }
}
