//! The file provider's dynamic configuration (Traefik documentation, "File"): YAML or TOML by the file's
//! extension, `http.routers` and `tcp.routers`.

use super::{Kind, Router, Routers, Syntax};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A file that Traefik could not read either; it then takes nothing of its whole folder.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{why}")]
pub struct Broken {
    pub path: PathBuf,
    pub why: String,
}

/// The routers of all files together. Those with another extension are not Traefik's.
pub fn read_files(files: &[(PathBuf, Vec<u8>)]) -> Result<Routers, Broken> {
    let mut routers = Vec::new();
    for (path, bytes) in files {
        let read: Read = match path.extension().and_then(|e| e.to_str()).unwrap_or_default() {
            e if e.eq_ignore_ascii_case("toml") => toml,
            e if e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml") => yaml,
            _ => continue,
        };
        let text = std::str::from_utf8(bytes).map_err(|why| why.to_string());
        let found = text.and_then(read).map_err(|why| Broken {
            path: path.clone(),
            why,
        })?;
        let path: Arc<Path> = path.as_path().into();
        routers.extend(found.into_iter().map(|(router, line)| Router {
            place: Some((Arc::clone(&path), line)),
            ..router
        }));
    }
    Ok(Routers::new(routers))
}

/// The routers with their lines, or what is wrong.
type Read = fn(&str) -> Result<Vec<(Router, usize)>, String>;

/// Traefik reads the first document of a file and none behind it.
fn yaml(text: &str) -> Result<Vec<(Router, usize)>, String> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: MOST_NODES,
            max_events: 2 * MOST_NODES,
            max_total_scalar_bytes: MOST_BYTES,
        },
        with_snippet: false,
    };
    let mut bytes = text.as_bytes();
    let first = serde_saphyr::read_with_options(&mut bytes, options).next();
    let document: Option<Document<serde_saphyr::Spanned<String>>> =
        first.transpose().map_err(|why| why.to_string())?.flatten();
    let line = |rule: &serde_saphyr::Spanned<String>| rule.referenced.line();
    Ok(routers(document.unwrap_or_default(), |rule| {
        let line = usize::try_from(line(&rule)).unwrap_or_default();
        (rule.value, line)
    }))
}

fn toml(text: &str) -> Result<Vec<(Router, usize)>, String> {
    let document: Document<toml::Spanned<String>> =
        toml::from_str(text).map_err(|why| why.message().to_owned())?;
    let ends: Vec<_> = text.match_indices('\n').map(|(at, _)| at).collect();
    Ok(routers(document, |rule| {
        let line = ends.partition_point(|end| *end < rule.span().start) + 1;
        (rule.into_inner(), line)
    }))
}

fn routers<R>(document: Document<R>, open: impl Fn(R) -> (String, usize)) -> Vec<(Router, usize)> {
    let kinds = [(Kind::Http, document.http), (Kind::Tcp, document.tcp)];
    let sections = kinds
        .into_iter()
        .filter_map(|(kind, section)| Some((kind, section?.routers?)));
    let entries = sections.flat_map(|(kind, routers)| routers.into_iter().map(move |entry| (kind, entry)));
    entries
        .filter_map(|(kind, (name, entry))| {
            let entry = entry?;
            let (rule, line) = open(entry.rule?);
            let router = Router {
                name,
                rule,
                kind,
                syntax: Syntax::named(entry.syntax.as_deref()),
                place: None,
            };
            Some((router, line))
        })
        .collect()
}

/// `R` is a rule with the place where it stands.
#[derive(Deserialize)]
#[serde(bound = "R: Deserialize<'de>")]
struct Document<R> {
    http: Option<Section<R>>,
    tcp: Option<Section<R>>,
}

#[derive(Deserialize)]
#[serde(bound = "R: Deserialize<'de>")]
struct Section<R> {
    routers: Option<BTreeMap<String, Option<Entry<R>>>>,
}

#[derive(Deserialize)]
#[serde(bound = "R: Deserialize<'de>")]
struct Entry<R> {
    rule: Option<R>,
    #[serde(rename = "ruleSyntax")]
    syntax: Option<String>,
}

impl<R> Default for Document<R> {
    fn default() -> Self {
        Self {
            http: None,
            tcp: None,
        }
    }
}

