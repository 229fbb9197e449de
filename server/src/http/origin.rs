//! Whether a browser was led here by another site's page (cross-site request forgery).

use super::{Web, rejection::problem};
use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};

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
            return Err(problem(
                StatusCode::FORBIDDEN,
                "foreign_origin",
                "this form was sent from another site",
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
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        scheme_fits && host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
    }
}

fn changes_state(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
