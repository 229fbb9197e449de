//! `check_host()` of RFC 7208 section 4, over the answers that the sweep has already and those that it lacks.

use crate::{
    Facts,
    net::dns::{Record, RecordType, reverse},
    wire::spf::{Expansion, Mechanism, Prefixes, Spf, Template, Verdict},
};
use futures::{FutureExt, future::BoxFuture};
use model::evidence::Outcome;
use std::net::IpAddr;

/// One sender, judged by a domain's record and those that it includes.
pub(super) struct Evaluation<'a> {
    facts: &'a Facts<'a>,
    address: IpAddr,
    lookups: usize,
    /// Lookups that found nothing.
    voids: usize,
}

/// Why there is no verdict.
pub(super) enum Stop {
    TooManyLookups,
    /// `permerror`, and why.
    Invalid(String),
    /// `temperror`: an answer is missing.
    Unknown(Box<Outcome>),
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(facts: &'a Facts<'a>, address: IpAddr) -> Self {
        Self {
            facts,
            address,
            lookups: 0,
            voids: 0,
        }
    }

    /// The verdict of the first directive that matches. How deep records include each other is bounded by
    /// the number of lookups.
    pub(super) fn verdict<'b>(
        &'b mut self,
        domain: &'b str,
        spf: &'b Spf,
    ) -> BoxFuture<'b, Result<Verdict, Stop>> {
        async move {
            for directive in &spf.directives {
                if self.matches(&directive.mechanism, domain).await? {
                    return Ok(directive.verdict);
                }
            }
            let Some(redirect) = &spf.redirect else {
                return Ok(Verdict::Neutral);
            };
            self.count()?;
            let to = self.name(Some(redirect), domain)?;
            let spf = self.record(&to).await?;
            self.verdict(&to, &spf).await
        }
        .boxed()
    }

    async fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Address(network, bits) => Ok(is_within(self.address, *network, *bits)),
            Mechanism::Include(template) => {
                self.count()?;
                let to = self.name(Some(template), domain)?;
                let spf = self.record(&to).await?;
                Ok(self.verdict(&to, &spf).await? == Verdict::Pass)
            }
            Mechanism::A(template, prefixes) => {
                self.count()?;
                let host = self.name(template.as_ref(), domain)?;
                let addresses = self.addresses(&host).await?;
                self.note(addresses.is_empty())?;
                Ok(self.is_among(&addresses, *prefixes))
            }
            Mechanism::Mx(template, prefixes) => {
                let of = self.name(template.as_ref(), domain)?;
                self.is_exchange(&of, *prefixes).await
            }
            Mechanism::Exists(template) => {
                self.count()?;
                let name = self.name(Some(template), domain)?;
                let is_there = !self.ask(&name, RecordType::A).await?.is_empty();
                self.note(!is_there)?;
                Ok(is_there)
            }
            Mechanism::Ptr(template) => {
                self.count()?;
                let under = self.name(template.as_ref(), domain)?;
                Ok(self.is_named_under(&under).await)
            }
        }
    }

    async fn is_exchange(&mut self, domain: &str, prefixes: Prefixes) -> Result<bool, Stop> {
        self.count()?;
        let records = self.ask(domain, RecordType::MX).await?;
        self.note(records.is_empty())?;
        let hosts: Vec<_> = records.iter().filter_map(Record::exchange).collect();
        if hosts.len() > MOST_HOSTS {
            return Err(Stop::Invalid(format!("{domain} has more than {MOST_HOSTS} MX")));
        }
        for (_, host) in hosts {
            let addresses = self.addresses(host).await?;
            if self.is_among(&addresses, prefixes) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Section 5.5; what cannot be asked for does not match.
    async fn is_named_under(&self, domain: &str) -> bool {
        let Ok(records) = self.ask(&reverse(self.address), RecordType::PTR).await else {
            return false;
        };
        for name in records.iter().filter_map(Record::pointer).take(MOST_HOSTS) {
            let is_under = name
                .strip_suffix(domain)
                .is_some_and(|above| above.is_empty() || above.ends_with('.'));
            if is_under
                && self
                    .addresses(name)
                    .await
                    .is_ok_and(|all| all.contains(&self.address))
            {
                return true;
            }
        }
        false
    }

    /// The one record of an included domain.
    async fn record(&self, domain: &str) -> Result<Spf, Stop> {
        let records = self.ask(domain, RecordType::TXT).await?;
        let texts = records.iter().filter_map(Record::text);
        let texts: Vec<_> = texts.filter(|text| Spf::is_meant(text)).collect();
        match texts.as_slice() {
            [text] => Spf::read(text).map_err(|why| Stop::Invalid(format!("{domain}: {why}"))),
            [] => Err(Stop::Invalid(format!("{domain} has no SPF record"))),
            _ => Err(Stop::Invalid(format!("{domain} has several SPF records"))),
        }
    }

    /// Of the sender's family.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Stop> {
        let kind = if self.address.is_ipv4() {
            RecordType::A
        } else {
            RecordType::AAAA
        };
        let records = self.ask(host, kind).await?;
        Ok(records.iter().filter_map(Record::address).collect())
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Result<Vec<Record>, Stop> {
        let answer = self.facts.dns(name, kind).await;
        let records = answer.records().map(<[Record]>::to_vec);
        records.map_err(|outcome| Stop::Unknown(Box::new(outcome)))
    }

    fn name(&self, template: Option<&Template>, domain: &str) -> Result<String, Stop> {
        let Some(template) = template else {
            return Ok(domain.to_owned());
        };
        let name = template.expand(&Expansion {
            address: self.address,
            domain,
            sender: self.facts.domain.name.as_str(),
            helo: self.facts.domain.mail_host.as_str(),
        });
        let fits = name.len() <= 253 && name.split('.').all(|label| (1..=63).contains(&label.len()));
        if fits {
            Ok(name)
        } else {
            Err(Stop::Invalid(format!("{name:?} is no domain name")))
        }
    }

    fn is_among(&self, addresses: &[IpAddr], prefixes: Prefixes) -> bool {
        let bits = if self.address.is_ipv4() {
            prefixes.four
        } else {
            prefixes.six
        };
        addresses
            .iter()
            .any(|network| is_within(self.address, *network, bits))
    }

    fn count(&mut self) -> Result<(), Stop> {
        self.lookups += 1;
        if self.lookups > MOST_LOOKUPS {
            return Err(Stop::TooManyLookups);
        }
        Ok(())
    }

    fn note(&mut self, is_void: bool) -> Result<(), Stop> {
        self.voids += usize::from(is_void);
        if self.voids > MOST_VOIDS {
            return Err(Stop::Invalid(format!(
                "more than {MOST_VOIDS} of its lookups find nothing"
            )));
        }
        Ok(())
    }
}

fn is_within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            (address.to_bits() ^ network.to_bits()) & mask == 0
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            (address.to_bits() ^ network.to_bits()) & mask == 0
        }
        _ => false,
    }
}

// RFC 7208 section 4.6.4.
const MOST_LOOKUPS: usize = 10;
const MOST_VOIDS: usize = 2;
const MOST_HOSTS: usize = 10;
