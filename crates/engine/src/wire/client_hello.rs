//! A TLS client's first words, made by hand (RFC 5246 section 7.4.1.2, RFC 2246, RFC 6101): it offers what no safe library
//! still speaks, to see whether a server takes it. Nothing is ever encrypted with what it offers.

use model::DomainName;
use std::fmt;

/// What a server should refuse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offer {
    /// This version or any before it, with the suites of their time.
    UpTo(Version),
    /// TLS 1.2 without forward secrecy, or without authenticated encryption (AEAD).
    WeakTls12,
}

impl Offer {
    /// Whether a server that chooses this version takes the offer; another means that it insists on its own.
    pub fn includes(self, version: Version) -> bool {
        match self {
            Self::UpTo(newest) => version <= newest,
            Self::WeakTls12 => version == Version::Tls12,
        }
    }
}

/// A version as the wire writes it: TLS 1.0 is SSL 3.1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Version {
    Ssl30,
    Tls10,
    Tls11,
    Tls12,
}

impl Version {
    pub fn of(major: u8, minor: u8) -> Option<Self> {
        match (major, minor) {
            (3, 0) => Some(Self::Ssl30),
            (3, 1) => Some(Self::Tls10),
            (3, 2) => Some(Self::Tls11),
            (3, 3) => Some(Self::Tls12),
            _ => None,
        }
    }

    /// The version before this one.
    pub fn before(self) -> Option<Self> {
        match self {
            Self::Ssl30 => None,
            Self::Tls10 => Some(Self::Ssl30),
            Self::Tls11 => Some(Self::Tls10),
            Self::Tls12 => Some(Self::Tls11),
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ssl30 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
        }
    }

