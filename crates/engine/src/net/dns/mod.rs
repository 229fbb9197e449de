//! DNS questions (RFC 1035) and their answers, by a site's resolver or the system's, with proof (DNSSEC,
//! RFC 4035) where a check asks for it. Names are fully qualified: no search domain and no hosts file counts.

mod record;
mod resolver;

pub use hickory_resolver::proto::rr::RecordType;
pub use record::Record;
pub use resolver::{Anchors, Resolver};

use hickory_resolver::proto::rr::Name;
use model::{Code, Endpoint, Evidence, evidence::Outcome};
use std::{fmt, net::IpAddr};

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
