//! What DNS says, asked once a sweep.

use super::Facts;
use crate::net::dns::{Answer, Question, Record, RecordType, Resolver, Said};
use futures::future::join;
use model::{Evidence, evidence::Outcome};
use std::{net::IpAddr, sync::Arc};

/// Where a host is.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// Never empty.
    pub all: Vec<IpAddr>,
    /// The question that had an answer, and both families' records.
    pub seen: Evidence,
    /// What is to be said where an address that is not among them decides: one family had no answer.
    pub unknown: Option<Outcome>,
}

impl Facts<'_> {
    /// The answer of the site's resolver, or the system's.
    pub async fn dns(&self, name: &str, kind: RecordType) -> Arc<Answer> {
        self.ask(Question::new(name, kind)).await
    }

    /// The same, proved from a trust anchor down.
    pub async fn proved_dns(&self, name: &str, kind: RecordType) -> Arc<Answer> {
        self.ask(Question::new(name, kind).with_proof()).await
    }

    /// Both families' addresses of a host; `Err` where there is none, or none is known.
    pub async fn addresses(&self, host: &str) -> Result<Addresses, Outcome> {
        let families = join(self.dns(host, RecordType::A), self.dns(host, RecordType::AAAA));
        let (four, six) = families.await;
        let (in_four, in_six) = (four.records(), six.records());
        let records = [in_four.as_ref(), in_six.as_ref()].into_iter().flatten();
        let all: Vec<IpAddr> = records.copied().flatten().filter_map(Record::address).collect();
        let unknown = in_four.err().or(in_six.err());
        if all.is_empty() {
            // Neither family: the first says whether the name exists at all.
            return Err(match (unknown, four.demanded()) {
                (Some(unknown), _) | (None, Err(unknown)) => unknown,
                (None, Ok(_)) => Outcome::unknown(model::Code::DnsFailed, four.seen()),
            });
        }
        let answered = if four.seen().found.is_empty() { &six } else { &four };
        let seen = answered.seen().found(all.iter().map(IpAddr::to_string));
        Ok(Addresses { all, seen, unknown })
    }

    /// Where the site's mail comes from: the addresses that it names, or its mail host's. Never empty.
    pub async fn senders(&self) -> Result<Vec<IpAddr>, Outcome> {
        let expected = &self.site.expected_addresses;
        if !expected.is_empty() {
            return Ok(expected.clone());
        }
        let addresses = self.addresses(self.domain.mail_host.as_str()).await?;
        match addresses.unknown {
            Some(unknown) => Err(unknown),
            None => Ok(addresses.all),
        }
    }

    async fn ask(&self, question: Question) -> Arc<Answer> {
        let resolver = self.site.resolver.clone();
        let key = (resolver.clone(), question.clone());
        let sweep = self.sweep;
        sweep
            .answers
            .once(key, || async {
                let asked = self.resolver(question.with_proof).await;
                let said = match asked {
                    Ok(asked) => asked.ask(&question).await,
                    Err(why) => Said::Failed(why),
                };
                Arc::new(Answer {
                    question,
                    resolver,
                    said,
                })
            })
            .await
    }

    /// A sweep has resolvers of its own, so that it sees what has changed since the last: the system's
    /// settings, and every answer.
    async fn resolver(&self, with_proof: bool) -> Result<Resolver, String> {
        let engine = &self.sweep.engine;
        let server = self.site.resolver.as_ref();
        let anchors = with_proof.then_some(&engine.anchors);
        let key = (server.cloned(), with_proof);
        let make = || Resolver::new(server, anchors, engine.limits);
        self.sweep.resolvers.once(key, make).await
    }
}
