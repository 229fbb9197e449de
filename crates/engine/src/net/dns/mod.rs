//! DNS questions (RFC 1035) and their answers, by a site's resolver or the system's, with proof (DNSSEC,
//! RFC 4035) where a check asks for it. Names are fully qualified: no search domain and no hosts file counts.

mod record;

pub use hickory_resolver::proto::rr::RecordType;
pub use record::Record;

use super::Limits;
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    lookup::Lookup,
    net::{DnsError, NetError, NoRecords, runtime::TokioRuntimeProvider},
    proto::{
        dnssec::{Proof, TrustAnchors},
        op::ResponseCode,
        rr::Name,
    },
    system_conf::read_system_conf,
};
use model::{Code, Endpoint, Evidence, evidence::Outcome};
use std::{fmt, net::IpAddr, str::FromStr, sync::Arc};
use tokio::time::timeout;

/// The name at which an address has its `PTR` (RFC 1035 section 3.5, RFC 3596 section 2.5).
pub fn reverse(address: IpAddr) -> String {
    Name::from(address).to_ascii()
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// Lower-case, without the last dot.
    pub name: Box<str>,
    pub kind: RecordType,
    /// Whether the answer must be proved from a trust anchor down.
    pub with_proof: bool,
}

impl Question {
    pub fn new(name: &str, kind: RecordType) -> Self {
        Self {
            name: name.trim_end_matches('.').to_ascii_lowercase().into(),
            kind,
            with_proof: false,
        }
    }

    #[must_use]
    pub fn with_proof(self) -> Self {
        Self {
            with_proof: true,
            ..self
        }
    }
}

/// `example.com MX`, as `dig` takes it.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind)
    }
}

/// A question, who was asked, and what was said.
#[derive(Debug)]
pub struct Answer {
    pub question: Question,
    /// `None`: the system's resolver.
    pub resolver: Option<Endpoint>,
    pub said: Said,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// At least one of the kind that was asked for, found at the name or at the end of its aliases. There are
    /// no more than fit into a message, which is 64 kB (RFC 1035 section 4.2.2).
    Records {
        records: Vec<Record>,
        /// Proved by DNSSEC; false where no proof was asked for.
        is_proved: bool,
    },
    /// The name exists, and has nothing of this kind.
    NoRecord,
    NoSuchName,
    /// The signatures are wrong or missing where they have to be.
    Bogus,
    /// Nothing is known: `SERVFAIL`, `REFUSED`, no answer in time, no sense in it.
    Failed(String),
}

impl Answer {
    /// The records, none where there are none; `Err` where nothing is known, and is the check's outcome.
    pub fn records(&self) -> Result<&[Record], Outcome> {
        match &self.said {
            Said::Records { records, .. } => Ok(records),
            Said::NoRecord | Said::NoSuchName => Ok(&[]),
            Said::Bogus => Err(Outcome::fail(Code::DnssecBogus, self.seen())),
            Said::Failed(why) => Err(Outcome::unknown(Code::DnsFailed, self.seen().detail(why))),
        }
    }

    /// The same, for a check to which an absent record is a failure.
    pub fn demanded(&self) -> Result<&[Record], Outcome> {
        match &self.said {
            Said::NoSuchName => Err(Outcome::fail(Code::NoSuchName, self.seen())),
            Said::NoRecord => Err(Outcome::fail(Code::NoRecord, self.seen())),
            _ => self.records(),
        }
    }

    /// The question, who was asked, and the records that were found.
    pub fn seen(&self) -> Evidence {
        let records: &[Record] = match &self.said {
            Said::Records { records, .. } => records,
            _ => &[],
        };
        let seen = Evidence {
            question: Some(self.question.to_string()),
            resolver: self.resolver.as_ref().map(Endpoint::to_string),
            ..Evidence::default()
        };
        seen.found(records.iter().map(Record::to_string))
    }
}

/// The keys that a proof may begin at; the root's, unless others are named.
#[derive(Clone)]
pub struct Anchors(Arc<TrustAnchors>);

impl FromStr for Anchors {
    type Err = String;

    /// Reads `DNSKEY` records, as a trust anchor's file has them.
    fn from_str(text: &str) -> Result<Self, String> {
        let anchors = TrustAnchors::from_str(text).map_err(|why| why.to_string())?;
        Ok(Self(Arc::new(anchors)))
    }
}

impl Default for Anchors {
    /// IANA's keys of the root zone.
    fn default() -> Self {
        Self(Arc::new(TrustAnchors::default()))
    }
}

