//! `[database]`: where everything is kept.

use super::value::written_as_text;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use url::Url;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Database {
    pub(crate) url: DatabaseUrl,
}

/// `sqlite://data/desk.db` (relative to the working folder), `sqlite:///var/lib/desk/desk.db` or
/// `postgres://user:password@host/name`. It is printed without its password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DatabaseUrl(String);

written_as_text!(DatabaseUrl);

impl DatabaseUrl {
    /// With its password, for the one place that connects.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self("sqlite://data/desk.db".to_owned())
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    /// The refusals do not repeat the text: a password may stand in it.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_good = match text.split_once("://") {
            Some(("sqlite", path)) => !path.is_empty() && !path.contains(['?', '#', '\0']),
            Some(("postgres" | "postgresql", _)) => Url::parse(text).is_ok(),
            _ => false,
        };
        if !is_good {
            return Err(
                "it is neither sqlite://PATH, as in sqlite://data/desk.db, nor postgres://USER@HOST/NAME"
                    .to_owned(),
            );
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.starts_with("sqlite:") {
            return f.write_str(&self.0);
        }
        let Ok(mut url) = Url::parse(&self.0) else {
            return f.write_str("****");
        };
        if url.password().is_some() && url.set_password(Some("****")).is_err() {
            return f.write_str("****");
        }
        // A password may stand among the parameters, too.
        if url.query().is_some() {
            url.set_query(Some("****"));
        }
        f.write_str(url.as_str())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        for (written, printed) in [
            ("sqlite://data/desk.db", "sqlite://data/desk.db"),
            ("postgres://desk@db:5432/desk", "postgres://desk@db:5432/desk"),
            ("postgres://desk:hunter2@db/desk", "postgres://desk:****@db/desk"),
            (
                "postgresql:///desk?host=/run/pg&password=hunter2",
                "postgresql:///desk?****",
            ),
        ] {
            let url: DatabaseUrl = written.parse().unwrap();
            assert_eq!(url.to_string(), printed);
            assert_eq!(format!("{url:?}"), printed);
            assert_eq!(url.expose(), written);
        }
    }
}
