//! What a name server answers, as far as a check asks for it.

use crate::wire::{caa::Property, tlsa::Association};
use hickory_resolver::proto::rr::{Name, RData};
use std::{fmt, net::IpAddr};

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// `A` or `AAAA`.
    Address(IpAddr),
    /// `MX` (RFC 5321 section 5.1); the lowest preference is tried first. The null MX's exchange is `.`
    /// (RFC 7505).
    Exchange { preference: u16, name: Box<str> },
    /// `PTR`.
    Pointer(Box<str>),
    /// `TXT`, its strings put together (RFC 7208 section 3.3).
    Text(Box<[u8]>),
    /// `TLSA`.
    Association(Association),
    /// `CAA`.
    Property(Property),
}

impl Record {
    /// `None` for what no check asks for.
    pub(super) fn of(data: &RData) -> Option<Self> {
        Some(match data {
            RData::A(address) => Self::Address(address.0.into()),
            RData::AAAA(address) => Self::Address(address.0.into()),
            RData::MX(mx) => Self::Exchange {
                preference: mx.preference,
                name: host(&mx.exchange),
            },
            RData::PTR(name) => Self::Pointer(host(name)),
            RData::TLSA(tlsa) => Self::Association(Association {
                usage: tlsa.cert_usage.into(),
                selector: tlsa.selector.into(),
                matching: tlsa.matching.into(),
                data: tlsa.cert_data.as_slice().into(),
            }),
            RData::CAA(caa) => Self::Property(Property {
                is_critical: caa.issuer_critical,
                tag: caa.tag.as_str().into(),
                value: caa.value.as_slice().into(),
            }),
            RData::TXT(text) => Self::Text(text.txt_data.concat().into()),
            _ => return None,
        })
    }

    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(*address),
            _ => None,
        }
    }

    /// The preference and the host.
    pub fn exchange(&self) -> Option<(u16, &str)> {
        match self {
            Self::Exchange { preference, name } => Some((*preference, name)),
            _ => None,
        }
    }

    pub fn pointer(&self) -> Option<&str> {
        match self {
            Self::Pointer(name) => Some(name),
            _ => None,
        }
    }

    pub fn association(&self) -> Option<&Association> {
        match self {
            Self::Association(association) => Some(association),
            _ => None,
        }
    }

    pub fn property(&self) -> Option<&Property> {
        match self {
            Self::Property(property) => Some(property),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// As a master file has it, but for the quotation marks around a text.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Exchange { preference, name } => write!(f, "{preference} {name}"),
            Self::Pointer(name) => f.write_str(name),
            Self::Association(association) => write!(f, "{association}"),
            Self::Property(property) => write!(f, "{property}"),
            Self::Text(text) => f.write_str(&String::from_utf8_lossy(text)),
        }
    }
}

/// Lower-case and without the last dot; the root stays a dot.
fn host(name: &Name) -> Box<str> {
    let text = name.to_ascii().to_ascii_lowercase();
    match text.strip_suffix('.') {
        Some("") | None => text.into(),
        Some(host) => host.into(),
    }
}