    fn bytes(self) -> [u8; 2] {
        [3, self as u8]
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The whole record, ready to be sent.
pub fn client_hello(offer: Offer, sni: &DomainName) -> Vec<u8> {
    let version = match offer {
        Offer::UpTo(version) => version,
        Offer::WeakTls12 => Version::Tls12,
    };
    let suites: Vec<u8> = suites(offer)
        .flat_map(u16::to_be_bytes)
        .chain(EMPTY_RENEGOTIATION_INFO.to_be_bytes())
        .collect();
    let mut hello = version.bytes().to_vec();
    hello.extend(RANDOM);
    hello.extend(counted::<1>(b""));
    hello.extend(counted::<2>(&suites));
    hello.extend(counted::<1>(&[NO_COMPRESSION]));
    // SSL 3.0 knows no extensions, and some of its servers stumble over them.
    if version > Version::Ssl30 {
        hello.extend(counted::<2>(&extensions(version, sni)));
    }
    let mut message = vec![CLIENT_HELLO];
    message.extend(counted::<3>(&hello));
    let mut record = vec![HANDSHAKE];
    // The record says the oldest version that the sender speaks (RFC 5246 appendix E.1).
    record.extend(version.min(Version::Tls10).bytes());
    record.extend(counted::<2>(&message));
    record
}

/// The IANA name of a suite that is offered here.
pub fn suite_name(suite: u16) -> Option<&'static str> {
    SUITES
        .iter()
        .find(|known| known.code == suite)
        .map(|known| known.name)
}

fn suites(offer: Offer) -> impl Iterator<Item = u16> {
    let since_tls_12 = offer == Offer::WeakTls12;
    SUITES
        .iter()
        .filter(move |suite| since_tls_12 || !suite.since_tls_12)
        .map(|suite| suite.code)
}

fn extensions(version: Version, sni: &DomainName) -> Vec<u8> {
    let mut host = vec![HOST_NAME];
    host.extend(counted::<2>(sni.as_str().as_bytes()));
    let mut all = extension(SERVER_NAME, &counted::<2>(&host));
    all.extend(extension(SUPPORTED_GROUPS, &counted::<2>(&GROUPS)));
    all.extend(extension(EC_POINT_FORMATS, &counted::<1>(&[UNCOMPRESSED])));
    if version == Version::Tls12 {
        all.extend(extension(SIGNATURE_ALGORITHMS, &counted::<2>(&SIGNATURES)));
    }
    all
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut extension = kind.to_be_bytes().to_vec();
    extension.extend(counted::<2>(content));
    extension
}

/// The content behind its length in `N` bytes. All that is sent here is far shorter than 64 kB.
fn counted<const N: usize>(content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let mut counted = length[length.len() - N..].to_vec();
    counted.extend_from_slice(content);
    counted
}

struct Suite {
    code: u16,
    name: &'static str,
    since_tls_12: bool,
}

const fn suite(code: u16, name: &'static str) -> Suite {
    Suite {
        code,
        name,
        since_tls_12: false,
    }
}

const fn suite_12(code: u16, name: &'static str) -> Suite {
    Suite {
        code,
        name,
        since_tls_12: true,
    }
}

/// None has both forward secrecy and AEAD.
const SUITES: [Suite; 27] = [
    suite(0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    suite(0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
    suite(0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    suite(0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
    suite(0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"),
    suite(0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
    suite(0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"),
    suite(0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"),
    suite(0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"),
    suite(0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
    suite(0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"),
    suite(0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
    suite(0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"),
    suite(0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"),
    suite(0x0005, "TLS_RSA_WITH_RC4_128_SHA"),
    suite(0x0004, "TLS_RSA_WITH_RC4_128_MD5"),
    suite_12(0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
    suite_12(0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
    suite_12(0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
    suite_12(0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
    suite_12(0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"),
    suite_12(0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"),
    suite_12(0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"),
    suite_12(0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256"),
    suite_12(0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    suite_12(0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"),
    suite_12(0xc09c, "TLS_RSA_WITH_AES_128_CCM"),
];

/// No secret comes of it, so chance would add nothing.
const RANDOM: [u8; 32] = *b"ligbox desk asks what is refused";
const CLIENT_HELLO: u8 = 1;
const HANDSHAKE: u8 = 22;
const NO_COMPRESSION: u8 = 0;
/// RFC 5746 section 3.3: without it, careful servers refuse whoever asks.
const EMPTY_RENEGOTIATION_INFO: u16 = 0x00ff;
/// RFC 6066 section 3.
const SERVER_NAME: u16 = 0;
const HOST_NAME: u8 = 0;
/// RFC 8422 section 5.1: secp256r1, secp384r1, secp521r1.
const SUPPORTED_GROUPS: u16 = 10;
const GROUPS: [u8; 6] = [0, 23, 0, 24, 0, 25];
const EC_POINT_FORMATS: u16 = 11;
const UNCOMPRESSED: u8 = 0;
/// RFC 5246 section 7.4.1.4.1; SHA-1 stands last.
const SIGNATURE_ALGORITHMS: u16 = 13;
const SIGNATURES: [u8; 18] = [4, 3, 5, 3, 8, 4, 8, 5, 8, 6, 4, 1, 5, 1, 2, 3, 2, 1];

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(offer: Offer) -> Vec<u8> {
        client_hello(offer, &DomainName::parse("mail.example.com").unwrap())
    }

    #[test]
    fn every_length_says_how_much_follows() {
        for offer in [
            Offer::UpTo(Version::Ssl30),
            Offer::UpTo(Version::Tls10),
            Offer::UpTo(Version::Tls11),
            Offer::WeakTls12,
        ] {
            let record = hello(offer);
            assert_eq!(
                usize::from(u16::from_be_bytes([record[3], record[4]])),
                record.len() - 5
            );
            assert_eq!(
                usize::from(u16::from_be_bytes([record[7], record[8]])),
                record.len() - 9
            );
        }
    }

    #[test]
    fn the_newest_version_offered_stands_in_the_hello_and_the_name_in_its_extension() {
        let record = hello(Offer::UpTo(Version::Tls11));
        assert_eq!((&record[..3], &record[9..11]), (&[22, 3, 1][..], &[3, 2][..]));
        let name = b"mail.example.com";
        assert!(record.windows(name.len()).any(|window| window == name));
        let oldest = hello(Offer::UpTo(Version::Ssl30));
        assert!(!oldest.windows(name.len()).any(|window| window == name));
    }

    #[test]
    fn no_suite_that_is_offered_is_a_good_one() {
        for suite in &SUITES {
            let forward_secret = suite.name.contains("DHE");
            let aead = suite.name.contains("GCM") || suite.name.contains("CCM");
            assert!(!(forward_secret && aead), "{}", suite.name);
            assert_eq!(suite_name(suite.code), Some(suite.name));
        }
        assert!(suites(Offer::UpTo(Version::Tls11)).all(|suite| suite != 0x009c));
    }
}
