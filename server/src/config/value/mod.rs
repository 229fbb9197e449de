//! The kinds of value that a configuration is written in: each is read once, and right from then on.

mod argv;
mod container;
mod name;
mod network;
mod owner;
mod secret;
mod timer;
mod web_path;

pub(super) mod list;
pub(super) mod period;
pub(super) mod web;
pub(super) mod whole;

pub(crate) use argv::Argv;
pub(crate) use container::Container;
pub(crate) use name::Name;
pub(crate) use network::Network;
pub(crate) use owner::Owner;
pub(crate) use secret::{Revealed, Secret};
pub(crate) use timer::Timer;
pub(crate) use web_path::WebPath;

/// Reads a type through its `FromStr` and writes it through its `Display`.
macro_rules! written_as_text {
    ($kind:ty) => {
        impl<'de> serde::Deserialize<'de> for $kind {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}
pub(super) use written_as_text;
