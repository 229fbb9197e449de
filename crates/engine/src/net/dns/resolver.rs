//! Who is asked: one name server, or the system's, over UDP and over TCP where an answer does not fit.

use super::{Question, Record, Said};
use crate::net::Limits;
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    lookup::Lookup,
    net::{DnsError, NetError, NoRecords, runtime::TokioRuntimeProvider},
    proto::{
        dnssec::{Proof, TrustAnchors},
        op::ResponseCode,
        rr::{Name, Record as Found, RecordType},
    },
    system_conf::read_system_conf,
};
use model::Endpoint;
use std::{fmt, str::FromStr, sync::Arc};
use tokio::time::timeout;

/// The keys that a proof may begin at; the root's, unless others are named.
#[derive(Clone)]
pub struct Anchors {
    keys: Arc<TrustAnchors>,
    /// A zone that one of the keys is of.
    zone: Name,
}

impl FromStr for Anchors {
    type Err = String;

    /// Reads `DNSKEY` records, as a trust anchor's file has them.
    fn from_str(text: &str) -> Result<Self, String> {
        let keys = TrustAnchors::from_str(text).map_err(|why| why.to_string())?;
        let zone = text.split_whitespace().next().unwrap_or_default();
        Ok(Self {
            keys: Arc::new(keys),
            zone: Name::from_ascii(zone).map_err(|why| why.to_string())?,
        })
    }
}

impl Default for Anchors {
    /// IANA's keys of the root zone.
    fn default() -> Self {
        Self {
            keys: Arc::new(TrustAnchors::default()),
            zone: Name::root(),
        }
    }
}

/// Asks one name server, or those that the system names. It remembers nothing: who asks twice, asks twice.
#[derive(Clone)]
pub struct Resolver {
    pool: TokioResolver,
    /// Where it asks for proof.
    zone: Option<Name>,
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
        if let Some(Anchors { keys, .. }) = anchors {
            builder = builder.with_trust_anchor(Arc::clone(keys));
        }
        Ok(Self {
            pool: builder.build().map_err(|why| why.to_string())?,
            zone: anchors.map(|anchors| anchors.zone.clone()),
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
        let asking = async {
            match self.pool.lookup(name, question.kind).await {
                Ok(lookup) => said(&lookup, question),
                Err(NetError::Timeout) => silent(self.limits),
                Err(why) => match absence(why) {
                    Said::Bogus if !self.hands_on_proofs().await => Said::Failed(NO_PROOFS.to_owned()),
                    said => said,
                },
            }
        };
        let asked = timeout(self.limits.whole, asking).await;
        asked.unwrap_or_else(|_| silent(self.limits))
    }

    /// A resolver that drops signatures makes everything look forged: it does so with the anchor's own keys.
    async fn hands_on_proofs(&self) -> bool {
        let Some(zone) = &self.zone else {
            return false;
        };
        let keys = self.pool.lookup(zone.clone(), RecordType::DNSKEY).await;
        keys.is_ok_and(|keys| {
            keys.answers()
                .iter()
                .any(|found| found.record_type() == RecordType::RRSIG)
        })
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
    let is_open = |found: &Found| found.proof == Proof::Indeterminate;
    if question.with_proof && answers().any(is_open) {
        return Said::Failed(NO_PROOFS.to_owned());
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

const NO_PROOFS: &str = "the resolver does not hand on DNSSEC's signatures or keys";
