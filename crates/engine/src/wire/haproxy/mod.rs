//! Which hosts HAProxy routes by their SNI: a map file, or the ACLs and rules of a haproxy.cfg
//! (configuration manual 2.6; `haproxy -c` accepts what is read here).
//!
//! A rule routes a host when it names it: an ACL that no rule uses routes nothing, and neither does a
//! default backend or a rule that merely excludes other hosts.

mod config;
mod map;
mod names;
mod proxy;
mod term;
mod words;

pub use map::{Entry, Map};
pub use names::Method;
pub use proxy::Route;

use proxy::Proxy;
use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
};

/// What a site's `haproxy_sni` names.
#[derive(Debug)]
pub enum SniFile {
    Map(Map),
    Config(Config),
}

impl SniFile {
    pub fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        if config::is_config(&text) {
            Self::Config(Config {
                proxies: config::read(&text),
            })
        } else {
            Self::Map(Map::read(bytes))
        }
    }
}

/// The rules of a haproxy.cfg.
#[derive(Debug)]
pub struct Config {
    proxies: Vec<Proxy>,
}

impl Config {
    /// The maps and lists that its rules ask, as they are written there.
    pub fn files(&self) -> BTreeSet<&Path> {
        self.proxies.iter().flat_map(Proxy::files).collect()
    }

    /// Where the host is led. `files` are those of [`files`](Self::files) that could be read.
    pub fn route(&self, host: &str, files: &HashMap<PathBuf, &Map>) -> Option<Route> {
        self.proxies.iter().find_map(|proxy| proxy.route(host, files))
    }

    /// The line of a rule that depends on the SNI in a way that is not understood here, so that a host
    /// without a route may have one.
    pub fn obscure(&self) -> Option<usize> {
        self.proxies.iter().find_map(Proxy::obscure)
    }
}

#[cfg(test)]
mod tests;
