//! What cargo knows about the crates of this workspace.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::{self, cargo};

#[derive(Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
}

impl Metadata {
    pub(crate) fn read() -> Result<Self> {
        let text = command::output(&mut cargo(["metadata", "--no-deps", "--format-version", "1"]))?;
        serde_json::from_str(&text).context("cargo metadata")
    }

    pub(crate) fn crates(&self) -> impl Iterator<Item = &str> {
        self.packages.iter().map(|package| package.name.as_str())
    }

    /// Every import of one of our crates by another, as the manifests declare it.
    pub(crate) fn arrows(&self) -> Vec<Arrow> {
        let arrows = self.packages.iter().flat_map(|package| {
            let ours = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.path.is_some());
            ours.map(|dependency| Arrow {
                from: package.name.clone(),
                to: dependency.name.clone(),
                when: match dependency.kind.as_deref() {
                    Some("dev") => When::InTests,
                    _ if dependency.optional => When::WithFeature,
                    _ => When::Always,
                },
            })
        });
        arrows.collect()
    }

    pub(crate) fn benchmarks(&self) -> Vec<String> {
        let targets = self.packages.iter().flat_map(|package| &package.targets);
        targets
            .filter(|target| target.kind.iter().any(|kind| kind == "bench"))
            .map(|target| target.name.clone())
            .collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) when: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    WithFeature,
    InTests,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `None` for a normal dependency, `"dev"`, `"build"`.
    kind: Option<String>,
    optional: bool,
    /// Only our own crates are given by path.
    path: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}
