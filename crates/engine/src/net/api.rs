//! Lists of a web API in JSON (RFC 9110), page after page over one connection, bounded in time and size. Over
//! TLS the certificate is verified: who cannot prove to be the API is not listened to.

use super::{
    Ended, Limits,
    http::line::{self, Line},
    probe::within,
};
use http_body_util::Full;
use hyper::{Request, Uri, body::Bytes, header};
use model::{Code, Endpoint};
use rustls::RootCertStore;

/// Where an API is: `http://host:port/prefix`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Base {
    is_tls: bool,
    pub endpoint: Endpoint,
    prefix: String,
}

/// Why there is no list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiFault {
    Ended(Ended),
    /// An answer, and not the one that was asked for.
    Status(u16),
    TooLarge,
}

impl From<Ended> for ApiFault {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

impl Base {
    /// Reads an `http` or `https` address. Whoever it names before an `@` is left out.
    pub fn parse(url: &str) -> Option<Self> {
        let url: Uri = url.parse().ok()?;
        let is_tls = match url.scheme_str()? {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let port = url.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let host = url.host()?.trim_start_matches('[').trim_end_matches(']');
        Some(Self {
            is_tls,
            endpoint: Endpoint::new(host, port).ok()?,
            prefix: url.path().trim_end_matches('/').to_owned(),
        })
    }

    /// The address of a path below it.
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}{}{path}", self.endpoint, self.prefix)
    }

    /// All pages of each list in turn, as Traefik pages them: `X-Next-Page` names the next one, and leads back
    /// to the first at the end. `take` is told which of the `paths` a page belongs to.
    pub async fn lists(
        &self,
        paths: &[&str],
        roots: RootCertStore,
        limits: Limits,
        mut take: impl FnMut(usize, &[u8]) -> Result<(), Ended>,
    ) -> Result<(), ApiFault> {
        within(limits.whole, async {
            let mut line = Line::to(&self.endpoint, self.is_tls.then_some(roots), limits).await?;
            for (which, path) in paths.iter().enumerate() {
                let mut page = 1;
                loop {
                    let path = format!("{path}?page={page}&per_page={PER_PAGE}");
                    let (body, next) = fetch(&mut line, self, &path).await?;
                    take(which, &body)?;
                    match next {
                        Some(next) if next > MOST_PAGES => return Err(ApiFault::TooLarge),
                        Some(next) if next > page => page = next,
                        _ => break,
                    }
                }
            }
            Ok(())
        })
        .await
    }
}

/// A page, and the number of the next one.
type Paged = (Bytes, Option<u32>);

async fn fetch(line: &mut Line, base: &Base, path: &str) -> Result<Paged, ApiFault> {
    let request = Request::get(format!("{}{path}", base.prefix))
        .header(header::HOST, base.endpoint.to_string())
        .header(header::ACCEPT, "application/json")
        .body(Full::default())
        .map_err(|why| Ended::saying(Code::NotHttp, why.to_string()))?;
    let response = line.ask(request).await?;
    if response.status() != 200 {
        return Err(ApiFault::Status(response.status().as_u16()));
    }
    let next = response.headers().get("x-next-page");
    let next = next.and_then(|next| next.to_str().ok()?.parse().ok());
    match line::read(response.into_body(), MOST_BODY).await? {
        (body, false) => Ok((body, next)),
        (_, true) => Err(ApiFault::TooLarge),
    }
}

const PER_PAGE: u32 = 1_000;
const MOST_PAGES: u32 = 100;
/// A router is a few hundred octets.
const MOST_BODY: usize = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_a_host_and_a_prefix() {
        let url = |text| Base::parse(text).map(|base| base.url("/api"));
        for (text, expected) in [
            ("http://10.0.0.1:8080", "http://10.0.0.1:8080/api"),
            ("http://10.0.0.1:8080/", "http://10.0.0.1:8080/api"),
            (
                "https://proxy.example/traefik/",
                "https://proxy.example:443/traefik/api",
            ),
            ("http://[::1]:8080", "http://[::1]:8080/api"),
            ("http://me:secret@10.0.0.1", "http://10.0.0.1:80/api"),
        ] {
            assert_eq!(url(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "10.0.0.1", "ftp://10.0.0.1", "http://", "http://:80", "/api"] {
            assert_eq!(url(text), None, "{text}");
        }
    }
}
