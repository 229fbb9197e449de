//! What of the board is shown, in the address of its page: the filter, and the sets that are unfolded.

use model::{
    Group,
    board::{Filter, Verdict},
};
use std::{collections::BTreeSet, fmt};

/// What a reader looks at. The address alone keeps it, so that it can be sent to somebody else.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sight {
    pub filter: Filter,
    pub unfolded: Unfolded,
}

impl Sight {
    /// Reads the parts of a query by their names; what does not parse is not asked for.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |key| parameter(key).filter(|value| !value.is_empty());
        Self {
            filter: Filter {
                q: text("q").unwrap_or_default().chars().take(MOST_TYPED).collect(),
                site: text("site"),
                state: text("state").as_deref().and_then(Verdict::parse),
            },
            unfolded: Unfolded::read(&text("unfold").unwrap_or_default()),
        }
    }

    /// As a query without its question mark; empty where all is as it is by itself.
    pub fn query(&self) -> String {
        let unfolded = self.unfolded.to_string();
        let parts = [
            ("q", self.filter.q.trim()),
            (
                "state",
                self.filter.state.map(Verdict::as_str).unwrap_or_default(),
            ),
            ("site", self.filter.site.as_deref().unwrap_or_default()),
            ("unfold", &unfolded),
        ];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let parts = parts.map(|(key, value)| format!("{key}={}", percent_encoded(value)));
        parts.collect::<Vec<_>>().join("&")
    }

    /// The board's address with this sight and, where one is open, its panel (`domain/check`, or `none`).
    pub fn address(&self, open: Option<&str>) -> String {
        let open = open.map(|open| format!("open={open}"));
        let query = Some(self.query()).filter(|query| !query.is_empty());
        let query: Vec<String> = [query, open].into_iter().flatten().collect();
        if query.is_empty() {
            "/".to_owned()
        } else {
            format!("/?{}", query.join("&"))
        }
    }
}

/// A filter alone, as a query.
pub fn query_of(filter: &Filter) -> String {
    let sight = Sight {
        filter: filter.clone(),
        ..Sight::default()
    };
    sight.query()
}

/// The sets whose checks stand in columns of their own; each other set is one column.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unfolded(BTreeSet<Group>);

impl Unfolded {
    /// `mail_dns.tls_policy`; what is no set is left out.
    pub fn read(text: &str) -> Self {
        let asked = |group: &Group| group.is_set() && text.split('.').any(|name| name == group.as_str());
        Self(Group::ALL.into_iter().filter(asked).collect())
    }

    pub fn has(&self, group: Group) -> bool {
        self.0.contains(&group)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// With this set folded where it is unfolded, and the other way round.
    #[must_use]
    pub fn turned(&self, group: Group) -> Self {
        let mut turned = self.0.clone();
        if !turned.remove(&group) {
            turned.insert(group);
        }
        Self(turned)
    }
}

impl fmt::Display for Unfolded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|group| group.as_str()).collect();
        f.write_str(&names.join("."))
    }
}

/// The unreserved characters of RFC 3986 section 2.3 stay; every other octet is escaped.
pub fn percent_encoded(text: &str) -> String {
    let octet = |octet: u8| match octet {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(octet).to_string(),
        _ => format!("%{octet:02X}"),
    };
    text.bytes().map(octet).collect()
}

const MOST_TYPED: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Sight {
        Sight::read(|key| {
            let found = query.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_filter_goes_into_the_address_as_it_was_typed() {
        assert_eq!(Sight::default().address(None), "/");
        assert_eq!(Sight::default().address(Some("none")), "/?open=none");
        let typed = read(&[("q", "a&b=ç d"), ("site", "vm 112"), ("state", "fail")]);
        assert_eq!(typed.query(), "q=a%26b%3D%C3%A7%20d&state=fail&site=vm%20112");
        assert_eq!(
            typed.address(Some("a.example/dns_mail")),
            format!("/?{}&open=a.example/dns_mail", typed.query())
        );
    }

    #[test]
    fn a_set_unfolds_and_folds_again_and_nothing_else_does() {
        let sight = read(&[("unfold", "mail_dns.infra.../etc.mail_starttls")]);
        assert_eq!(sight.query(), "unfold=mail_starttls.mail_dns");
        assert!(sight.unfolded.has(Group::MailDns) && !sight.unfolded.has(Group::Infra));
        let folded = sight.unfolded.turned(Group::MailDns);
        assert_eq!(folded.to_string(), "mail_starttls");
        assert_eq!(folded.turned(Group::MailDns), sight.unfolded);
    }

    #[test]
    fn what_makes_no_sense_shows_the_whole_board() {
        assert_eq!(read(&[("state", "purple"), ("site", "")]), Sight::default());
    }
}
