//! Headers that every answer carries, and those of what is personal.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

pub(crate) fn guard(is_https: bool, mut response: Response) -> Response {
    let headers = response.headers_mut();
    // For all of them at once.
    headers.reserve(8);
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT);
    }
    // What says nothing of its own content is no page, and what says nothing of its own caching is personal.
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, NO_PAGE),
        (header::CACHE_CONTROL, NO_STORE),
    ] {
        headers.entry(name).or_insert(value);
    }
    response
}

/// The policy of a page. `wasm-unsafe-eval` is what WebAssembly needs, and the one exception.
pub(crate) fn content_security_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// A year (RFC 6797 section 6.1.1). The names below ours are not ours to speak for.
const STRICT: HeaderValue = HeaderValue::from_static("max-age=31536000");

const NO_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
