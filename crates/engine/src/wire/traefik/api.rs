//! A page of `/api/http/routers` or `/api/tcp/routers` (Traefik documentation, "API").

use super::{Kind, Router, Syntax};
use serde::Deserialize;

/// Why an answer is no list of routers.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a list of routers: {0}")]
pub struct NotAList(String);

/// The routers of a page that are in use: a disabled one routes nothing.
pub fn page(json: &[u8], kind: Kind) -> Result<Vec<Router>, NotAList> {
    let listed: Vec<Listed> = serde_json::from_slice(json).map_err(|why| NotAList(why.to_string()))?;
    let enabled = listed
        .into_iter()
        .filter(|router| !router.status.eq_ignore_ascii_case("disabled"));
    Ok(enabled
        .map(|router| Router {
            name: router.name,
            rule: router.rule,
            kind,
            syntax: Syntax::named(router.syntax.as_deref()),
            place: None,
        })
        .collect())
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    rule: String,
    #[serde(default)]
    status: String,
    #[serde(default, rename = "ruleSyntax")]
    syntax: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::traefik::Routers;

    #[test]
    fn a_disabled_router_routes_nothing() {
        let json = br#"[
            {"entryPoints":["websecure"],"service":"mail","rule":"Host(`mail.a.com`)","status":"enabled","using":["websecure"],"name":"a@docker","provider":"docker"},
            {"rule":"Host(`mail.b.com`)","status":"disabled","error":["the service does not exist"],"name":"b@file"},
            {"rule":"Host(`mail.c.com`)","status":"warning","name":"c@file","priority":12},
            {"name":"acme-http@internal"}
        ]"#;
        let routers = Routers::new(page(json, Kind::Http).unwrap());
        assert_eq!(routers.route("mail.a.com").unwrap().name, "a@docker");
        assert!(routers.route("mail.b.com").is_none());
        assert!(routers.route("mail.c.com").is_some());
    }

    #[test]
    fn anything_but_a_list_says_so() {
        for json in ["", "<html>", "{}", r#"{"message":"no"}"#, "[1]", "[{\"rule\":1}]"] {
            assert!(page(json.as_bytes(), Kind::Tcp).is_err(), "{json}");
        }
        assert!(page(b"[]", Kind::Tcp).unwrap().is_empty());
    }
}
