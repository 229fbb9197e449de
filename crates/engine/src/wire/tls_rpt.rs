//! TLS-RPT records (RFC 8460 section 3): where senders report that TLS failed.

use super::tags::{NotTags, Tags, claims, is_mailbox};

/// Whether a text is meant as a record; the others at the name do not count.
pub fn is_meant(text: &[u8]) -> bool {
    claims(text, "TLSRPTv1")
}

/// The addresses (`rua`), at least one.
pub fn addresses(record: &[u8]) -> Result<Vec<String>, NotTlsRpt> {
    let tags = Tags::read(record)?;
    if !tags.begins_with("v", "TLSRPTv1") {
        return Err(NotTlsRpt::Version);
    }
    let list = tags.value("rua").ok_or(NotTlsRpt::NoAddress)?;
    let addresses = list.split(',').map(|uri| check(uri.trim()).map(str::to_owned));
    addresses.collect()
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotTlsRpt {
    #[error(transparent)]
    Tags(#[from] NotTags),
    #[error("v=TLSRPTv1 does not stand first")]
    Version,
    #[error("it names no address (rua)")]
    NoAddress,
    #[error("{0:?} is neither mailto: nor https:")]
    Address(String),
}

fn check(uri: &str) -> Result<&str, NotTlsRpt> {
    let wrong = || NotTlsRpt::Address(uri.to_owned());
    let (scheme, rest) = uri.split_once(':').ok_or_else(wrong)?;
    let is_known = match scheme.to_ascii_lowercase().as_str() {
        "mailto" => is_mailbox(rest),
        "https" => rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty()),
        _ => false,
    };
    if is_known && !uri.contains(char::is_whitespace) {
        Ok(uri)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_go_by_mail_or_over_https() {
        assert_eq!(
            addresses(b"v=TLSRPTv1; rua=mailto:tls@a.example, https://b.example/v1").unwrap(),
            ["mailto:tls@a.example", "https://b.example/v1"]
        );
        assert!(is_meant(b"v=TLSRPTv1;rua=") && !is_meant(b"v=spf1 -all"));
    }

    #[test]
    fn a_record_without_a_usable_address_is_none() {
        for (text, why) in [
            ("v=TLSRPTv1;", NotTlsRpt::NoAddress),
            ("rua=mailto:a@b.example; v=TLSRPTv1", NotTlsRpt::Version),
            (
                "v=TLSRPTv1; rua=a@b.example",
                NotTlsRpt::Address("a@b.example".into()),
            ),
            (
                "v=TLSRPTv1; rua=http://b.example/",
                NotTlsRpt::Address("http://b.example/".into()),
            ),
            (
                "v=TLSRPTv1; rua=mailto:a@b.example,",
                NotTlsRpt::Address(String::new()),
            ),
        ] {
            assert_eq!(addresses(text.as_bytes()), Err(why));
        }
    }
}
