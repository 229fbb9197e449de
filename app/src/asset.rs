//! The address of a static file: under a prefix that changes with the content, so that browsers may keep it.

use leptos::prelude::*;
use std::sync::Arc;

/// The prefix of every asset's address, as in `/a/5f3c…`. The server provides it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Assets(pub Arc<str>);

/// The address to link `path` by; the prefix itself for an empty path.
pub fn asset(path: &str) -> String {
    let Assets(prefix) = use_context().unwrap_or_default();
    format!("{prefix}{path}")
}
