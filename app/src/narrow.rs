//! Which rows a filter shows: one rule for the server's first paint and for the browser as one types.

use model::board::{Filter, Verdict};

/// What of a row a filter looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts<'a> {
    /// Its names, in lower case.
    pub names: &'a str,
    pub site: &'a str,
    pub verdict: Verdict,
}

/// The same as the use-case's own filter: the text may be any part of a name.
pub fn keeps(filter: &Filter, row: Facts<'_>) -> bool {
    filter.state.is_none_or(|state| state == row.verdict)
        && filter.site.as_deref().is_none_or(|site| site == row.site)
        && row.names.contains(&filter.q.trim().to_lowercase())
}

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

    const ROW: Facts<'_> = Facts {
        names: "betinsport.example mail.betinsport.example jogos do sul",
        site: "vm112",
        verdict: Verdict::Fail,
    };

    fn filter(q: &str, site: Option<&str>, state: Option<Verdict>) -> Filter {
        Filter {
            q: q.to_owned(),
            site: site.map(str::to_owned),
            state,
        }
    }

    #[test]
    fn an_empty_filter_shows_every_row_and_each_part_narrows() {
        assert!(keeps(&Filter::default(), ROW));
        assert!(keeps(
            &filter("  MAIL.betin ", Some("vm112"), Some(Verdict::Fail)),
            ROW
        ));
        assert!(!keeps(&filter("norte", None, None), ROW));
        assert!(!keeps(&filter("", Some("vm113"), None), ROW));
        assert!(!keeps(&filter("", None, Some(Verdict::Ready)), ROW));
    }

    #[test]
    fn a_filter_goes_into_the_address_as_it_was_typed() {
        assert_eq!(query(&Filter::default()), "");
        let typed = filter("a&b=ç d", Some("vm 112"), Some(Verdict::Fail));
        assert_eq!(query(&typed), "q=a%26b%3D%C3%A7%20d&state=fail&site=vm%20112");
    }
}
