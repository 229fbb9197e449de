//! A network of addresses in CIDR form (RFC 4632 section 3.1).

use super::written_as_text;
use ipnet::IpNet;
use std::{fmt, net::IpAddr, str::FromStr};

/// `127.0.0.1/32` or `2001:db8::/32`; a bare address is the network of itself alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Network(IpNet);

written_as_text!(Network);

impl Network {
    /// An IPv4 address that came in through an IPv6 socket (`::ffff:127.0.0.1`) is in its IPv4 network.
    pub(crate) fn contains(&self, address: &IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network
            .map(Self)
            .map_err(|_| format!("{text:?} is no network, as in 127.0.0.1/32 or 2001:db8::/32"))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_however_it_came_in() {
        let network: Network = "10.0.0.0/8".parse().unwrap();
        assert!(network.contains(&"10.1.2.3".parse().unwrap()));
        assert!(network.contains(&"::ffff:10.1.2.3".parse().unwrap()));
        assert!(!network.contains(&"11.0.0.1".parse().unwrap()));
        assert_eq!("::1".parse::<Network>().unwrap().to_string(), "::1/128");
    }
}
