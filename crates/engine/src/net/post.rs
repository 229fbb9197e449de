//! One POST to a web server (RFC 9110 section 9.3.3), whose certificate is verified where TLS is spoken. Bounded in
//! time; of the answer the head is enough. No redirect is followed: it could lead anywhere.

use super::{Ended, Limits, http::line::Line, probe::within};
use http_body_util::Full;
use hyper::{Request, body::Bytes, header};
use model::{Code, Endpoint};
use rustls::RootCertStore;
use std::time::Duration;
use url::{Position, Url};

/// JSON, and whom it is for.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// `http` or `https`.
    pub url: &'a Url,
    /// Beside those that every letter has.
    pub headers: &'a [(&'static str, &'a str)],
    pub body: &'a str,
}

/// What a server said to a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answered {
    pub status: u16,
    /// How long it wants to be left alone, where it says so in seconds (RFC 9110 section 10.2.3).
    pub retry_after: Option<Duration>,
}

impl Letter<'_> {
    pub(crate) async fn post(self, roots: RootCertStore, limits: Limits) -> Result<Answered, Ended> {
        within(limits.whole, async {
            let endpoint = endpoint(self.url)?;
            let is_tls = self.url.scheme() == "https";
            let mut line = Line::to(&endpoint, is_tls.then_some(roots), limits).await?;
            let (head, _) = line.ask(self.request()?).await?.into_parts();
            let retry_after = head.headers.get(header::RETRY_AFTER);
            let seconds = retry_after.and_then(|text| text.to_str().ok()?.trim().parse().ok());
            Ok(Answered {
                status: head.status.as_u16(),
                retry_after: seconds.map(Duration::from_secs),
            })
        })
        .await
    }

    fn request(self) -> Result<Request<Full<Bytes>>, Ended> {
        let request = Request::post(&self.url[Position::BeforePath..Position::AfterQuery])
            .header(header::HOST, &self.url[Position::BeforeHost..Position::AfterPort])
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONNECTION, "close");
        let headers = self.headers.iter();
        let request = headers.fold(request, |request, (name, value)| request.header(*name, *value));
        request
            .body(Full::from(self.body.to_owned()))
            .map_err(|why| Ended::saying(Code::NotHttp, why.to_string()))
    }
}

fn endpoint(url: &Url) -> Result<Endpoint, Ended> {
    let nowhere = || Ended::saying(Code::Unreachable, "the address names no server");
    let host = url.host_str().ok_or_else(nowhere)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().ok_or_else(nowhere)?;
    Endpoint::new(host, port).map_err(|_| nowhere())
}

/// An address may hold a key, and a header a signature.
impl std::fmt::Debug for Letter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").finish_non_exhaustive()
    }
}
