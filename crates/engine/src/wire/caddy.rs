//! Where Caddy keeps a certificate: `STORAGE/ISSUER/NAME/NAME.{crt,key}`, the layout of its library certmagic
//! (`StorageKeys` in certmagic's storage.go).

use model::DomainName;
use std::path::{Path, PathBuf};

/// A certificate's file, its chain included, and its key's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Where an issuer's certificates for a host are: its own, and the wildcard that stands for its first label.
pub fn pairs(issuer: &Path, host: &DomainName) -> Vec<Pair> {
    let host = host.as_str();
    // `*` is no letter of a file's name.
    let wildcard = host
        .split_once('.')
        .map(|(_, parent)| format!("wildcard_.{parent}"));
    let names = [host.to_owned()].into_iter().chain(wildcard);
    let pair = |name: String| Pair {
        cert: issuer.join(&name).join(format!("{name}.crt")),
        key: issuer.join(&name).join(format!("{name}.key")),
    };
    names.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_folder_of_its_own_and_one_below_its_wildcard() {
        let host = DomainName::parse("mail.fidudoc.eu").unwrap();
        let found = pairs(Path::new("/data/caddy/certificates/local"), &host);
        let certs: Vec<_> = found.iter().map(|pair| pair.cert.to_str().unwrap()).collect();
        assert_eq!(
            certs,
            [
                "/data/caddy/certificates/local/mail.fidudoc.eu/mail.fidudoc.eu.crt",
                "/data/caddy/certificates/local/wildcard_.fidudoc.eu/wildcard_.fidudoc.eu.crt",
            ]
        );
        assert!(found[0].key.ends_with("mail.fidudoc.eu/mail.fidudoc.eu.key"));
    }
}
