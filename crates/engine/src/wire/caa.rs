//! CAA properties (RFC 8659): which certification authorities may issue for a name.

use model::evidence::tame;
use std::fmt;

/// One property of a name's CAA record set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Property {
    /// Who does not understand it must not issue.
    pub is_critical: bool,
    pub tag: Box<str>,
    pub value: Box<[u8]>,
}

impl Property {
    fn is(&self, tag: &str) -> bool {
        self.tag.eq_ignore_ascii_case(tag)
    }

    /// The CA's domain name in an `issue` or `issuewild`; `None` where it names nobody (`;`) or is broken,
    /// and then it lets nobody issue (section 4.2).
    fn issuer(&self) -> Option<String> {
        let value = str::from_utf8(&self.value).ok()?;
        let issuer = value.split(';').next()?.trim();
        let is_label =
            |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        issuer
            .split('.')
            .all(is_label)
            .then(|| issuer.to_ascii_lowercase())
    }
}

/// As a master file has it.
impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = String::from_utf8_lossy(&self.value);
        let flags = u8::from(self.is_critical) * 128;
        write!(f, "{flags} {} \"{}\"", tame(&self.tag, 32), tame(&value, 160))
    }
}

/// Who may issue for a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// Nobody is named, so everybody.
    Anybody,
    /// These CAs, by their domain names; nobody where there are none.
    Only(Vec<String>),
}

/// Reads a name's record set; `is_wildcard` is asked of a certificate that has the name by a wildcard.
pub fn allowed(properties: &[Property], is_wildcard: bool) -> Allowed {
    let strange = |property: &&Property| property.is_critical && !KNOWN.iter().any(|tag| property.is(tag));
    if properties.iter().any(|property| strange(&property)) {
        return Allowed::Only(Vec::new());
    }
    let of = |tag: &str| {
        properties
            .iter()
            .filter(|property| property.is(tag))
            .collect::<Vec<_>>()
    };
    let mut speaking = of("issue");
    let wild = of("issuewild");
    if is_wildcard && !wild.is_empty() {
        speaking = wild;
    }
    if speaking.is_empty() {
        return Allowed::Anybody;
    }
    Allowed::Only(speaking.into_iter().filter_map(Property::issuer).collect())
}

/// The domain names by which a CA is named in CAA, by its organisation as it stands in the certificates that
/// it issues. `None` for a CA that is not in the table.
pub fn names_of(organisation: &str) -> Option<&'static [&'static str]> {
    let organisation = organisation.to_lowercase();
    AUTHORITIES
        .iter()
        .find(|(known, _)| organisation.starts_with(known))
        .map(|(_, names)| *names)
}

/// RFC 8659 sections 4.2 to 4.4, RFC 9495, and CA/Browser Forum's contacts.
const KNOWN: [&str; 6] = [
    "issue",
    "issuewild",
    "iodef",
    "issuemail",
    "contactemail",
    "contactphone",
];

/// From the CAs' statements of practice, as the CCADB lists them.
const AUTHORITIES: &[(&str, &[&str])] = &[
    ("actalis", &["actalis.it"]),
    (
        "amazon",
        &[
            "amazon.com",
            "amazontrust.com",
            "awstrust.com",
            "amazonaws.com",
            "aws.amazon.com",
        ],
    ),
    ("asseco data systems", &["certum.pl", "certum.eu", "yandex.com"]),
    ("buypass", &["buypass.com", "buypass.no"]),
    ("certainly", &["certainly.com"]),
    (
        "comodo ca",
        &[
            "sectigo.com",
            "comodo.com",
            "comodoca.com",
            "usertrust.com",
            "trust-provider.com",
        ],
    ),
    (
        "digicert",
        &[
            "digicert.com",
            "digicert.ne.jp",
            "symantec.com",
            "geotrust.com",
            "rapidssl.com",
            "thawte.com",
        ],
    ),
    ("entrust", &["entrust.net", "affirmtrust.com"]),
    ("gandi", &["sectigo.com", "comodoca.com", "usertrust.com"]),
    ("geant", &["sectigo.com", "harica.gr"]),
    ("globalsign", &["globalsign.com"]),
    ("godaddy", &["godaddy.com", "starfieldtech.com"]),
    ("google trust services", &["pki.goog", "google.com"]),
    ("hellenic academic", &["harica.gr"]),
    ("identrust", &["identrust.com"]),
    ("let's encrypt", &["letsencrypt.org"]),
    (
        "sectigo",
        &[
            "sectigo.com",
            "comodo.com",
            "comodoca.com",
            "usertrust.com",
            "trust-provider.com",
        ],
    ),
    ("ssl corp", &["ssl.com"]),
    ("starfield", &["starfieldtech.com", "godaddy.com"]),
    ("swisssign", &["swisssign.com"]),
    ("telesec", &["telesec.de"]),
    (
        "the usertrust network",
        &["sectigo.com", "comodoca.com", "usertrust.com"],
    ),
    ("zerossl", &["sectigo.com", "comodoca.com", "usertrust.com"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn set(lines: &[(&str, &str)]) -> Vec<Property> {
        let property = |(tag, value): &(&str, &str)| Property {
            is_critical: tag.starts_with('!'),
            tag: tag.trim_start_matches('!').into(),
            value: value.as_bytes().into(),
        };
        lines.iter().map(property).collect()
    }

    fn only(names: &[&str]) -> Allowed {
        Allowed::Only(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn who_is_named_may_issue_and_nobody_else() {
        for (lines, host, wildcard) in [
            (&[][..], Allowed::Anybody, Allowed::Anybody),
            (
                &[("iodef", "mailto:a@b.example")],
                Allowed::Anybody,
                Allowed::Anybody,
            ),
            (
                &[("ISSUE", " LetsEncrypt.org ; accounturi=https://x.example/1")],
                only(&["letsencrypt.org"]),
                only(&["letsencrypt.org"]),
            ),
            (
                &[
                    ("issue", "letsencrypt.org"),
                    ("issue", "pki.goog"),
                    ("issuewild", ";"),
                ],
                only(&["letsencrypt.org", "pki.goog"]),
                only(&[]),
            ),
            (
                &[("issuewild", "pki.goog")],
                Allowed::Anybody,
                only(&["pki.goog"]),
            ),
            (&[("issue", ";")], only(&[]), only(&[])),
            (&[("issue", "")], only(&[]), only(&[])),
            (&[("issue", "lets encrypt.org")], only(&[]), only(&[])),
            (&[("issue", "pki.goog"), ("!strange", "x")], only(&[]), only(&[])),
            (
                &[("issue", "pki.goog"), ("strange", "x")],
                only(&["pki.goog"]),
                only(&["pki.goog"]),
            ),
        ] {
            let set = set(lines);
            assert_eq!(allowed(&set, false), host, "{lines:?}");
            assert_eq!(allowed(&set, true), wildcard, "{lines:?}");
        }
    }

    #[test]
    fn a_ca_is_known_by_its_organisation() {
        assert_eq!(names_of("Let's Encrypt").unwrap(), ["letsencrypt.org"]);
        assert!(names_of("DigiCert Inc").unwrap().contains(&"digicert.com"));
        assert_eq!(names_of("ACME of Springfield"), None);
    }

    #[test]
    fn a_property_is_shown_as_a_master_file_has_it() {
        let shown: Vec<_> = set(&[("!issue", "pki.goog\r\n")])
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(shown, ["128 issue \"pki.goog\""]);
    }
}
