//! One visit to a web server: a handshake, and one page after the other over it.

use super::{
    Fetched, MOST_BODY, MOST_REDIRECTS, Page, Visit, Wanted, Web,
    line::{self, Line},
};
use crate::net::{
    Ended, Handshake, Limits, Served, Target,
    probe::{self, within},
    tls::Client,
};
use http_body_util::Full;
use hyper::{
    Request,
    header::{self, HeaderMap, HeaderName},
};
use model::{Code, Reason};
use std::sync::Arc;
use url::Position;

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
            match fetch(&mut line, self.web, path).await {
                // A server may close a connection that it has kept at any moment (RFC 9112 section 9.5).
                Err(ended) if ended.reason == Some(Reason::ClosedEarly) => {}
                fetched => {
                    self.line = Some(line);
                    return fetched;
                }
            }
        }
        let mut line = self.open().await?;
        let page = fetch(&mut line, self.web, path).await?;
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
        Line::over(connected.stream).await
    }
}

async fn fetch(line: &mut Line, web: &Web, path: &str) -> Result<Page, Ended> {
    let request = Request::get(path)
        .header(header::HOST, web.to_string())
        .header(header::ACCEPT, "text/html, text/plain, */*;q=0.1")
        // Saying nothing would allow any (RFC 9110 section 12.5.3).
        .header(header::ACCEPT_ENCODING, "identity")
        .body(Full::default())
        .map_err(|why| Ended::saying(Code::NotHttp, format!("{path}: {why}")))?;
    let (head, body) = line.ask(request).await?.into_parts();
    let (body, is_cut) = line::read(body, MOST_BODY).await?;
    Ok(Page {
        path: path.to_owned(),
        status: head.status.as_u16(),
        location: text(&head.headers, &header::LOCATION),
        content_type: text(&head.headers, &header::CONTENT_TYPE),
        body,
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
