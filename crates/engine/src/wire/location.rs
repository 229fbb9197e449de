//! Where a redirect leads: a `Location` (RFC 9110 section 10.2.2) resolved against the page that sent it, as
//! RFC 3986 section 5 has it and browsers do.

use model::DomainName;
use url::Url;

/// The address that `location` means on the page at the address `page`; `None` where either is none.
pub fn resolve(page: &str, location: &str) -> Option<Url> {
    Url::parse(page).ok()?.join(location).ok()
}

/// Whether it is an `https` address of that very host, at one of the ports.
pub fn is_at(url: &Url, host: &DomainName, ports: &[u16]) -> bool {
    let port = url.port_or_known_default();
    url.scheme() == "https"
        && url.host_str() == Some(host.as_str())
        && port.is_some_and(|port| ports.contains(&port))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://mail.a.example/admin";

    fn leads_to_the_admin(location: &str) -> bool {
        let host = DomainName::parse("mail.a.example").unwrap();
        resolve(PAGE, location).is_some_and(|url| is_at(&url, &host, &[6071, 8071]))
    }

    #[test]
    fn the_admin_is_known_by_scheme_host_and_port() {
        for location in [
            "https://mail.a.example:6071/",
            "https://mail.a.example:6071",
            "https://mail.a.example:8071/login?next=%2F#top",
            "HTTPS://MAIL.a.EXAMPLE:06071/",
            "//mail.a.example:6071/",
        ] {
            assert!(leads_to_the_admin(location), "{location}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_elsewhere() {
        for location in [
            "",
            "/",
            "https://mail.a.example/",
            "https://mail.a.example:443/",
            "https://mail.a.example:60711/",
            "http://mail.a.example:6071/",
            "http:mail.a.example:6071/",
            "ftp://mail.a.example:6071/",
            "mail.a.example:6071/",
            "https://a.example:6071/",
            "https://mail.a.example.evil.example:6071/",
            "https://mail.a.example:6071@evil.example/",
            "https://xmail.a.example:6071/",
            "https://evil.example/https://mail.a.example:6071/",
            "https://mail.a.example:6071, https://evil.example/",
            "https://[::1]:6071/",
            "https://mail.a.example:99999/",
        ] {
            assert!(!leads_to_the_admin(location), "{location}");
        }
    }

    #[test]
    fn a_relative_reference_stays_on_the_page_s_server() {
        for (location, expected) in [
            ("login", "https://mail.a.example/login"),
            ("./x/../y", "https://mail.a.example/y"),
            ("?a", "https://mail.a.example/admin?a"),
            ("/a b", "https://mail.a.example/a%20b"),
        ] {
            assert_eq!(resolve(PAGE, location).unwrap().as_str(), expected);
        }
        assert_eq!(resolve("admin", "/login"), None);
    }
}
