//! A client of the Desk's own HTTPS, which trusts one CA and keeps its connection.

use super::PATIENCE;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion, crypto::aws_lc_rs,
};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::Arc,
};
use testkit::Ca;

/// One connection, as `desk.test`.
pub(crate) struct Visitor(StreamOwned<ClientConnection, TcpStream>);

impl Visitor {
    pub(crate) fn of(address: &str, ca: &Ca) -> Self {
        Self::attempt(address, ca).unwrap()
    }

    pub(crate) fn attempt(address: &str, ca: &Ca) -> io::Result<Self> {
        Self::speaking(rustls::ALL_VERSIONS, address, ca)
    }

    pub(crate) fn speaking(
        versions: &[&'static SupportedProtocolVersion],
        address: &str,
        ca: &Ca,
    ) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(ca.root_pem().as_bytes()).unwrap();
        roots.add(root).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("desk.test").unwrap();
        let mut tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        while tls.is_handshaking() {
            tls.complete_io(&mut stream)?;
        }
        Ok(Self(StreamOwned::new(tls, stream)))
    }

    /// The leaf that it was shown.
    pub(crate) fn sees(&self) -> CertificateDer<'static> {
        self.0.conn.peer_certificates().unwrap()[0].clone()
    }

    /// The head of the answer, in lower case.
    pub(crate) fn get(&mut self, path: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: desk.test\r\n\r\n"))
    }

    /// The same for a form.
    pub(crate) fn form(&mut self, path: &str, origin: &str, body: &str) -> String {
        let length = body.len();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: desk.test\r\norigin: {origin}\r\ncontent-length: {length}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\n{body}"
        ))
    }

    fn send(&mut self, request: &str) -> String {
        self.0.write_all(request.as_bytes()).unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).unwrap();
        head
    }
}
