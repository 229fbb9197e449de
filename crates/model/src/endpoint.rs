//! Where to connect: a host (name or address) and a port. The name to ask for there is another thing.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, net::IpAddr};

/// `127.0.0.1:993`, `mail.example.com:465` or `[::1]:993`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Endpoint {
    host: Box<str>,
    port: u16,
}

/// Why a text is no endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAnEndpoint {
    #[error("it needs a port, as in 127.0.0.1:993")]
    NoPort,
    #[error("the port is not a number from 1 to 65535")]
    Port,
    #[error("the host is neither a name nor an address (an IPv6 address stands in brackets)")]
    Host,
}

impl Endpoint {
    /// `host` is a name or an address, without brackets.
    pub fn new(host: &str, port: u16) -> Result<Self, NotAnEndpoint> {
        if port == 0 {
            return Err(NotAnEndpoint::Port);
        }
        let name = || !host.is_empty() && host.len() <= 253 && host.split('.').all(is_label);
        if host.parse::<IpAddr>().is_err() && !name() {
            return Err(NotAnEndpoint::Host);
        }
        Ok(Self {
            host: host.to_ascii_lowercase().into(),
            port,
        })
    }

    pub fn parse(text: &str) -> Result<Self, NotAnEndpoint> {
        let (host, port) = text.rsplit_once(':').ok_or(NotAnEndpoint::NoPort)?;
        let port = if port.bytes().all(|b| b.is_ascii_digit()) {
            port.parse().ok()
        } else {
            None
        };
        let bracketed = host
            .strip_prefix('[')
            .map(|host| host.strip_suffix(']').ok_or(NotAnEndpoint::Host));
        let host = match bracketed {
            Some(host) => host?,
            None if host.contains(':') => return Err(NotAnEndpoint::Host),
            None => host,
        };
        Self::new(host, port.ok_or(NotAnEndpoint::Port)?)
    }

    /// Without brackets, as a resolver or `connect` wants it.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

/// `localhost` and names with underscores are hosts too, though no domain names.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl std::str::FromStr for Endpoint {
    type Err = NotAnEndpoint;

    fn from_str(text: &str) -> Result<Self, NotAnEndpoint> {
        Self::parse(text)
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|why| de::Error::custom(format_args!("{text:?} is no host:port: {why}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_read_and_written_alike() {
        for text in [
            "127.0.0.1:993",
            "[::1]:993",
            "mail.example.com:465",
            "localhost:143",
            "ct_114:25",
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Endpoint::parse("[::1]:993").unwrap().host(), "::1");
    }

    #[test]
    fn what_is_no_endpoint_says_why() {
        assert_eq!(Endpoint::parse("mail.example.com"), Err(NotAnEndpoint::NoPort));
        for text in ["x:0", "x:65536", "x:", "x:+1", "x:9 3"] {
            assert_eq!(Endpoint::parse(text), Err(NotAnEndpoint::Port), "{text}");
        }
        for text in [":993", "::1:993", "[::1:993", "a b:1", "-x:1", "a..b:1", "a/b:1"] {
            assert_eq!(Endpoint::parse(text), Err(NotAnEndpoint::Host), "{text}");
        }
    }
}
