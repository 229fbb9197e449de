//! A domain as a person or a program writes it down: texts, which the Desk reads field by field.

use crate::Domain;
use serde::{Deserialize, Deserializer, Serialize};

/// A new domain. The keys are those of `[[domains]]`; an empty text is none.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = NewDomain))]
#[serde(deny_unknown_fields)]
pub struct Draft {
    #[serde(alias = "name")]
    pub domain: String,
    #[serde(default)]
    pub site: Option<String>,
    #[serde(default)]
    pub tenant: Option<String>,
    /// By default `mail.{domain}`.
    #[serde(default)]
    pub mail_host: Option<String>,
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// What is to be another; null brings the default back (RFC 7396). A domain's name stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = DomainChanges))]
#[serde(default, deny_unknown_fields)]
pub struct Changes {
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub site: Option<Option<String>>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Option<String>>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub mail_host: Option<Option<String>>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Option<Vec<String>>>,
}

impl Draft {
    /// A domain as one would have written it.
    pub fn of(domain: &Domain) -> Self {
        Self {
            domain: domain.name.to_string(),
            site: Some(domain.site.clone()),
            tenant: domain.tenant.clone(),
            mail_host: Some(domain.mail_host.to_string()),
            aliases: domain.aliases.iter().map(ToString::to_string).collect(),
        }
    }

    #[must_use]
    pub fn with(self, changes: Changes) -> Self {
        Self {
            site: changes.site.unwrap_or(self.site),
            tenant: changes.tenant.unwrap_or(self.tenant),
            mail_host: changes.mail_host.unwrap_or(self.mail_host),
            aliases: match changes.aliases {
                Some(aliases) => aliases.unwrap_or_default(),
                None => self.aliases,
            },
            ..self
        }
    }
}

/// Tells a key that is null from one that is not there.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_stays_and_null_brings_the_default_back() {
        let before = Draft {
            domain: "a.example".into(),
            site: Some("vm112".into()),
            tenant: Some("padaria".into()),
            mail_host: Some("correio.a.example".into()),
            aliases: vec!["nfe.a.example".into()],
        };
        let changes = |json| serde_json::from_str::<Changes>(json).unwrap();
        assert_eq!(before.clone().with(changes("{}")), before);
        let after = before
            .clone()
            .with(changes(r#"{"mail_host":null,"aliases":null,"site":"vm114"}"#));
        assert_eq!((after.mail_host, after.aliases), (None, Vec::new()));
        assert_eq!(
            (after.site.as_deref(), after.tenant),
            (Some("vm114"), before.tenant)
        );
        assert!(serde_json::from_str::<Changes>(r#"{"domain":"b.example"}"#).is_err());
    }

    #[test]
    fn a_draft_takes_the_name_under_either_key() {
        for key in ["domain", "name"] {
            let draft: Draft = serde_json::from_str(&format!(r#"{{"{key}":"a.example"}}"#)).unwrap();
            assert_eq!(draft.domain, "a.example");
        }
        assert!(serde_json::from_str::<Draft>(r#"{"domain":"a.example","name":"a.example"}"#).is_err());
    }
}
