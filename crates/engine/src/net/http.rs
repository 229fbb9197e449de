//! Pages over HTTPS (RFC 9110, RFC 9112): several over one connection, bounded in time and size. A redirect is
//! followed only where it is asked for, and never to another server: where it leads is the answer.

use super::{
    Ended, Handshake, Limits, Served, Target,
    probe::{self, within},
    tls::{Client, Connected},
};
use crate::wire::location;
use http_body_util::{BodyExt, Empty};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
    header::{self, HeaderMap, HeaderName},
};
use hyper_util::rt::TokioIo;
use model::{Code, DomainName, Endpoint, Evidence, Reason, evidence::tame};
use std::{fmt, sync::Arc};
use tokio::task::JoinHandle;
use url::{Position, Url};

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

/// Shakes hands once and asks for each page in turn, each with its redirects within the whole limit. A server
/// that closes the connection after a page, or does not end one in time, is connected to again for the next.
pub async fn visit(client: &Client, web: &Web, wanted: &[Wanted], limits: Limits) -> Visit {
    let mut visitor = Visitor {
        client,
        web,
        limits,
        served: None,
        line: None,
    };
    let mut pages: Vec<(String, Fetched)> = Vec::with_capacity(wanted.len());
    for page in wanted {
        let fetched = match (&visitor.served, pages.last()) {
            // With whom there was no handshake, there will be none now.
            (None, Some((_, Err(ended)))) => Err(ended.clone()),
            _ => within(limits.whole, visitor.page(page)).await.map(Arc::new),
        };
        pages.push((page.path.clone(), fetched));
    }
    let handshake = match (visitor.served, pages.first()) {
        (Some(served), _) => Handshake::Served(served),
        (None, Some((_, Err(ended)))) => Handshake::Ended(ended.clone()),
        (None, _) => Handshake::Ended(Ended::saying(Code::Unreachable, "nothing was wanted of it")),
    };
    Visit {
        handshake: Arc::new(handshake),
        pages,
    }
}

/// Who asks for one page after the other.
struct Visitor<'a> {
    client: &'a Client,
    web: &'a Web,
    limits: Limits,
    /// At the first handshake.
    served: Option<Served>,
    /// A connection that the server keeps open.
    line: Option<Line>,
}

impl Visitor<'_> {
    /// A redirect that is not followed, because it leads elsewhere or is one too many, is the page.
    async fn page(&mut self, wanted: &Wanted) -> Result<Page, Ended> {
        let mut page = self.fetch(&wanted.path).await?;
        if wanted.follows_redirects {
            for _ in 0..MOST_REDIRECTS {
                match page.leads_to(self.web) {
                    Some(url) if self.web.has(&url) => {
                        page = self
                            .fetch(&url[Position::BeforePath..Position::AfterQuery])
                            .await?;
                    }
                    _ => break,
                }
            }
        }
        Ok(page)
    }

    async fn fetch(&mut self, path: &str) -> Result<Page, Ended> {
        if let Some(mut line) = self.line.take() {
            match line.fetch(self.web, path).await {
                // A server may close a connection that it has kept at any moment (RFC 9112 section 9.5).
                Err(ended) if ended.reason == Some(Reason::ClosedEarly) => {}
                fetched => {
                    self.line = Some(line);
                    return fetched;
                }
            }
        }
        let mut line = self.open().await?;
        let page = line.fetch(self.web, path).await?;
        self.line = Some(line);
        Ok(page)
    }

    async fn open(&mut self) -> Result<Line, Ended> {
        let target = Target {
            endpoint: self.web.endpoint.clone(),
            starttls: None,
            sni: self.web.name.clone(),
        };
        let connected = probe::open(self.client, &target, self.limits).await?;
        self.served.get_or_insert_with(|| connected.served.clone());
        Line::over(connected).await
    }
}

/// One HTTP/1.1 connection. Dropping it ends the task that drives it.
struct Line {
    sender: SendRequest<Empty<Bytes>>,
    driver: JoinHandle<()>,
}

impl Line {
    async fn over(connected: Connected) -> Result<Self, Ended> {
        let handshake = http1::Builder::new()
            .max_headers(MOST_HEADERS)
            .max_buf_size(MOST_HEAD)
            .handshake(TokioIo::new(connected.stream));
        let (sender, connection) = handshake.await.map_err(|why| not_http(&why))?;
        let driver = tokio::spawn(async move {
            // How it ends is told to whoever waits for an answer.
            let _ = connection.await;
        });
        Ok(Self { sender, driver })
    }

    async fn fetch(&mut self, web: &Web, path: &str) -> Result<Page, Ended> {
        let request = Request::get(path)
            .header(header::HOST, web.to_string())
            .header(header::USER_AGENT, "ligbox-desk")
            .header(header::ACCEPT, "text/html, text/plain, */*;q=0.1")
            // Saying nothing would allow any (RFC 9110 section 12.5.3).
            .header(header::ACCEPT_ENCODING, "identity")
            .body(Empty::new())
            .map_err(|why| Ended::saying(Code::NotHttp, format!("{path}: {why}")))?;
        self.sender.ready().await.map_err(|why| not_http(&why))?;
        let response = self.sender.send_request(request).await;
        read(path, response.map_err(|why| not_http(&why))?).await
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

async fn read(path: &str, response: Response<Incoming>) -> Result<Page, Ended> {
    let (head, mut body) = response.into_parts();
    let mut kept = Vec::new();
    let mut is_cut = false;
    while let Some(frame) = body.frame().await.filter(|_| !is_cut) {
        let frame = frame.map_err(|why| not_http(&why))?;
        let data = frame.into_data().unwrap_or_default();
        let room = MOST_BODY - kept.len();
        is_cut = data.len() > room;
        kept.extend_from_slice(data.get(..room).unwrap_or(&data));
    }
    Ok(Page {
        path: path.to_owned(),
        status: head.status.as_u16(),
        location: text(&head.headers, &header::LOCATION),
        content_type: text(&head.headers, &header::CONTENT_TYPE),
        body: kept.into(),
        is_cut,
    })
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    if headers.get_all(name).iter().any(|other| other != value) {
        return None;
    }
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn not_http(why: &hyper::Error) -> Ended {
    let reason = if why.is_incomplete_message() || why.is_closed() || why.is_canceled() {
        Reason::ClosedEarly
    } else {
        return Ended::saying(Code::NotHttp, why.to_string());
    };
    Ended::new(Code::NotHttp, reason).detail(why.to_string())
}

/// Longer than any login page; policies are far shorter (RFC 8461 section 3.3 names 64 kB).
pub const MOST_BODY: usize = 256 * 1024;
/// `/` to `/login` to `/login/`, and one to spare.
pub const MOST_REDIRECTS: usize = 3;
const MOST_HEADERS: usize = 100;
const MOST_HEAD: usize = 64 * 1024;
