//! A name server for what a real one cannot do: fail on purpose, say nonsense, know everybody, and tell what it
//! was asked.

use crate::{Peer, peer};
use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, MX, TXT},
    },
};
use model::Endpoint;
use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinHandle,
};

/// A name server in this process, on UDP and TCP; gone on drop.
#[derive(Debug)]
pub struct NameServer {
    endpoint: Endpoint,
    asked: Asked,
    datagrams: JoinHandle<()>,
    _connections: Peer,
}

type Asked = Arc<Mutex<Vec<String>>>;

#[derive(Clone, Debug)]
enum Manner {
    /// An answer without records and with this response code (RFC 1035 section 4.1.1).
    Code(u8),
    Silent,
    Garbage,
    Knowing(Zone),
    Relay(SocketAddr),
    /// Without the part of a question that asks for signatures.
    PlainRelay(SocketAddr),
}

impl NameServer {
    /// Answers SERVFAIL.
    pub async fn failing() -> io::Result<Self> {
        Self::start(Manner::Code(2)).await
    }

    /// Answers REFUSED.
    pub async fn refusing() -> io::Result<Self> {
        Self::start(Manner::Code(5)).await
    }

    /// Takes every question and answers none.
    pub async fn silent() -> io::Result<Self> {
        Self::start(Manner::Silent).await
    }

    /// Answers with bytes that are no message.
    pub async fn garbage() -> io::Result<Self> {
        Self::start(Manner::Garbage).await
    }

    /// Answers with the records of a name (in lower case, without the last dot) and type; `None` is NXDOMAIN.
    pub async fn knowing(
        records: impl Fn(&str, RecordType) -> Option<Vec<RData>> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::start(Manner::Knowing(Zone(Arc::new(records)))).await
    }

    /// Knows every domain: its mail goes to `mail.{domain}`, and every host is 127.0.0.1.
    pub async fn agreeing() -> io::Result<Self> {
        Self::knowing(|name, kind| Some(agreement(&format!("mail.{name}"), kind))).await
    }

    /// The same, with one mail exchange for everybody.
    pub async fn agreeing_on(exchange: &'static str) -> io::Result<Self> {
        Self::knowing(|_, kind| Some(agreement(exchange, kind))).await
    }

    /// Knows one address and one text for every name, and that its mail goes to `mail.` and the name.
    pub async fn telling(address: Ipv4Addr, text: &'static str) -> io::Result<Self> {
        Self::knowing(move |name, kind| {
            Some(match kind {
                RecordType::A => vec![RData::A(A(address))],
                RecordType::TXT => vec![RData::TXT(TXT::new(vec![text.to_owned()]))],
                kind => agreement(&format!("mail.{name}"), kind),
            })
        })
        .await
    }

    /// Passes every question on to another name server, and its answer back.
    pub async fn before(other: &Endpoint) -> io::Result<Self> {
        Self::start(Manner::Relay(address(other)?)).await
    }

    /// The same, but for DNSSEC, of which it has never heard.
    pub async fn old_before(other: &Endpoint) -> io::Result<Self> {
        Self::start(Manner::PlainRelay(address(other)?)).await
    }

    /// Where it answers.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint.clone()
    }

    /// Every question so far, as `example.com MX`, over UDP or TCP.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn start(manner: Manner) -> io::Result<Self> {
        let (listener, socket) = same_port().await?;
        let asked = Asked::default();
        let endpoint = peer::endpoint(listener.local_addr()?)?;
        let heard = Arc::clone(&asked);
        let same = manner.clone();
        let connections = Peer::on(listener, move |stream| {
            converse(stream, same.clone(), Arc::clone(&heard))
        })?;
        let datagrams = tokio::spawn(answer_datagrams(socket, manner, Arc::clone(&asked)));
        Ok(Self {
            endpoint,
            asked,
            datagrams,
            _connections: connections,
        })
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.datagrams.abort();
    }
}

fn address(of: &Endpoint) -> io::Result<SocketAddr> {
    of.to_string().parse().map_err(io::Error::other)
}

/// A port that is free for TCP need not be for UDP.
async fn same_port() -> io::Result<(TcpListener, UdpSocket)> {
    let mut last = io::ErrorKind::AddrInUse.into();
    for _ in 0..TRIES {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        match UdpSocket::bind(listener.local_addr()?).await {
            Ok(socket) => return Ok((listener, socket)),
            Err(why) => last = why,
        }
    }
    Err(last)
}

async fn answer_datagrams(socket: UdpSocket, manner: Manner, asked: Asked) {
    let socket = Arc::new(socket);
    let mut bytes = [0; MOST];
    while let Ok((length, from)) = socket.recv_from(&mut bytes).await {
        let Some(message) = bytes.get(..length).map(<[u8]>::to_vec) else {
            continue;
        };
        note(&asked, &message);
        let (socket, manner) = (Arc::clone(&socket), manner.clone());
        tokio::spawn(async move {
            if let Some(answer) = answer(&message, &manner).await {
                let _ = socket.send_to(&answer, from).await;
            }
        });
    }
}

