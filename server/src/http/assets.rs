//! Scripts, styles, fonts and icons: inside the binary, compressed beforehand, and immutable under a name
//! that changes with their content.

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::wire::x509::hex;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The built site. A debug build reads it from the folder, so that a style can be edited while it runs.
#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Site;

/// The prefix of every asset's path: `/a/` and a digest of all of them.
pub(crate) static PREFIX: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Site::iter().collect();
    names.sort();
    let mut digest = Sha256::new();
    for name in names {
        digest.update(name.as_bytes());
        digest.update(
            Site::get(&name)
                .map(|file| file.metadata.sha256_hash())
                .unwrap_or_default(),
        );
    }
    format!("/a/{}", hex(&digest.finalize()[..8]))
});

/// `GET /a/{version}/{path}`. Another version gets today's file, but must not keep it.
pub(crate) async fn serve(Path((version, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let accepts = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some((file, encoding)) = find(&path, accepts) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let is_current = PREFIX.strip_prefix("/a/") == Some(version.as_str()) && !cfg!(debug_assertions);
    let caching = if is_current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = file.data.into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&path)));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest form that the browser reads.
fn find(path: &str, accepts: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let takes = |encoding: &str| {
        accepts
            .split(',')
            .any(|one| one.split(';').next().is_some_and(|name| name.trim() == encoding))
    };
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if takes(encoding)
            && let Some(file) = Site::get(&format!("{path}.{ending}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Site::get(path).map(|file| (file, None))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        _ => "text/plain; charset=utf-8",
    }
}
