//! A map file or a list of patterns, one a line (configuration manual 2.6, converter `map`; management
//! manual, section 9.3 `show map`).

use super::names::Method;
use std::collections::HashMap;

/// The first line of each key, by key.
#[derive(Debug, Default)]
pub struct Map {
    entries: HashMap<Box<str>, Entry>,
}

/// What stands behind a key: the rest of its line, which may be empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub line: usize,
    pub value: String,
}

impl Entry {
    /// Whether HAProxy could have a backend of that name; it takes a comment behind the name for a part of it.
    pub fn is_backend(&self) -> bool {
        let may_stand = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
        !self.value.is_empty() && self.value.bytes().all(may_stand)
    }
}

impl Map {
    pub fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut entries = HashMap::new();
        for (index, line) in text.lines().enumerate() {
            // A comment begins a line: an indented `#` is a key, and one behind a value belongs to it.
            let line_is_comment = line.starts_with('#');
            let line = line.trim_matches(BLANK);
            if line_is_comment || line.is_empty() {
                continue;
            }
            let (key, value) = line.split_once(BLANK).unwrap_or((line, ""));
            entries
                .entry(key.to_ascii_lowercase().into())
                .or_insert_with(|| Entry {
                    line: index + 1,
                    value: value.trim_matches(BLANK).to_owned(),
                });
        }
        Self { entries }
    }

    /// The first entry whose key the host matches.
    pub fn find(&self, host: &str, method: Method) -> Option<&Entry> {
        let entries = method
            .parts(host)
            .into_iter()
            .filter_map(|part| self.entries.get(part));
        entries.min_by_key(|entry| entry.line)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

const BLANK: [char; 3] = [' ', '\t', '\r'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_read_as_haproxy_reads_it() {
        let map = Map::read(
            b"# mail.c.com bk\nmail.a.com bk_a # note\n\n  Mail.B.com\t bk_b  \r\nmail.a.com again\nmail.z.com\n",
        );
        let found = |host| map.find(host, Method::Exact).map(|e| (e.line, e.value.as_str()));
        assert_eq!(found("mail.a.com"), Some((2, "bk_a # note")));
        assert_eq!(found("mail.b.com"), Some((4, "bk_b")));
        assert_eq!(found("mail.z.com"), Some((6, "")));
        let is_backend = |host| map.find(host, Method::Exact).is_some_and(Entry::is_backend);
        assert_eq!(
            ["mail.a.com", "mail.b.com", "mail.z.com"].map(is_backend),
            [false, true, false]
        );
        for host in ["mail.c.com", "#", "a.com", "xmail.a.com"] {
            assert_eq!(found(host), None, "{host}");
        }
    }

    #[test]
    fn the_first_line_that_matches_wins() {
        let map = Map::read(b".com other\n.a.com bk_a\n");
        assert_eq!(map.find("mail.a.com", Method::End).unwrap().value, "other");
    }
}
