//! A domain name in its wire form, and a customer's domain as the Desk knows it.

use crate::Language;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A host or domain name in A-label form: lower-case LDH labels, no trailing dot, at most 253 octets
/// (RFC 1123 section 2.1, RFC 5890 section 2.3.1). A value of this type is safe in an argv, an SNI or a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, examples("padaria.example")))]
pub struct DomainName(Box<str>);

/// Why a text is no domain name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotADomain {
    Empty,
    TooLong,
    OneLabel,
    LabelLength,
    Character,
    Address,
}

impl NotADomain {
    pub fn say(self, language: Language) -> &'static str {
        let (pt, en) = match self {
            Self::Empty => ("está vazio", "it is empty"),
            Self::TooLong => ("passa de 253 caracteres", "it is longer than 253 characters"),
            Self::OneLabel => (
                "precisa de pelo menos duas partes, como em example.com",
                "it needs at least two labels, as in example.com",
            ),
            Self::LabelLength => (
                "uma parte está vazia ou passa de 63 caracteres",
                "a label is empty or longer than 63 characters",
            ),
            Self::Character => (
                "cada parte só tem letras, dígitos e hífens no meio",
                "only letters, digits and inner hyphens may stand in a label",
            ),
            Self::Address => ("é um endereço IP", "it is an IP address"),
        };
        match language {
            Language::Pt => pt,
            Language::En => en,
        }
    }
}

impl fmt::Display for NotADomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.say(Language::En))
    }
}

impl std::error::Error for NotADomain {}

impl DomainName {
    /// Reads an ASCII name; case and one trailing dot do not matter.
    pub fn parse(text: &str) -> Result<Self, NotADomain> {
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(NotADomain::Empty);
        }
        if text.len() > 253 {
            return Err(NotADomain::TooLong);
        }
        let mut labels = 0;
        for label in text.split('.') {
            check_label(label)?;
            labels += 1;
        }
        if labels < 2 {
            return Err(NotADomain::OneLabel);
        }
        // No top-level domain is all digits, so this is a dotted quad or a typing error (RFC 3696 section 2).
        if text
            .rsplit('.')
            .next()
            .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err(NotADomain::Address);
        }
        Ok(Self(text.to_ascii_lowercase().into()))
    }

    /// Reads a name as a person types it: Unicode is turned into A-labels (UTS 46).
    #[cfg(feature = "idna")]
    pub fn from_typed(text: &str) -> Result<Self, NotADomain> {
        let text = text.trim();
        if text.len() > 1_000 {
            return Err(NotADomain::TooLong);
        }
        match idna::domain_to_ascii(text) {
            Ok(ascii) => Self::parse(&ascii),
            // The ASCII rules say more precisely what is wrong.
            Err(_) => Err(Self::parse(text).err().unwrap_or(NotADomain::Character)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `mail.{self}`, the mail host by convention.
    #[must_use]
    pub fn mail_host(&self) -> Self {
        Self::parse(&format!("mail.{self}")).unwrap_or_else(|_| self.clone())
    }
}

fn check_label(label: &str) -> Result<(), NotADomain> {
    if label.is_empty() || label.len() > 63 {
        return Err(NotADomain::LabelLength);
    }
    let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if !label.bytes().all(inner) || label.starts_with('-') || label.ends_with('-') {
        return Err(NotADomain::Character);
    }
    Ok(())
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for DomainName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for DomainName {
    type Err = NotADomain;

    fn from_str(text: &str) -> Result<Self, NotADomain> {
        #[cfg(feature = "idna")]
        return Self::from_typed(text);
        #[cfg(not(feature = "idna"))]
        Self::parse(text)
    }
}

impl Serialize for DomainName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DomainName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse()
            .map_err(|why| de::Error::custom(format_args!("{text:?} is not a domain name: {why}")))
    }
}

/// A customer's domain: what is watched, where, and for whom.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Domain {
    /// `domain` in the API, as every list names its key.
    #[serde(rename = "domain")]
    pub name: DomainName,
    /// The site's name in the configuration; empty when no site is configured.
    pub site: String,
    pub tenant: Option<String>,
    pub mail_host: DomainName,
    pub aliases: Vec<DomainName>,
}

impl Domain {
    /// A domain that nothing but its name is known of.
    pub fn plain(name: DomainName) -> Self {
        let mail_host = name.mail_host();
        Self {
            name,
            site: String::new(),
            tenant: None,
            mail_host,
            aliases: Vec::new(),
        }
    }

    /// Every name that the mail server's certificate must cover for this domain.
    pub fn wanted_names(&self) -> impl Iterator<Item = &DomainName> {
        std::iter::once(&self.mail_host).chain(&self.aliases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_to_one_form() {
        assert_eq!(
            DomainName::parse("Mail.Example.COM.").unwrap().as_str(),
            "mail.example.com"
        );
    }

    #[test]
    fn what_could_hurt_in_an_argv_or_a_path_is_no_domain() {
        for text in [
            "",
            ".",
            "localhost",
            "-a.example",
            "a-.example",
            "a b.example",
            "a/../b.example",
            "a;b.example",
            "a_b.example",
            "a..example",
            "127.0.0.1",
            "x.example\0",
            "mail.exámple.com",
        ] {
            assert!(DomainName::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(
            DomainName::parse(&format!("{}.com", "a".repeat(64))),
            Err(NotADomain::LabelLength)
        );
        assert_eq!(DomainName::parse(&"a.".repeat(150)), Err(NotADomain::TooLong));
    }

    #[cfg(feature = "idna")]
    #[test]
    fn a_typed_unicode_name_becomes_a_labels() {
        assert_eq!(
            DomainName::from_typed(" Pão.example ").unwrap().as_str(),
            "xn--po-sia.example"
        );
        assert!(DomainName::from_typed("pão .example").is_err());
    }
}
