//! Pages over HTTPS (RFC 9110, RFC 9112): several over one connection, bounded in time and size. A redirect is
//! followed only where it is asked for, and never to another server: where it leads is the answer.

pub(super) mod line;
mod visit;

pub use visit::visit;

use super::{Ended, Handshake};
use crate::wire::location;
use hyper::body::Bytes;
use model::{DomainName, Endpoint, Evidence, evidence::tame};
use std::{fmt, sync::Arc};
use url::Url;

/// A web server: where to connect, and the name and port that its visitors know it by.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Web {
    pub endpoint: Endpoint,
    pub name: DomainName,
    pub port: u16,
}

impl Web {
    /// `https://mail.example.com:6071/login`; the usual port is left out.
    pub fn url(&self, path: &str) -> String {
        format!("https://{self}{path}")
    }

    /// Whether an address is one of this server's, be it by the port that its visitors know or the one that is
    /// connected to.
    pub fn has(&self, url: &Url) -> bool {
        location::is_at(url, &self.name, &[self.port, self.endpoint.port()])
    }

    /// Evidence about a page that was asked for.
    pub fn seen(&self, path: &str) -> Evidence {
        Evidence {
            endpoint: Some(self.endpoint.to_string()),
            url: Some(self.url(path)),
            ..Evidence::default()
        }
    }
}

/// The authority of its addresses (RFC 9110 section 4.3.3).
impl fmt::Display for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            443 => write!(f, "{}", self.name),
            port => write!(f, "{}:{port}", self.name),
        }
    }
}

/// A page that is wanted.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Wanted {
    pub path: String,
    /// At most [`MOST_REDIRECTS`], on the same server.
    pub follows_redirects: bool,
}

/// What one page answered.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it is: what was asked for, or where redirects on the same server led.
    pub path: String,
    pub status: u16,
    /// Of several that differ none is kept: each client would follow another.
    pub location: Option<String>,
    pub content_type: Option<String>,
    /// The first [`MOST_BODY`] octets.
    pub body: Bytes,
    /// The body is longer than that.
    pub is_cut: bool,
}

impl Page {
    /// Evidence about it.
    pub fn seen(&self, web: &Web) -> Evidence {
        Evidence {
            status: Some(self.status),
            location: self.location.as_deref().map(|location| tame(location, 500)),
            ..web.seen(&self.path)
        }
    }

    /// Whether it sends its visitors on (RFC 9110 section 15.4).
    pub fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308) && self.location.is_some()
    }

    /// Where to; `None` where that is no address.
    pub fn leads_to(&self, web: &Web) -> Option<Url> {
        let location = self.location.as_ref().filter(|_| self.is_redirect())?;
        location::resolve(&web.url(&self.path), location)
    }
}

/// A page, or where the conversation ended: `not_http` where the peer speaks something else.
pub type Fetched = Result<Arc<Page>, Ended>;

/// One visit: the handshake, and the pages that were asked for over it.
#[derive(Debug)]
pub struct Visit {
    pub handshake: Arc<Handshake>,
    pages: Vec<(String, Fetched)>,
}

impl Visit {
    /// The answer to a path that the visit was made for.
    pub fn page(&self, path: &str) -> Option<&Fetched> {
        self.pages
            .iter()
            .find(|(asked, _)| asked == path)
            .map(|(_, fetched)| fetched)
    }
}

/// Longer than any login page; policies are far shorter (RFC 8461 section 3.3 names 64 kB).
pub const MOST_BODY: usize = 256 * 1024;
/// `/` to `/login` to `/login/`, and one to spare.
pub const MOST_REDIRECTS: usize = 3;
