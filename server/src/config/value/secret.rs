//! Secrets are given by reference: a variable, a file, a vault; or as they are, with a warning.

use crate::config::Environment;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    fmt, fs,
    io::{self, Read},
    path::PathBuf,
};

/// Where a secret is to be had. Printed as its reference, or as `****` where the file holds it itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Secret {
    /// `env:NAME`
    Variable(String),
    /// `file:/path`; one newline at the end is not part of it.
    File(PathBuf),
    /// `vault:MOUNT/PATH#KEY`
    Vault(String),
    /// The value itself.
    Literal(Revealed),
}

/// A secret's value, never empty. It is printed as `****`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Revealed(Box<str>);

/// Why a secret cannot be had; it names the reference, never a value.
#[derive(Debug, thiserror::Error)]
pub(in crate::config) enum Unresolved {
    #[error("the variable {name} is not set")]
    Unset { name: String },
    #[error("the file {} {why}", path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("Vault is not built in yet, so {reference} cannot be read: use env:NAME or file:/path")]
    NoVault { reference: String },
}

impl Secret {
    pub(in crate::config) fn resolve(&self, env: &dyn Environment) -> Result<Revealed, Unresolved> {
        match self {
            Self::Variable(name) => match env.variable(name) {
                Some(value) => Ok(Revealed(value.into())),
                None => Err(Unresolved::Unset { name: name.clone() }),
            },
            Self::File(path) => read(path).map_err(|why| Unresolved::Unreadable {
                path: path.clone(),
                why,
            }),
            Self::Vault(_) => Err(Unresolved::NoVault {
                reference: self.to_string(),
            }),
            Self::Literal(value) => Ok(value.clone()),
        }
    }

    fn parse(text: String) -> Result<Self, &'static str> {
        match text.split_once(':') {
            Some(("env", name)) if is_variable(name) => Ok(Self::Variable(name.to_owned())),
            Some(("env", _)) => Err("env: wants the name of a variable, as in env:JWT_SECRET"),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("file", _)) => Err("file: wants a path, as in file:/run/secrets/jwt"),
            Some(("vault", place)) if is_in_vault(place) => Ok(Self::Vault(place.to_owned())),
            Some(("vault", _)) => {
                Err("vault: wants a path and a key, as in vault:secret/keybuzz/smtp#password")
            }
            _ if text.is_empty() => Err("it is empty: leave the key out instead"),
            _ => Ok(Self::Literal(Revealed(text.into()))),
        }
    }
}

impl Revealed {
    /// The value, for the one place that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_in_vault(place: &str) -> bool {
    place
        .split_once('#')
        .is_some_and(|(path, key)| path.contains('/') && !key.is_empty())
}

fn read(path: &PathBuf) -> Result<Revealed, String> {
    let read_bounded = || {
        let mut text = Vec::new();
        fs::File::open(path)?
            .take(MOST_BYTES + 1)
            .read_to_end(&mut text)?;
        Ok(text)
    };
    let text = read_bounded().map_err(|why: io::Error| format!("cannot be read: {why}"))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(format!("is larger than {} KiB", MOST_BYTES >> 10));
    }
    let text = String::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())?;
    let value = text
        .strip_suffix('\n')
        .map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
    if value.is_empty() {
        return Err("is empty".to_owned());
    }
    Ok(Revealed(value.into()))
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Vault(place) => write!(f, "vault:{place}"),
            Self::Literal(_) => f.write_str(HIDDEN),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Revealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Serde's own message would repeat the value.
        let text =
            String::deserialize(deserializer).map_err(|_| de::Error::custom("it is no text in quotes"))?;
        Self::parse(text).map_err(de::Error::custom)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const HIDDEN: &str = "****";

const MOST_BYTES: u64 = 64 << 10;
