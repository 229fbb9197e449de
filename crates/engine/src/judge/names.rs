//! Does a certificate stand for a name? RFC 9525: dNSName SANs only, never the subject's text.

use model::DomainName;

/// One presented identifier against the reference (RFC 9525 section 6.3). A wildcard is the whole left-most
/// label and stands for exactly one label. Both sides are A-labels; case does not matter.
pub fn matches(presented: &str, host: &DomainName) -> bool {
    let host = host.as_str();
    match presented.strip_prefix("*.") {
        Some(parent) => {
            // `*.com` would stand for every domain: no public CA issues it, and no client accepts it.
            parent.contains('.')
                && !parent.contains('*')
                && host
                    .split_once('.')
                    .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent))
        }
        None => presented.eq_ignore_ascii_case(host),
    }
}

pub fn covers<'a>(mut presented: impl Iterator<Item = &'a str>, host: &DomainName) -> bool {
    presented.any(|name| matches(name, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn m(presented: &str, host: &str) -> bool {
        matches(presented, &DomainName::parse(host).unwrap())
    }

    #[test]
    fn a_name_matches_itself_in_any_case() {
        assert!(m("Mail.Example.COM", "mail.example.com"));
        assert!(!m("mail.example.com", "xmail.example.com"));
        assert!(
            !m("mail.example.com.", "mail.example.com"),
            "a SAN has no trailing dot"
        );
        assert!(!m("mail.example.com\0.evil.example", "mail.example.com"));
    }

    #[test]
    fn a_wildcard_is_one_whole_left_most_label() {
        assert!(m("*.example.com", "mail.example.com"));
        assert!(!m("*.example.com", "example.com"));
        assert!(!m("*.example.com", "a.mail.example.com"));
        for partial in ["m*.example.com", "mail.*.com", "*", "*.*.com", "*.com"] {
            assert!(!m(partial, "mail.example.com"), "{partial}");
        }
        assert!(!m("*.com", "example.com"));
    }
}