/// Messages over TCP have their length before them (RFC 1035 section 4.2.2).
async fn converse(mut stream: TcpStream, manner: Manner, asked: Asked) -> io::Result<()> {
    loop {
        let mut message = vec![0; usize::from(stream.read_u16().await?)];
        stream.read_exact(&mut message).await?;
        note(&asked, &message);
        if let Some(answer) = answer(&message, &manner).await {
            stream
                .write_u16(u16::try_from(answer.len()).unwrap_or(u16::MAX))
                .await?;
            stream.write_all(&answer).await?;
        }
    }
}

async fn answer(query: &[u8], manner: &Manner) -> Option<Vec<u8>> {
    match manner {
        Manner::Silent => None,
        Manner::Garbage => Some(vec![0xff; 40]),
        Manner::Code(code) => refusal(query, *code),
        Manner::Knowing(zone) => zone.answer(query),
        Manner::Relay(to) => relay(query, *to).await.ok(),
        Manner::PlainRelay(to) => relay(&plain(query)?, *to).await.ok(),
    }
}

/// The question with its header turned into an answer's.
fn refusal(query: &[u8], code: u8) -> Option<Vec<u8>> {
    let (_, end) = question(query)?;
    let mut answer = query.get(..end)?.to_vec();
    let flags = answer.get_mut(2..4)?;
    flags.copy_from_slice(&[0x81, 0x80 | code]);
    // One question, and no record of any section.
    answer.get_mut(4..12)?.copy_from_slice(&[0, 1, 0, 0, 0, 0, 0, 0]);
    Some(answer)
}

/// Everything that a name server knows.
#[derive(Clone)]
struct Zone(Arc<Records>);

type Records = dyn Fn(&str, RecordType) -> Option<Vec<RData>> + Send + Sync;

impl Zone {
    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        let query = Message::from_vec(query).ok()?;
        let question = query.queries.first()?;
        let name = question.name().to_ascii().to_lowercase();
        let mut answer = query.clone().into_response();
        answer.metadata.recursion_available = true;
        answer.additionals.clear();
        match (self.0)(name.trim_end_matches('.'), question.query_type()) {
            Some(records) => {
                let record = |data| Record::from_rdata(question.name().clone(), TTL, data);
                answer.add_answers(records.into_iter().map(record));
            }
            None => answer.metadata.response_code = ResponseCode::NXDomain,
        }
        answer.to_vec().ok()
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Zone")
    }
}

/// A record where the question is one for an address or a mail exchange, and none where it is not.
fn agreement(exchange: &str, kind: RecordType) -> Vec<RData> {
    let mx = || {
        Some(RData::MX(MX::new(
            10,
            Name::from_ascii(format!("{exchange}.")).ok()?,
        )))
    };
    match kind {
        RecordType::A => vec![RData::A(A(Ipv4Addr::LOCALHOST))],
        RecordType::MX => mx().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The question alone: what asks for DNSSEC stands behind it (RFC 3225, RFC 6891).
fn plain(query: &[u8]) -> Option<Vec<u8>> {
    let (_, end) = question(query)?;
    let mut plain = query.get(..end)?.to_vec();
    plain.get_mut(10..12)?.fill(0);
    Some(plain)
}

async fn relay(query: &[u8], to: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(to).await?;
    stream
        .write_u16(u16::try_from(query.len()).map_err(io::Error::other)?)
        .await?;
    stream.write_all(query).await?;
    let mut answer = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

fn note(asked: &Asked, query: &[u8]) {
    if let Some((question, _)) = question(query) {
        asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(question);
    }
}

/// The first question of a message, and where it ends (RFC 1035 section 4.1.2).
fn question(query: &[u8]) -> Option<(String, usize)> {
    let mut at = 12;
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(query.get(at..at + length)?).to_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*query.get(at)?, *query.get(at + 1)?]);
    let kind = TYPES.iter().find(|(number, _)| *number == kind);
    let kind = kind.map_or("?", |(_, name)| name);
    Some((format!("{} {kind}", labels.join(".")), at + 4))
}

const TYPES: [(u16, &str); 10] = [
    (1, "A"),
    (2, "NS"),
    (12, "PTR"),
    (15, "MX"),
    (16, "TXT"),
    (28, "AAAA"),
    (43, "DS"),
    (48, "DNSKEY"),
    (52, "TLSA"),
    (257, "CAA"),
];
/// Of a record, in seconds.
const TTL: u32 = 60;
const MOST: usize = 4096;
const TRIES: usize = 16;
