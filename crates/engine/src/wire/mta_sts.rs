//! MTA-STS (RFC 8461): the record that announces a policy (section 3.1), and the policy (section 3.2).

use super::tags::{NotTags, Tags, claims};

/// Whether a text is meant as a record; the others at the name do not count.
pub fn is_meant(text: &[u8]) -> bool {
    claims(text, "STSv1")
}

/// The record's `id`, which changes with the policy.
pub fn id(record: &[u8]) -> Result<String, NotARecord> {
    let tags = Tags::read(record)?;
    if !tags.begins_with("v", "STSv1") {
        return Err(NotARecord::Version);
    }
    let id = tags.value("id").ok_or(NotARecord::NoId)?;
    let is_id = (1..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_id {
        Ok(id.to_owned())
    } else {
        Err(NotARecord::Id(id.to_owned()))
    }
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotARecord {
    #[error(transparent)]
    Tags(#[from] NotTags),
    #[error("v=STSv1 does not stand first")]
    Version,
    #[error("it has no id")]
    NoId,
    #[error("id={0} is not 1 to 32 letters and digits")]
    Id(String),
}

/// To whom mail may be delivered, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    pub mode: Mode,
    /// Hosts, in lower case; `*.` stands for one label.
    pub mx: Vec<String>,
    /// How long it may be kept, in seconds.
    pub max_age: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Enforce,
    Testing,
    None,
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAPolicy {
    #[error("it is not text")]
    NotText,
    #[error("{0:?} is no key: value")]
    NoValue(String),
    #[error("it lacks {0}")]
    Lacks(&'static str),
    #[error("{key}: {value} is not what may stand there")]
    Value { key: &'static str, value: String },
    #[error("it has more than {MOST} lines")]
    TooLong,
}

impl Policy {
    /// Keys that nobody knows are read over; of those that stand there twice the first counts, but for `mx`.
    pub fn read(text: &[u8]) -> Result<Self, NotAPolicy> {
        let text = str::from_utf8(text).map_err(|_| NotAPolicy::NotText)?;
        let mut fields: Vec<(&str, &str)> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let no_value = || NotAPolicy::NoValue(line.to_owned());
            let (key, value) = line.split_once(':').ok_or_else(no_value)?;
            fields.push((key.trim(), value.trim()));
            if fields.len() > MOST {
                return Err(NotAPolicy::TooLong);
            }
        }
        let value = |key: &'static str| {
            let found = fields.iter().find(|(known, _)| *known == key);
            found.map(|(_, value)| *value).ok_or(NotAPolicy::Lacks(key))
        };
        let wrong = |key: &'static str, value: &str| NotAPolicy::Value {
            key,
            value: value.to_owned(),
        };
        let version = value("version")?;
        if version != "STSv1" {
            return Err(wrong("version", version));
        }
        let mode = match value("mode")? {
            "enforce" => Mode::Enforce,
            "testing" => Mode::Testing,
            "none" => Mode::None,
            other => return Err(wrong("mode", other)),
        };
        let max_age = value("max_age")?;
        let is_number = max_age.bytes().all(|b| b.is_ascii_digit());
        let max_age = max_age.parse().ok().filter(|age| is_number && *age <= LONGEST);
        let max_age = max_age.ok_or_else(|| wrong("max_age", value("max_age").unwrap_or_default()))?;
        let mx = fields.iter().filter(|(key, _)| *key == "mx");
        let mx: Vec<String> = mx.map(|(_, host)| host.to_ascii_lowercase()).collect();
        if let Some(host) = mx.iter().find(|host| !is_pattern(host)) {
            return Err(wrong("mx", host));
        }
        if mx.is_empty() && mode != Mode::None {
            return Err(NotAPolicy::Lacks("mx"));
        }
        Ok(Self { mode, mx, max_age })
    }

    /// Whether mail may go to this host (section 4.1); its name is in lower case.
    pub fn covers(&self, host: &str) -> bool {
        self.mx.iter().any(|pattern| match pattern.strip_prefix("*.") {
            Some(parent) => host.split_once('.').is_some_and(|(_, rest)| rest == parent),
            None => host == pattern,
        })
    }
}

fn is_pattern(host: &str) -> bool {
    let host = host.strip_prefix("*.").unwrap_or(host);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.contains('.') && host.split('.').all(is_label)
}

const MOST: usize = 1_000;
/// About a year (section 3.2).
const LONGEST: u32 = 31_557_600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_a_version_and_an_id() {
        assert_eq!(id(b"v=STSv1; id=20260101T000000;").unwrap(), "20260101T000000");
        assert!(is_meant(b"v=STSv1;") && !is_meant(b"v=STSv10; id=1"));
        for (text, why) in [
            ("v=STSv1;", NotARecord::NoId),
            ("v=STSv1; id=", NotARecord::Id(String::new())),
            ("v=STSv1; id=2026-01-01", NotARecord::Id("2026-01-01".into())),
            ("id=1; v=STSv1", NotARecord::Version),
        ] {
            assert_eq!(id(text.as_bytes()), Err(why));
        }
        assert!(id(format!("v=STSv1; id={}", "1".repeat(33)).as_bytes()).is_err());
    }

    #[test]
    fn a_policy_is_read_whatever_ends_its_lines() {
        let text = "version: STSv1\r\nmode: enforce\nmx: MAIL.a.example\r\nmx:*.b.example\nmax_age: 86400\nmode: none\nnew: x";
        let policy = Policy::read(text.as_bytes()).unwrap();
        assert_eq!((policy.mode, policy.max_age), (Mode::Enforce, 86400));
        for (host, is_covered) in [
            ("mail.a.example", true),
            ("x.mail.a.example", false),
            ("mx.b.example", true),
            ("b.example", false),
            ("x.mx.b.example", false),
            ("mx.bb.example", false),
        ] {
            assert_eq!(policy.covers(host), is_covered, "{host}");
        }
        let none = Policy::read(b"version: STSv1\nmode: none\nmax_age: 60").unwrap();
        assert_eq!(none.mode, Mode::None);
    }

    #[test]
    fn a_policy_that_senders_drop_is_none() {
        for text in [
            "",
            "<!doctype html>",
            "version: STSv1\nmode: enforce\nmax_age: 86400",
            "version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 86400",
            "version: STSv1\nmode: strict\nmx: a.example\nmax_age: 86400",
            "version: STSv1\nmode: enforce\nmx: a.example",
            "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1e9",
            "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 31557601",
            "version: STSv1\nmode: enforce\nmx: *.*.example\nmax_age: 86400",
            "version: STSv1\nmode: enforce\nmx: a.example b.example\nmax_age: 86400",
        ] {
            assert!(Policy::read(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(Policy::read(b"version: \xff"), Err(NotAPolicy::NotText));
        assert_eq!(Policy::read(&b"a: b\n".repeat(5000)), Err(NotAPolicy::TooLong));
    }
}
