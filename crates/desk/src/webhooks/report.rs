//! What a webhook says, read and bounded.

use super::{ligbox, wazuh};
use model::{DomainName, Timestamp, evidence::tame, onboarding::Heard, ticket::Priority};
use serde_json::Value;

/// A webhook's body, understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Report {
    /// The event's type, such as `infra.mail_tls.failed`.
    pub(super) event: String,
    /// The sender's own id of it.
    pub(super) id: Option<String>,
    pub(super) occurred_at: Option<Timestamp>,
    pub(super) said: Said,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Said {
    MailTlsFailed {
        domain: DomainName,
        mail_host: Option<DomainName>,
        cn: Option<String>,
        sans: Vec<String>,
    },
    CertDeployed {
        /// Domains or mail hosts.
        names: Vec<DomainName>,
        expiry: Option<Timestamp>,
        serial: Option<String>,
    },
    AdminFailed {
        domain: DomainName,
        checks: Vec<String>,
    },
    Onboard {
        domain: DomainName,
        tenant: Option<String>,
        heard: Heard,
    },
    Security {
        rule: String,
        agent: String,
        level: Level,
        description: Option<String>,
    },
    /// A type that nothing follows from.
    Unknown,
}

/// How bad Wazuh finds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// 0 to 16, up to Wazuh 4.x.
    Number(u8),
    /// Wazuh 5.x.
    Low,
    Medium,
    High,
    Critical,
}

/// Why a body could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Unreadable {
    NotJson,
    Wrong { field: String, why: String },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    #[default]
    Desk,
    Wazuh,
}

/// Reads a body of at most 1 MiB. Its depth is bounded by the JSON reader (128).
pub(super) fn read(format: Format, body: &[u8]) -> Result<Report, Unreadable> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Unreadable::NotJson)?;
    match format {
        Format::Desk => ligbox::read(&value),
        Format::Wazuh => wazuh::read(&value),
    }
}

impl Level {
    /// How urgent a ticket of it is; `None` below the level that wants one.
    pub(super) fn priority(self, ticket_level: u8) -> Option<Priority> {
        let (as_number, priority) = match self {
            Self::Number(number @ 14..) => (number, Priority::Urgent),
            Self::Number(number @ 12..) => (number, Priority::High),
            Self::Number(number @ 10..) => (number, Priority::Normal),
            Self::Number(number) => (number, Priority::Low),
            Self::Low => (4, Priority::Low),
            Self::Medium => (7, Priority::Low),
            Self::High => (12, Priority::High),
            Self::Critical => (15, Priority::Urgent),
        };
        (as_number >= ticket_level).then_some(priority)
    }
}

/// A JSON object's keys, read one by one; what is wrong is named.
pub(super) struct Keys<'a> {
    pub(super) object: &'a Value,
    /// What stands before a key's name in a message, as in `data.`.
    pub(super) prefix: &'static str,
}

impl Keys<'_> {
    pub(super) fn domain(&self, key: &str) -> Result<DomainName, Unreadable> {
        let text = self.text(key)?.ok_or_else(|| self.wrong(key, "it is missing"))?;
        self.name(key, &text)
    }

    pub(super) fn optional_domain(&self, key: &str) -> Result<Option<DomainName>, Unreadable> {
        let text = self.text(key)?;
        text.map(|text| self.name(key, &text)).transpose()
    }

    /// A text without control characters, of at most 300 characters; null and empty are none.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Unreadable> {
        match &self.object[key] {
            Value::Null => Ok(None),
            Value::String(text) => {
                let text = tame(text.trim(), LONGEST);
                Ok((!text.is_empty()).then_some(text))
            }
            _ => Err(self.wrong(key, "it is no text")),
        }
    }

    /// At most a hundred texts; a single one may stand without its array.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Unreadable> {
        let one = |value: &Value| match value {
            Value::String(text) => Ok(tame(text.trim(), LONGEST)),
            _ => Err(self.wrong(key, "it is no list of texts")),
        };
        match &self.object[key] {
            Value::Null => Ok(Vec::new()),
            Value::Array(all) => all.iter().take(MOST).map(one).collect(),
            other => Ok(vec![one(other)?]),
        }
    }

    pub(super) fn domains(&self, key: &str) -> Result<Vec<DomainName>, Unreadable> {
        let texts = self.texts(key)?;
        texts.iter().map(|text| self.name(key, text)).collect()
    }

    /// RFC 3339, also with an offset that has no colon.
    pub(super) fn time(&self, key: &str) -> Result<Option<Timestamp>, Unreadable> {
        let text = self.text(key)?;
        text.map(|text| time(&text).ok_or_else(|| self.wrong(key, "it is no time of RFC 3339")))
            .transpose()
    }

    /// What the wizard calls a step: short, because it names a stage of the funnel.
    pub(super) fn step(&self) -> Result<Option<String>, Unreadable> {
        Ok(self.text("step")?.map(|step| tame(&step, LONGEST_STEP)))
    }

    pub(super) fn wrong(&self, key: &str, why: &str) -> Unreadable {
        Unreadable::Wrong {
            field: format!("{}{key}", self.prefix),
            why: why.to_owned(),
        }
    }

    fn name(&self, key: &str, text: &str) -> Result<DomainName, Unreadable> {
        DomainName::from_typed(text)
            .map_err(|why| self.wrong(key, &format!("it is not a domain name: {why}")))
    }
}

