//! `cargo xtask directions`: crates import each other along the arrows of ARCHITECTURE.md, and never otherwise.

use anyhow::{Result, bail};

use crate::command::{self, cargo};
use crate::metadata::{Arrow, Metadata, When};
use crate::setup::WASM;

pub(crate) fn run() -> Result<()> {
    let metadata = Metadata::read()?;
    let crates: Vec<&str> = metadata.crates().collect();
    let mut wrong = strangers(&crates);
    wrong.extend(metadata.arrows().iter().filter_map(violation));
    wrong.extend(burdens(&crates, &browser_tree()?));
    if wrong.is_empty() {
        println!("{} crates, every import along the house's arrows", crates.len());
        return Ok(());
    }
    for line in &wrong {
        println!("{line}");
    }
    bail!("{} imports against the house's arrows", wrong.len());
}

/// A crate, what it may import, and what only behind a feature.
struct Room {
    name: &'static str,
    imports: &'static [&'static str],
    with_feature: &'static [&'static str],
}

/// Crates that the house does not know: whoever adds one decides where it stands.
fn strangers(crates: &[&str]) -> Vec<String> {
    let unknown = crates.iter().filter(|name| room(name).is_none());
    unknown
        .map(|name| format!("{name}: give it a place in the house (xtask/src/directions.rs)"))
        .collect()
}

fn violation(arrow: &Arrow) -> Option<String> {
    let Arrow { from, to, when } = arrow;
    let room = room(from)?;
    let named = |list: &[&str]| list.contains(&to.as_str());
    match when {
        _ if named(room.imports) => None,
        When::WithFeature if named(room.with_feature) => None,
        When::InTests if named(room.with_feature) || to == LABORATORY => None,
        When::Always if named(room.with_feature) => Some(format!(
            "{from} -> {to}: only with a feature, or the browser's half gets it too"
        )),
        When::InTests => Some(format!("{from} -> {to}: not even in tests")),
        When::Always | When::WithFeature => Some(format!("{from} -> {to}")),
    }
}

/// What the browser's half must not carry, among the crates that it is compiled from.
fn burdens(crates: &[&str], tree: &[String]) -> Vec<String> {
    let forbidden = |name: &str| {
        let ours = crates.contains(&name) && !BROWSER.contains(&name);
        ours || SERVER_ONLY.iter().any(|root| {
            name.strip_prefix(root)
                .is_some_and(|rest| matches!(rest.as_bytes(), [] | [b'-', ..]))
        })
    };
    let mut found: Vec<&String> = tree.iter().filter(|name| forbidden(name)).collect();
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|name| {
            format!(
                "frontend -> … -> {name}: `cargo tree -p frontend --target {WASM} -i {name}` shows the way"
            )
        })
        .collect()
}

/// The names of all crates in the page's WebAssembly; procedural macros run on the builder's machine.
fn browser_tree() -> Result<Vec<String>> {
    let arguments = [
        "tree",
        "--package",
        "frontend",
        "--target",
        WASM,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
    ];
    let text = command::output(&mut cargo(arguments))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect())
}

fn room(name: &str) -> Option<&'static Room> {
    HOUSE.iter().find(|room| room.name == name)
}

const HOUSE: [Room; 9] = [
    Room {
        name: "model",
        imports: &[],
        with_feature: &[],
    },
    Room {
        name: "engine",
        imports: &["model"],
        with_feature: &[],
    },
    Room {
        name: "store",
        imports: &["model"],
        with_feature: &[],
    },
    Room {
        name: "testkit",
        imports: &["model"],
        with_feature: &[],
    },
    Room {
        name: "desk",
        imports: &["model", "engine", "store"],
        with_feature: &[],
    },
    Room {
        name: "app",
        imports: &["model"],
        with_feature: &["desk"],
    },
    Room {
        name: "frontend",
        imports: &["model", "app"],
        with_feature: &[],
    },
    // The demo's lab is the testkit's.
    Room {
        name: "server",
        imports: &["model", "engine", "store", "desk", "app", LABORATORY],
        with_feature: &[],
    },
    Room {
        name: "xtask",
        imports: &[],
        with_feature: &[],
    },
];

/// Throw-away servers and authorities: for tests everywhere.
const LABORATORY: &str = "testkit";

/// Our crates that the page may consist of.
const BROWSER: [&str; 3] = ["frontend", "app", "model"];

/// Families of crates that have no business in a browser: the database, sockets, cryptography.
const SERVER_ONLY: [&str; 8] = [
    "sqlx", "tokio", "rustls", "aws-lc", "ring", "axum", "hyper", "mio",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_as_drawn_is_allowed() {
        for (from, to, when) in [
            ("engine", "model", When::Always),
            ("desk", "store", When::Always),
            ("app", "desk", When::WithFeature),
            ("frontend", "app", When::Always),
            ("server", "testkit", When::Always),
            ("store", "testkit", When::InTests),
        ] {
            assert_eq!(violation(&arrow(from, to, when)), None, "{from} -> {to}");
        }
    }

    #[test]
    fn an_arrow_against_the_flow_is_named() {
        assert_eq!(
            violation(&arrow("model", "engine", When::Always)).as_deref(),
            Some("model -> engine")
        );
        assert_eq!(
            violation(&arrow("engine", "store", When::WithFeature)).as_deref(),
            Some("engine -> store")
        );
        assert_eq!(
            violation(&arrow("store", "desk", When::InTests)).as_deref(),
            Some("store -> desk: not even in tests")
        );
    }

    #[test]
    fn the_lab_stays_out_of_what_is_shipped_but_the_demo() {
        assert_eq!(
            violation(&arrow("desk", "testkit", When::Always)).as_deref(),
            Some("desk -> testkit")
        );
    }

    #[test]
    fn the_page_may_not_import_the_use_cases_without_a_feature() {
        let said = violation(&arrow("app", "desk", When::Always)).unwrap();
        assert!(said.starts_with("app -> desk: only with a feature"), "{said}");
    }

    #[test]
    fn a_new_crate_needs_a_place() {
        let said = strangers(&["model", "gateway"]);
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("gateway: "), "{}", said[0]);
    }

    #[test]
    fn the_browser_carries_no_database_and_no_sockets() {
        let crates = ["model", "app", "frontend", "desk"];
        let tree = [
            "frontend",
            "app",
            "model",
            "leptos",
            "tokio",
            "sqlx-core",
            "desk",
            "tokio",
            "ringbuffer",
        ];
        let tree: Vec<String> = tree.map(str::to_owned).into();
        let named: Vec<String> = burdens(&crates, &tree)
            .iter()
            .filter_map(|line| {
                Some(
                    line.strip_prefix("frontend -> … -> ")?
                        .split_once(':')?
                        .0
                        .to_owned(),
                )
            })
            .collect();
        assert_eq!(named, ["desk", "sqlx-core", "tokio"]);
    }

    fn arrow(from: &str, to: &str, when: When) -> Arrow {
        Arrow {
            from: from.into(),
            to: to.into(),
            when,
        }
    }
}
