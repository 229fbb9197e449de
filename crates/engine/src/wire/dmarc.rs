//! DMARC records (RFC 9989 section 4.7; RFC 7489 section 6.3, whose `pct` is still read).

use super::tags::{NotTags, Tags, claims, is_mailbox};

/// What a domain asks of who receives mail in its name, as far as it is judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dmarc {
    pub policy: Policy,
    /// For names below the domain; `policy` where nothing is said.
    pub subdomain_policy: Policy,
    /// The policy is being tried out (`t=y`), or meant for a part of the mail (`pct` under 100).
    pub is_trial: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    None,
    Quarantine,
    Reject,
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotDmarc {
    #[error(transparent)]
    Tags(#[from] NotTags),
    #[error("v=DMARC1 does not stand first")]
    Version,
    #[error("{tag}={value} is none of none, quarantine and reject")]
    Policy { tag: &'static str, value: String },
    #[error("pct={0} is no number from 0 to 100")]
    Percent(String),
    #[error("{0:?} is no address that reports can be sent to")]
    Address(String),
}

impl Dmarc {
    /// Whether a text is meant as one; the others at the name do not count.
    pub fn is_meant(text: &[u8]) -> bool {
        claims(text, "DMARC1")
    }

    pub fn read(text: &[u8]) -> Result<Self, NotDmarc> {
        let tags = Tags::read(text)?;
        if !tags.begins_with("v", "DMARC1") {
            return Err(NotDmarc::Version);
        }
        for addresses in [tags.value("rua"), tags.value("ruf")].into_iter().flatten() {
            check_addresses(addresses)?;
        }
        // Without a policy it asks for nothing but reports.
        let policy = policy(&tags, "p")?.unwrap_or(Policy::None);
        let percent = match tags.value("pct") {
            Some(text) => percent(text).ok_or_else(|| NotDmarc::Percent(text.to_owned()))?,
            None => 100,
        };
        Ok(Self {
            policy,
            subdomain_policy: self::policy(&tags, "sp")?.unwrap_or(policy),
            is_trial: percent < 100 || tags.value("t") == Some("y"),
        })
    }
}

fn policy(tags: &Tags<'_>, tag: &'static str) -> Result<Option<Policy>, NotDmarc> {
    let Some(value) = tags.value(tag) else {
        return Ok(None);
    };
    match value.to_ascii_lowercase().as_str() {
        "none" => Ok(Some(Policy::None)),
        "quarantine" => Ok(Some(Policy::Quarantine)),
        "reject" => Ok(Some(Policy::Reject)),
        _ => Err(NotDmarc::Policy {
            tag,
            value: value.to_owned(),
        }),
    }
}

fn percent(text: &str) -> Option<u8> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|percent| is_number && *percent <= 100)
}

/// `mailto:a@b.example!10m,mailto:…`: the size is obsolete and read over.
fn check_addresses(list: &str) -> Result<(), NotDmarc> {
    for uri in list.split(',').map(str::trim) {
        let is_uri = uri.split_once(':').is_some_and(|(scheme, rest)| {
            if scheme.eq_ignore_ascii_case("mailto") {
                is_mailbox(rest)
            } else {
                !scheme.is_empty() && !rest.is_empty()
            }
        });
        if !is_uri || uri.contains(char::is_whitespace) {
            return Err(NotDmarc::Address(uri.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read_and_names_below_inherit_them() {
        let read = |text: &str| Dmarc::read(text.as_bytes()).unwrap();
        let strict = read("v=DMARC1; p=reject; rua=mailto:a@b.example!10m, https://c.example/d; adkim=s");
        assert_eq!(
            (strict.policy, strict.subdomain_policy),
            (Policy::Reject, Policy::Reject)
        );
        assert!(!strict.is_trial);
        let split = read("v=DMARC1;p=Quarantine;sp=none;");
        assert_eq!(
            (split.policy, split.subdomain_policy),
            (Policy::Quarantine, Policy::None)
        );
        assert_eq!(read("v=DMARC1; rua=mailto:a@b.example").policy, Policy::None);
        assert!(read("v=DMARC1; p=reject; pct=50").is_trial && read("v=DMARC1; p=reject; t=y").is_trial);
    }

    #[test]
    fn a_record_that_receivers_drop_is_none() {
        for text in [
            "v=DMARC1 p=reject",
            "p=reject; v=DMARC1",
            "v=DMARC1; p=rejected",
            "v=DMARC1; p=reject; p=none",
            "v=DMARC1; p=reject; pct=101",
            "v=DMARC1; p=reject; pct=+5",
            "v=DMARC1; p=reject; rua=a@b.example",
            "v=DMARC1; p=reject; rua=mailto:a@b.example mailto:c@d.example",
            "v=DMARC1; p=reject; sp=",
        ] {
            assert!(Dmarc::read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(!Dmarc::is_meant(b"v=spf1 -all") && Dmarc::is_meant(b"v=DMARC1; nonsense"));
    }
}
