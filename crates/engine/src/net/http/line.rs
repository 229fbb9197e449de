//! One HTTP/1.1 connection as a client (RFC 9112), whatever it goes over, bounded in size. The caller bounds the
//! time.

use crate::net::{Ended, Limits, probe::connect};
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
    header::{self, HeaderValue},
};
use hyper_util::rt::TokioIo;
use model::{Code, Endpoint, Reason};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName};
use std::sync::Arc;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinHandle,
};
use tokio_rustls::TlsConnector;

/// A connection. Dropping it ends the task that drives it.
pub(in crate::net) struct Line {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Line {
    pub(in crate::net) async fn over(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Result<Self, Ended> {
        let handshake = http1::Builder::new()
            .max_headers(MOST_HEADERS)
            .max_buf_size(MOST_HEAD)
            .handshake(TokioIo::new(stream));
        let (sender, connection) = handshake.await.map_err(|why| not_http(&why))?;
        let driver = tokio::spawn(async move {
            // How it ends is told to whoever waits for an answer.
            let _ = connection.await;
        });
        Ok(Self { sender, driver })
    }

    /// To a server that proves by these roots to be the one; without them, to whoever answers there, and without TLS.
    pub(in crate::net) async fn to(
        endpoint: &Endpoint,
        roots: Option<RootCertStore>,
        limits: Limits,
    ) -> Result<Self, Ended> {
        let stream = connect(endpoint, limits.connect).await?;
        let Some(roots) = roots else {
            return Self::over(stream).await;
        };
        let failed = |why: String| Ended::saying(Code::HandshakeFailed, why);
        let name = ServerName::try_from(endpoint.host().to_owned()).map_err(|why| failed(why.to_string()))?;
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|why| failed(why.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
        Self::over(connecting.await.map_err(|why| failed(why.to_string()))?).await
    }

    /// The head of the answer; `not_http` with [`Reason::ClosedEarly`] where the server closes instead.
    pub(in crate::net) async fn ask(
        &mut self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Ended> {
        let name = HeaderValue::from_static("ligbox-desk");
        request.headers_mut().insert(header::USER_AGENT, name);
        self.sender.ready().await.map_err(|why| not_http(&why))?;
        let answer = self.sender.send_request(request).await;
        answer.map_err(|why| not_http(&why))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// The first `most` octets of a body, and whether there are more.
pub(in crate::net) async fn read(mut body: Incoming, most: usize) -> Result<(Bytes, bool), Ended> {
    let mut kept = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|why| not_http(&why))?;
        let data = frame.into_data().unwrap_or_default();
        let room = most - kept.len();
        kept.extend_from_slice(data.get(..room).unwrap_or(&data));
        if data.len() > room {
            return Ok((kept.into(), true));
        }
    }
    Ok((kept.into(), false))
}

fn not_http(why: &hyper::Error) -> Ended {
    if why.is_incomplete_message() || why.is_closed() || why.is_canceled() {
        Ended::new(Code::NotHttp, Reason::ClosedEarly).detail(why.to_string())
    } else {
        Ended::saying(Code::NotHttp, why.to_string())
    }
}

const MOST_HEADERS: usize = 100;
const MOST_HEAD: usize = 64 * 1024;
