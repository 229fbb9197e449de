//! A TLS handshake (TLS 1.2 and 1.3) that accepts whatever is served and leaves the judging to the judge.

use super::{Ended, Served};
use crate::wire::x509;
use model::{Code, DomainName, Reason};
use rustls::{
    AlertDescription, CertificateError, CipherSuite, ClientConfig, DigitallySignedStruct, Error as TlsError,
    InvalidMessage, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{self, CryptoProvider, WebPkiSupportedAlgorithms},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use std::{io, sync::Arc};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// A client that takes every certificate, whose key the peer must still prove to have.
#[derive(Clone)]
pub struct Client(TlsConnector);

impl Client {
    pub fn new() -> Self {
        let mut provider = crypto::aws_lc_rs::default_provider();
        // Thunderbird's order: what is seen is what it would get, and the cheaper hash shakes hands faster.
        provider
            .cipher_suites
            .sort_by_key(|suite| suite.suite() != CipherSuite::TLS13_AES_128_GCM_SHA256);
        let provider = Arc::new(provider);
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .unwrap_or_else(|_| unreachable!("aws-lc-rs speaks both versions"));
        let mut config = config
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(TakesAll::new(&provider)))
            .with_no_client_auth();
        // A resumed session serves no certificate, and so is no evidence.
        config.resumption = Resumption::disabled();
        Self(TlsConnector::from(Arc::new(config)))
    }

    /// Shakes hands. The caller bounds the time.
    pub async fn connect(&self, stream: TcpStream, sni: &DomainName) -> Result<Connected, Ended> {
        let name = ServerName::try_from(sni.as_str().to_owned())
            .map_err(|_| Ended::saying(Code::HandshakeFailed, "the name cannot be sent as SNI"))?;
        let stream = self.0.connect(name, stream).await.map_err(|why| ended(&why))?;
        let connection = stream.get_ref().1;
        let served = Served {
            chain: connection
                .peer_certificates()
                .unwrap_or_default()
                .iter()
                .map(|c| c.clone().into_owned())
                .collect(),
            tls_version: match connection.protocol_version() {
                Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3",
                _ => "TLSv1.2",
            },
            cipher: connection
                .negotiated_cipher_suite()
                .map(|suite| format!("{:?}", suite.suite()))
                .unwrap_or_default(),
        };
        Ok(Connected { served, stream })
    }
}

/// A connection whose handshake is done.
#[derive(Debug)]
pub struct Connected {
    pub served: Served,
    pub stream: TlsStream<TcpStream>,
}

impl Connected {
    /// A goodbye keeps the server's log quiet; whether it arrives does not matter.
    pub async fn goodbye(mut self) -> Served {
        let _ = self.stream.shutdown().await;
        self.served
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

fn ended(why: &io::Error) -> Ended {
    let tls = why.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
    let reason = match tls {
        Some(TlsError::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        )) => Reason::NotTls,
        Some(
            TlsError::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure)
            | TlsError::PeerIncompatible(_),
        ) => Reason::NoCommonProtocol,
        Some(TlsError::InvalidCertificate(CertificateError::BadSignature)) => Reason::BadSignature,
        None if is_closing(why.kind()) => Reason::ClosedEarly,
        _ => return Ended::saying(Code::HandshakeFailed, why.to_string()),
    };
    Ended::new(Code::HandshakeFailed, reason).detail(why.to_string())
}

fn is_closing(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(
        kind,
        UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe | NotConnected
    )
}

/// Takes every chain, but checks that the peer signs with the leaf's key.
#[derive(Debug)]
struct TakesAll {
    algorithms: WebPkiSupportedAlgorithms,
}

impl TakesAll {
    fn new(provider: &CryptoProvider) -> Self {
        Self {
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl ServerCertVerifier for TakesAll {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        crypto::verify_tls12_signature(message, leaf, signature, &self.algorithms)
            .or_else(|why| beyond_proof(leaf, why))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        crypto::verify_tls13_signature(message, leaf, signature, &self.algorithms)
            .or_else(|why| beyond_proof(leaf, why))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// A certificate whose signature no safe algorithm can check (a small key, a form that webpki does not
/// read) still comes to the judge, who never finds it better than `weak` or `untrusted`. Every other wrong
/// signature ends the handshake.
fn beyond_proof(leaf: &CertificateDer<'_>, why: TlsError) -> Result<HandshakeSignatureValid, TlsError> {
    let small_key = x509::parse(leaf).is_ok_and(|c| x509::small_key(c.public_key()).is_some());
    if small_key || webpki::EndEntityCert::try_from(leaf).is_err() {
        return Ok(HandshakeSignatureValid::assertion());
    }
    Err(why)
}
