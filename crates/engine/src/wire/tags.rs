//! Lists of `tag=value` with `;` between them, as DKIM, DMARC, MTA-STS and TLS-RPT publish them (RFC 6376
//! section 3.2).

/// The tags in their order, names and values without the space around them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tags<'a>(Vec<(&'a str, &'a str)>);

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotTags {
    #[error("it is not ASCII")]
    NotAscii,
    #[error("{0:?} is no tag=value")]
    NoValue(String),
    #[error("the tag {0} stands there twice")]
    Twice(String),
    #[error("it has more than {MOST} tags")]
    TooMany,
}

impl<'a> Tags<'a> {
    /// One `;` may end the list.
    pub fn read(text: &'a [u8]) -> Result<Self, NotTags> {
        let text = str::from_utf8(text).map_err(|_| NotTags::NotAscii)?;
        if !text.is_ascii() {
            return Err(NotTags::NotAscii);
        }
        let text = text.trim();
        let list = text.strip_suffix(';').unwrap_or(text);
        let mut tags: Vec<(&str, &str)> = Vec::new();
        for tag in list.split(';') {
            let (name, value) = tag
                .split_once('=')
                .ok_or_else(|| NotTags::NoValue(tag.trim().to_owned()))?;
            let (name, value) = (name.trim(), value.trim());
            if name.is_empty()
                || !name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
            {
                return Err(NotTags::NoValue(tag.trim().to_owned()));
            }
            if tags.iter().any(|(known, _)| *known == name) {
                return Err(NotTags::Twice(name.to_owned()));
            }
            if tags.len() >= MOST {
                return Err(NotTags::TooMany);
            }
            tags.push((name, value));
        }
        Ok(Self(tags))
    }

    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    /// The version of a record must be said before anything else.
    pub fn begins_with(&self, name: &str, value: &str) -> bool {
        self.0.first() == Some(&(name, value))
    }
}

/// Whether a text claims to be a record of this version: `v=DMARC1`, alone or before a `;`.
pub fn claims(text: &[u8], version: &str) -> bool {
    let text = String::from_utf8_lossy(text);
    let first = text.split(';').next().unwrap_or_default();
    first
        .split_once('=')
        .is_some_and(|(name, value)| name.trim() == "v" && value.trim() == version)
}

/// Behind `mailto:`, whether there is somebody to write to.
pub(super) fn is_mailbox(address: &str) -> bool {
    address
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

const MOST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_around_tags_does_not_count_and_the_last_may_end_in_a_semicolon() {
        let tags = Tags::read(b" v = DMARC1 ;p=none; rua=mailto:a@b.example; ").unwrap();
        assert!(tags.begins_with("v", "DMARC1"));
        assert_eq!(tags.value("p"), Some("none"));
        assert_eq!(tags.value("rua"), Some("mailto:a@b.example"));
        assert_eq!(tags.value("P"), None);
        assert_eq!(Tags::read(b"p=").unwrap().value("p"), Some(""));
    }

    #[test]
    fn what_is_no_list_says_why() {
        for (text, why) in [
            (&b""[..], NotTags::NoValue(String::new())),
            (b"v=DMARC1; none", NotTags::NoValue("none".into())),
            (b"v=DMARC1;; p=none", NotTags::NoValue(String::new())),
            (b"v=DMARC1; p q=none", NotTags::NoValue("p q=none".into())),
            (b"p=none; p=reject", NotTags::Twice("p".into())),
            (b"v=DMARC1; p=n\xc3\xb3ne", NotTags::NotAscii),
            (b"v=DMARC1; p=\xff", NotTags::NotAscii),
        ] {
            assert_eq!(Tags::read(text), Err(why));
        }
        let many: String = (0..100).map(|n| n.to_string() + "=a;").collect();
        assert_eq!(Tags::read(many.as_bytes()), Err(NotTags::TooMany));
    }

    #[test]
    fn a_record_is_known_by_its_version() {
        assert!(claims(b"v=STSv1; id=1", "STSv1") && claims(b"v = STSv1", "STSv1"));
        assert!(!claims(b"v=STSv12; id=1", "STSv1") && !claims(b"id=1; v=STSv1", "STSv1"));
    }
}