/// RFC 3339; Wazuh writes `+0000` where it wants `+00:00`.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let colonless = text.len() > 5
        && text.is_ascii()
        && text.as_bytes()[text.len() - 5].is_ascii_punctuation()
        && text[text.len() - 4..].bytes().all(|b| b.is_ascii_digit());
    if colonless {
        let (before, minutes) = text.split_at(text.len() - 2);
        return Timestamp::parse(&format!("{before}:{minutes}"));
    }
    Timestamp::parse(text)
}

const LONGEST: usize = 300;
const LONGEST_STEP: usize = 60;
const MOST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_may_lack_its_colon() {
        let same = Timestamp::parse("2026-11-22T07:00:00.123Z");
        assert_eq!(time("2026-11-22T07:00:00.123+0000"), same);
        assert_eq!(time("2026-11-22T04:00:00.123-0300"), same);
        assert_eq!(time("2026-11-22T04:00:00.123-03:00"), same);
        assert_eq!(time("yesterday"), None);
        assert_eq!(time("+0000"), None);
    }

    #[test]
    fn a_level_says_how_urgent_it_is() {
        let priority = |level| Level::priority(level, 10);
        assert_eq!(priority(Level::Number(9)), None);
        assert_eq!(priority(Level::Number(11)), Some(Priority::Normal));
        assert_eq!(priority(Level::Number(12)), Some(Priority::High));
        assert_eq!(priority(Level::Number(16)), Some(Priority::Urgent));
        assert_eq!((priority(Level::Low), priority(Level::Medium)), (None, None));
        assert_eq!(
            (priority(Level::High), priority(Level::Critical)),
            (Some(Priority::High), Some(Priority::Urgent))
        );
        assert_eq!(Level::Number(5).priority(3), Some(Priority::Low));
    }

    #[test]
    fn no_body_brings_a_reader_down() {
        let deep = "[".repeat(1 << 20);
        for body in [
            "",
            "nothing",
            "{",
            "null",
            "[]",
            "\"text\"",
            "3",
            "{}",
            r#"{"event": 3}"#,
            r#"{"event": null, "data": []}"#,
            r#"{"rule": "x", "agent": [], "attachments": {}}"#,
            r#"{"attachments": [[], 3]}"#,
            r#"{"event": "infra.mail_tls.failed", "data": {"domain": {"a": 1}, "sans": 3}}"#,
            "{\"event\": \"\u{0}\"}",
            &deep,
        ] {
            for format in [Format::Desk, Format::Wazuh] {
                let read = read(format, body.as_bytes());
                assert!(read.is_err(), "{body:.40}: {read:?}");
            }
        }
        let many = format!(
            r#"{{"event": "infra.mail_tls.failed", "data": {{"domain": "a.example", "sans": [{}"x"]}}}}"#,
            "\"x\",".repeat(200_000)
        );
        let Said::MailTlsFailed { sans, .. } = read(Format::Desk, many.as_bytes()).unwrap().said else {
            panic!();
        };
        assert_eq!(sans.len(), MOST);
    }
}