/// Asks one name server, or those that the system names. It remembers nothing: who asks twice, asks twice.
#[derive(Clone)]
pub struct Resolver {
    resolver: TokioResolver,
    limits: Limits,
}

impl Resolver {
    /// The error says why nobody can be asked.
    pub async fn new(
        server: Option<&Endpoint>,
        anchors: Option<&Anchors>,
        limits: Limits,
    ) -> Result<Self, String> {
        let servers = match server {
            Some(endpoint) => vec![name_server(endpoint).await?],
            None => {
                read_system_conf()
                    .map_err(|why| format!("the system's resolver: {why}"))?
                    .0
                    .name_servers
            }
        };
        let mut options = ResolverOpts::default();
        options.timeout = limits.connect;
        // A datagram may be lost: it is sent once more.
        options.attempts = 1;
        options.num_concurrent_reqs = 1;
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        let config = ResolverConfig::from_name_servers(servers);
        let mut builder =
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).with_options(options);
        if let Some(Anchors(anchors)) = anchors {
            builder = builder.with_trust_anchor(Arc::clone(anchors));
        }
        Ok(Self {
            resolver: builder.build().map_err(|why| why.to_string())?,
            limits,
        })
    }

    /// One query, with what its aliases and its proof cost beyond it. It goes over UDP, and over TCP where
    /// the answer does not fit.
    pub async fn ask(&self, question: &Question) -> Said {
        let Ok(mut name) = Name::from_ascii(&question.name) else {
            return Said::Failed("the name cannot be asked for".to_owned());
        };
        name.set_fqdn(true);
        match timeout(self.limits.whole, self.resolver.lookup(name, question.kind)).await {
            Ok(Ok(lookup)) => said(&lookup, question),
            Ok(Err(NetError::Timeout)) | Err(_) => silent(self.limits),
            Ok(Err(why)) => absence(why),
        }
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver")
    }
}

impl fmt::Debug for Anchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Anchors")
    }
}

async fn name_server(endpoint: &Endpoint) -> Result<NameServerConfig, String> {
    let mut addresses = tokio::net::lookup_host((endpoint.host(), endpoint.port()))
        .await
        .map_err(|why| format!("{endpoint}: {why}"))?;
    let address = addresses
        .next()
        .ok_or_else(|| format!("{endpoint}: the name has no address"))?;
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    Ok(NameServerConfig::new(address.ip(), true, connections.into()))
}

fn said(lookup: &Lookup, question: &Question) -> Said {
    let answers = || {
        lookup
            .answers()
            .iter()
            .filter(|found| found.record_type() == question.kind)
    };
    let records: Vec<_> = answers().filter_map(|found| Record::of(&found.data)).collect();
    if records.is_empty() {
        return Said::NoRecord;
    }
    // An alias on the way must be proved too.
    let is_proved = lookup
        .answers()
        .iter()
        .filter(|found| found.record_type() == question.kind || found.record_type() == RecordType::CNAME)
        .all(|found| found.proof == Proof::Secure);
    let is_open = |found: &hickory_resolver::proto::rr::Record| found.proof == Proof::Indeterminate;
    if question.with_proof && answers().any(is_open) {
        return Said::Failed("DNSSEC: the zone's keys could not be asked for".to_owned());
    }
    Said::Records { records, is_proved }
}

fn absence(why: NetError) -> Said {
    match why {
        NetError::Dns(DnsError::NoRecordsFound(none)) => nothing(&none),
        NetError::Dns(DnsError::ResponseCode(ResponseCode::ServFail)) => Said::Failed("SERVFAIL".to_owned()),
        NetError::Dns(DnsError::ResponseCode(ResponseCode::Refused)) => Said::Failed("REFUSED".to_owned()),
        NetError::Dns(
            DnsError::DnssecBogus
            | DnsError::Nsec {
                proof: Proof::Bogus, ..
            },
        ) => Said::Bogus,
        why => Said::Failed(why.to_string()),
    }
}

fn nothing(none: &NoRecords) -> Said {
    match none.response_code {
        ResponseCode::NXDomain => Said::NoSuchName,
        // "Ask those": what an authoritative server says that should have been a resolver.
        _ if none.soa.is_none() && none.ns.is_some() => {
            Said::Failed("a referral: this server resolves no names".to_owned())
        }
        _ => Said::NoRecord,
    }
}

fn silent(limits: Limits) -> Said {
    Said::Failed(format!("no answer within {} s", limits.whole.as_secs_f32()))
}
