//! A filter in the address of its page.

use model::board::{Filter, Verdict};

/// The filter as a query without its question mark; empty where nothing narrows.
pub fn query(filter: &Filter) -> String {
    let state = filter.state.map(Verdict::as_str);
    let parts = [
        ("q", Some(filter.q.trim())),
        ("state", state),
        ("site", filter.site.as_deref()),
    ];
    let parts = parts.into_iter().filter_map(|(key, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{key}={}", percent_encoded(value)))
    });
    parts.collect::<Vec<_>>().join("&")
}

/// The unreserved characters of RFC 3986 section 2.3 stay; every other octet is escaped.
pub fn percent_encoded(text: &str) -> String {
    let octet = |octet: u8| match octet {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(octet).to_string(),
        _ => format!("%{octet:02X}"),
    };
    text.bytes().map(octet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_goes_into_the_address_as_it_was_typed() {
        assert_eq!(query(&Filter::default()), "");
        let typed = Filter {
            q: "a&b=ç d".to_owned(),
            site: Some("vm 112".to_owned()),
            state: Some(Verdict::Fail),
        };
        assert_eq!(query(&typed), "q=a%26b%3D%C3%A7%20d&state=fail&site=vm%20112");
    }
}
