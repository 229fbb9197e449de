//! Whether a browser was led here by another site's page (cross-site request forgery, DNS rebinding).

use super::{Web, rejection::problem};
use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, uri::Authority},
    response::Response,
};
use std::net::IpAddr;

impl Web {
    /// `Err` for a request that changes something and comes from another site's page. Ours is judged by
    /// `public_url`, else by Host. No browser leaves out both headers, and a program is led nowhere.
    pub(super) fn check_origin(&self, method: &Method, headers: &HeaderMap) -> Result<(), Response> {
        let is_foreign = headers
            .get_all("sec-fetch-site")
            .iter()
            .any(|site| site == "cross-site")
            || headers
                .get_all(header::ORIGIN)
                .iter()
                .any(|origin| !self.is_ours(origin, headers));
        if is_foreign && changes_state(method) {
            return Err(foreign("this form was sent from another site"));
        }
        Ok(())
    }

    /// `Err` for a request by a name that is not this machine's own, while nobody has to log in: whoever owns a
    /// name can let it lead here, and then the pages under that name may read everything.
    pub(super) fn check_name(&self, headers: &HeaderMap) -> Result<(), Response> {
        if self.is_open && !host(headers).is_some_and(is_this_machine) {
            return Err(foreign(
                "while nobody has to log in, the Desk answers to localhost and to loopback addresses alone",
            ));
        }
        Ok(())
    }

    /// An origin is a scheme, a host and a port, or `null` (RFC 6454 section 7).
    fn is_ours(&self, origin: &HeaderValue, headers: &HeaderMap) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        if let Some(own) = &self.public_origin {
            return origin.eq_ignore_ascii_case(own);
        }
        let Some((scheme, authority)) = origin.split_once("://") else {
            return false;
        };
        // Without a certificate of its own the Desk cannot know what a proxy before it speaks.
        let scheme_fits = scheme == "https" || (scheme == "http" && !self.is_https);
        scheme_fits && host(headers).is_some_and(|host| host.eq_ignore_ascii_case(authority))
    }
}

fn foreign(why: &str) -> Response {
    problem(StatusCode::FORBIDDEN, "foreign_origin", why)
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host().trim_matches(['[', ']']);
    name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn changes_state(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
