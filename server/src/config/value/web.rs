//! An `http://` or `https://` address.

use serde::{Deserialize, Deserializer, de};
use url::Url;

pub(in crate::config) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Url>, D::Error> {
    required(deserializer).map(Some)
}

pub(in crate::config) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(de::Error::custom)
}

/// The refusal does not repeat the text: a password may stand in it.
fn parse(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| NOT_WEB)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NOT_WEB);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("no user or password may stand in it");
    }
    Ok(url)
}

const NOT_WEB: &str = "it is no web address, as in https://desk.example.com";
