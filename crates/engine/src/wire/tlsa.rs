//! TLSA records (RFC 6698 section 2, RFC 7671), as SMTP uses them (RFC 7672 section 3.1).

use super::x509;
use sha2::{Digest, Sha256, Sha512};
use std::fmt;

/// One association between a name and a certificate or its key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Association {
    pub usage: u8,
    pub selector: u8,
    pub matching: u8,
    pub data: Box<[u8]>,
}

/// What an association is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Usage {
    /// DANE-TA(2): a certificate above the leaf, which the leaf must be valid under.
    Authority,
    /// DANE-EE(3): the leaf, whatever else it says.
    Leaf,
}

impl Association {
    /// `None` for what a mail server must not publish and senders read over (RFC 7672 section 3.1.3): the
    /// usages of the web's CAs, and every unknown number.
    pub fn usage(&self) -> Option<Usage> {
        let fits = match self.matching {
            0 => !self.data.is_empty(),
            1 => self.data.len() == 32,
            2 => self.data.len() == 64,
            _ => false,
        };
        match self.usage {
            2 if fits && self.selector <= 1 => Some(Usage::Authority),
            3 if fits && self.selector <= 1 => Some(Usage::Leaf),
            _ => None,
        }
    }

    /// Whether it is about this certificate.
    pub fn is_of(&self, der: &[u8]) -> bool {
        match self.selector {
            0 => self.matches(der),
            1 => x509::parse(der).is_ok_and(|certificate| self.matches(certificate.public_key().raw)),
            _ => false,
        }
    }

    fn matches(&self, selected: &[u8]) -> bool {
        match self.matching {
            0 => *self.data == *selected,
            1 => *self.data == *Sha256::digest(selected),
            2 => *self.data == *Sha512::digest(selected),
            _ => false,
        }
    }
}

/// As a master file has it.
impl fmt::Display for Association {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            usage,
            selector,
            matching,
            data,
        } = self;
        write!(f, "{usage} {selector} {matching} {}", x509::hex(data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn association(usage: u8, selector: u8, matching: u8, length: usize) -> Association {
        Association {
            usage,
            selector,
            matching,
            data: vec![0; length].into(),
        }
    }

    #[test]
    fn what_senders_read_over_is_of_no_use() {
        assert_eq!(association(3, 1, 1, 32).usage(), Some(Usage::Leaf));
        assert_eq!(association(2, 0, 2, 64).usage(), Some(Usage::Authority));
        assert_eq!(association(3, 0, 0, 900).usage(), Some(Usage::Leaf));
        for (usage, selector, matching, length) in [
            (0, 1, 1, 32),
            (1, 1, 1, 32),
            (3, 2, 1, 32),
            (3, 1, 3, 32),
            (3, 1, 1, 31),
            (3, 1, 2, 32),
            (3, 1, 0, 0),
        ] {
            assert_eq!(association(usage, selector, matching, length).usage(), None);
        }
    }

    #[test]
    fn a_digest_of_something_else_is_of_nothing() {
        let mut of = association(3, 0, 1, 32);
        of.data = Sha256::digest(b"certificate").as_slice().into();
        assert!(of.is_of(b"certificate") && !of.is_of(b"another"));
        of.selector = 1;
        assert!(!of.is_of(b"certificate"), "it has no key");
    }
}