/// Some 100,000 routers.
const MOST_NODES: usize = 2_000_000;
/// Of all scalars: an alias may repeat them.
const MOST_BYTES: usize = 32 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<Routers, Broken> {
        read_files(&[(PathBuf::from(name), text.as_bytes().to_vec())])
    }

    fn line(routers: &Routers, host: &str) -> Option<usize> {
        Some(routers.route(host)?.place.as_ref()?.1)
    }

    #[test]
    fn routers_of_both_kinds_are_found_with_their_lines() {
        let yaml = "
http:
  routers:
    webmail:
      rule: Host(`mail.a.com`) && PathPrefix(`/`)
      service: mail
      tls: {}
    empty:
  services:
    mail: { loadBalancer: { servers: [{ url: 'https://192.0.2.1' }] } }
tcp:
  routers:
    imap:
      entryPoints: [imaps]
      rule: >-
        HostSNI(`mail.b.com`)
      tls: { passthrough: true }
";
        let toml = r#"
[http.routers.webmail]
  rule = "Host(`mail.a.com`) && PathPrefix(`/`)"
  service = "mail"
[tcp.routers]
  [tcp.routers.imap]
    rule = "HostSNI(`mail.b.com`)"
"#;
        for (name, text, lines) in [("a.yml", yaml, (5, 16)), ("a.toml", toml, (3, 7))] {
            let routers = read(name, text).unwrap();
            assert_eq!(routers.route("mail.a.com").unwrap().name, "webmail", "{name}");
            assert_eq!(line(&routers, "mail.a.com"), Some(lines.0), "{name}");
            assert_eq!(line(&routers, "mail.b.com"), Some(lines.1), "{name}");
            assert_eq!(line(&routers, "mail.c.com"), None, "{name}");
        }
    }

    #[test]
    fn files_count_together_and_a_broken_one_is_named() {
        let file = |name: &str, text: &str| (PathBuf::from(name), text.as_bytes().to_vec());
        let a = file(
            "a.yaml",
            "http: { routers: { a: { rule: 'Host(`mail.a.com`)' } } }",
        );
        let b = file("d/b.TOML", "http.routers.b.rule = 'Host(`mail.b.com`)'");
        let notes = file(
            "README.md",
            "http: { routers: { c: { rule: 'Host(`mail.c.com`)' } } }",
        );
        let routers = read_files(&[a.clone(), b, notes, file("empty.yml", "# nothing\n")]).unwrap();
        assert_eq!(routers.len(), 2);
        assert!(routers.route("mail.b.com").is_some());
        for (name, text) in [
            ("x.yml", "http:\n\trouters: {}\n"),
            ("x.yml", "http: {\n"),
            ("x.yml", "http: text\n"),
            (
                "x.yml",
                "http:\n  routers:\n    {{ range $i := .List }}\n    a: {}\n",
            ),
            ("x.toml", "http.routers.b.rule = Host\n"),
            ("x.toml", "[http]\n[http]\n"),
        ] {
            let broken = read_files(&[a.clone(), file(name, text)]).unwrap_err();
            assert_eq!(broken.path, PathBuf::from(name), "{text}");
            assert!(!broken.why.is_empty());
        }
        assert!(read_files(&[("x.yml".into(), vec![0xff, 0xfe])]).is_err());
    }

    #[test]
    fn the_first_document_of_a_file_counts_as_it_does_for_traefik() {
        let routers = read(
            "a.yml",
            "---\nhttp: { routers: { a: { rule: 'Host(`mail.a.com`)' } } }\n---\nhttp: { routers: { b: { rule: 'Host(`mail.b.com`)' } } }\n",
        )
        .unwrap();
        assert!(routers.route("mail.a.com").is_some());
        assert!(routers.route("mail.b.com").is_none());
    }

    #[test]
    fn a_rule_is_read_in_the_syntax_that_its_router_names() {
        let yaml = "http: { routers: { a: { rule: 'HostRegexp(`mail.a.com`)', ruleSyntax: v2 } } }";
        let routers = read("a.yml", yaml).unwrap();
        assert!(routers.route("mail.a.com").is_some());
        assert!(
            routers.route("xmail.a.com").is_none(),
            "a v2 template is anchored"
        );
    }

    #[test]
    fn aliases_that_multiply_are_refused() {
        let tenfold = |n| format!("a{n}: &a{n} [{}]\n", format!("*a{}, ", n - 1).repeat(10));
        let lines: Vec<_> = (1..10).map(tenfold).collect();
        let text = format!("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{}", lines.concat());
        assert!(read("bomb.yml", &text).is_err());
    }

    #[test]
    fn many_routers_are_asked_by_hashing() {
        let rule = |n| format!("    r{n}:\n      rule: Host(`mail.d{n}.com`)\n      service: s\n");
        let rules: Vec<_> = (0..10_000).map(rule).collect();
        let routers = read("a.yml", &format!("http:\n  routers:\n{}", rules.concat())).unwrap();
        let begun = std::time::Instant::now();
        assert!((0..10_000).all(|n| routers.route(&format!("mail.d{n}.com")).is_some()));
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    }
}
