//! A list whose errors point at the element that is wrong, not at the list.

use serde::{Deserialize, Deserializer};

pub(in crate::config) fn each<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let list = Vec::<Element<T>>::deserialize(deserializer)?;
    Ok(list.into_iter().map(|Element(element)| element).collect())
}

/// toml's deserializer gives an error its place at a newtype, but not at an element of an array.
#[derive(Deserialize)]
struct Element<T>(T);
