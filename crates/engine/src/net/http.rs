//! Pages over HTTPS (RFC 9110, RFC 9112): several over one connection, bounded in time and size. No redirect
//! is followed: where it leads is the answer.

use super::{
    Ended, Handshake, Limits, Target,
    probe::{self, within},
    tls::{Client, Connected},
};
use http_body_util::{BodyExt, Collected, Empty, Limited};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
    header::{self, HeaderMap, HeaderName},
};
use hyper_util::rt::TokioIo;
use model::{Code, DomainName, Endpoint, Reason};
use std::{fmt, sync::Arc};
use tokio::task::JoinHandle;

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

/// What one page answered.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub content_type: Option<String>,
    /// At most [`MOST_BODY`] octets; of a longer one nothing is kept.
    pub body: Bytes,
    /// The body was longer than that, or broke off.
    pub is_cut: bool,
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

/// Shakes hands once and asks for each path in turn. A server that closes the connection after a page, or
/// does not end one in time, is connected to again for the next.
pub async fn visit(client: &Client, web: &Web, paths: &[String], limits: Limits) -> Visit {
    let target = Target {
        endpoint: web.endpoint.clone(),
        starttls: None,
        sni: web.name.clone(),
    };
    let open = || within(limits.whole, probe::open(client, &target, limits));
    let connected = match open().await {
        Ok(connected) => connected,
        Err(ended) => {
            let pages = paths.iter().map(|path| (path.clone(), Err(ended.clone())));
            return Visit {
                pages: pages.collect(),
                handshake: Arc::new(Handshake::Ended(ended)),
            };
        }
    };
    let handshake = Arc::new(Handshake::Served(connected.served.clone()));
    let mut line = Line::over(connected).await.ok();
    let mut pages = Vec::with_capacity(paths.len());
    for path in paths {
        if line.as_ref().is_none_or(Line::is_closed) {
            line = match open().await {
                Ok(connected) => Line::over(connected).await.ok(),
                Err(_) => None,
            };
        }
        let fetched = match &mut line {
            Some(line) => within(limits.whole, line.fetch(web, path)).await,
            None => Err(Ended::new(Code::NotHttp, Reason::ClosedEarly)),
        };
        if fetched.is_err() {
            line = None;
        }
        pages.push((path.clone(), fetched.map(Arc::new)));
    }
    Visit { handshake, pages }
}

/// One HTTP/1.1 connection. Dropping it ends the task that drives it.
struct Line {
    sender: SendRequest<Empty<Bytes>>,
    driver: JoinHandle<()>,
}

impl Line {
    async fn over(connected: Connected) -> hyper::Result<Self> {
        let (sender, connection) = http1::Builder::new()
            .max_headers(MOST_HEADERS)
            .max_buf_size(MOST_HEAD)
            .handshake(TokioIo::new(connected.stream))
            .await?;
        let driver = tokio::spawn(async move {
            // How it ends is told to whoever waits for an answer.
            let _ = connection.await;
        });
        Ok(Self { sender, driver })
    }

    fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    async fn fetch(&mut self, web: &Web, path: &str) -> Result<Page, Ended> {
        let request = Request::get(path)
            .header(header::HOST, web.to_string())
            .header(header::USER_AGENT, "ligbox-desk")
            .header(header::ACCEPT, "text/html, text/plain, */*;q=0.1")
            .body(Empty::new())
            .map_err(|why| Ended::saying(Code::NotHttp, format!("{path}: {why}")))?;
        self.sender.ready().await.map_err(|why| not_http(&why))?;
        let response = self
            .sender
            .send_request(request)
            .await
            .map_err(|why| not_http(&why))?;
        Ok(read(response).await)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

async fn read(response: Response<Incoming>) -> Page {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MOST_BODY).collect().await;
    Page {
        status: head.status.as_u16(),
        location: text(&head.headers, &header::LOCATION),
        content_type: text(&head.headers, &header::CONTENT_TYPE),
        is_cut: body.is_err(),
        body: body.map(Collected::to_bytes).unwrap_or_default(),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?;
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
const MOST_HEADERS: usize = 100;
const MOST_HEAD: usize = 64 * 1024;
