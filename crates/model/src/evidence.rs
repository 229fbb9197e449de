//! What a verdict stands on: everything that was seen, as data.

use crate::{Code, Leaf, Reason, Timestamp, certificate::Link};
use serde::{Deserialize, Serialize};

/// The `evidence` of a step. A key that does not apply is absent; the leaf's facts stand at the top level.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The address that was connected to, `host:port`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The protocol spoken before TLS, `smtp` or `imap`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starttls: Option<String>,
    /// The name that was asked for (RFC 6066 section 3) and judged against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<Leaf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// The chain as served, leaf first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<Link>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The peer's or the system's own words, bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The host whose files or commands were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The argv that was run there; nothing of it is secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The file or systemd unit in question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line of that file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The name that was looked for, in a file or elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The DNS question, such as `example.com MX`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Who was asked it, `host:port`; absent where the system's resolver was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolver: Option<String>,
    /// The address of a page; `endpoint` says where it was fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The HTTP status (RFC 9110 section 15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Where a page redirects to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What was there: records, rules, routes. At most [`Evidence::MOST`], each bounded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<String>,
    /// What should have been there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<String>,
    /// The names that a certificate lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Since when it is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The configuration key that a skipped check wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wants: Option<String>,
    /// The lineage's leaf, where the step compares it with the deployed one (the step's own leaf).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Leaf>,
    /// The leaf seen on the wire, where the step compares it with the deployed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served: Option<Leaf>,
}

impl Evidence {
    /// How many things found are kept.
    pub const MOST: usize = 16;

    /// Keeps what was there, each made fit to show.
    #[must_use]
    pub fn found<T: AsRef<str>>(mut self, found: impl IntoIterator<Item = T>) -> Self {
        let fit = found.into_iter().take(Self::MOST);
        self.found = fit.map(|words| tame(words.as_ref(), 200)).collect();
        self
    }

    pub fn wants(key: impl Into<String>) -> Self {
        Self {
            wants: Some(key.into()),
            ..Self::default()
        }
    }

    pub fn path(path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn because(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// What a history keeps of it: all that its message says, without the chain and with few names.
    #[must_use]
    pub fn brief(&self) -> Self {
        let brief = |leaf: &Option<Leaf>| leaf.as_ref().map(Leaf::brief);
        Self {
            leaf: brief(&self.leaf),
            issued: brief(&self.issued),
            served: brief(&self.served),
            chain: Vec::new(),
            ..self.clone()
        }
    }

    /// Keeps a stranger's words: one line, no control characters, at most 200 characters.
    #[must_use]
    pub fn detail(mut self, words: impl AsRef<str>) -> Self {
        self.detail = Some(tame(words.as_ref(), 200));
        self
    }
}

/// What a check found out: a verdict and what it stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub state: crate::State,
    pub code: Code,
    pub evidence: Evidence,
}

impl Outcome {
    pub fn new(state: crate::State, code: Code, evidence: Evidence) -> Self {
        Self {
            state,
            code,
            evidence,
        }
    }

    pub fn ok(evidence: Evidence) -> Self {
        Self::new(crate::State::Ok, Code::Ok, evidence)
    }

    pub fn warn(code: Code, evidence: Evidence) -> Self {
        Self::new(crate::State::Warn, code, evidence)
    }

    pub fn fail(code: Code, evidence: Evidence) -> Self {
        Self::new(crate::State::Fail, code, evidence)
    }

    pub fn unknown(code: Code, evidence: Evidence) -> Self {
        Self::new(crate::State::Unknown, code, evidence)
    }

    /// The site does not configure what the check needs; `key` is what it wants.
    pub fn skipped(key: impl Into<String>) -> Self {
        Self::new(crate::State::Skipped, Code::NotConfigured, Evidence::wants(key))
    }
}

/// Text from outside, made fit to show: control characters become `·`, the length is bounded in characters.
pub fn tame(text: &str, most: usize) -> String {
    let text = text.trim_end();
    // As nearly all of it is: copied as a whole.
    if text.len() <= most && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut tamed: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() || is_bidi(c) { '·' } else { c })
        .collect();
    if text.chars().nth(most).is_some() {
        tamed.push('…');
    }
    tamed
}

/// Characters that turn the direction of writing: they can make a name look like another (Unicode TR 36).
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_cn_is_null_and_the_leaf_stands_at_the_top() {
        let leaf = Leaf {
            cn: None,
            sans: vec!["mail.a.example".into()],
            sans_left_out: 0,
            issuer: "CN=CA".into(),
            serial: "0a".into(),
            not_before: Timestamp(0),
            not_after: Timestamp(1_000),
            sha256: "00".into(),
            public_key: "EC P-256".into(),
        };
        let evidence = Evidence {
            leaf: Some(leaf),
            ..Evidence::default()
        };
        let json = serde_json::to_value(&evidence).unwrap();
        assert!(json["cn"].is_null() && json.get("cn").is_some());
        assert_eq!(json["sans"][0], "mail.a.example");
        assert_eq!(serde_json::from_value::<Evidence>(json).unwrap(), evidence);
        assert_eq!(serde_json::to_string(&Evidence::default()).unwrap(), "{}");
        assert_eq!(
            serde_json::from_str::<Evidence>("{}").unwrap(),
            Evidence::default()
        );
    }

    #[test]
    fn a_strangers_words_are_made_harmless() {
        assert_eq!(tame("a\r\nb\0\u{202e}c", 10), "a··b··c");
        assert_eq!(tame("abcdef", 3), "abc…");
    }
}
