//! The checks of DNS against a real name server, and against servers that cannot be believed.

mod caa;
mod dkim;
mod dmarc;
mod mail;
mod mta_sts;
mod ptr;
mod spf;
mod tls_rpt;
mod tlsa;

use super::{LIMITS, Verdict, domain};
use engine::{Check, Engine, Site, Trust, checks, net::dns::Anchors};
use model::{Code, Domain, Group, State, Step};
use std::{net::IpAddr, sync::Arc};
use testkit::{
    Port, clock,
    dns::NameServer,
    servers::{Knot, Zone, knot},
};

/// A name server with the zones of a story, and the site that asks it.
struct World {
    knot: Knot,
    site: Site,
    anchors: Anchors,
}

/// A domain's name below `example`, its records, and what is said of it.
type Story<'a> = (&'a str, &'a str, State, Code);

impl World {
    fn of(zones: &[Zone]) -> Self {
        let knot = knot(zones);
        let site = Site {
            name: "vm112".to_owned(),
            resolver: Some(knot.endpoint()),
            sets: vec![Group::MailDns],
            ..Site::default()
        };
        Self {
            knot,
            site,
            anchors: Anchors::default(),
        }
    }

    /// One zone of the name with these records.
    fn with(name: &str, records: &str) -> Self {
        Self::of(&[Zone::new(name, records)])
    }

    /// One zone for each story, and `example` above them all.
    fn telling(stories: &[Story<'_>]) -> Self {
        let zones = stories
            .iter()
            .map(|(name, records, ..)| Zone::new(&format!("{name}.example"), *records));
        Self::of(&zones.chain([Zone::new("example", "")]).collect::<Vec<_>>())
    }

    async fn agrees(&self, check: &str, stories: &[Story<'_>]) {
        for (name, records, state, code) in stories {
            let step = self.step(check, &format!("{name}.example")).await;
            let seen = &step.evidence;
            assert_eq!(
                (step.state, step.code),
                (*state, *code),
                "{name}: {records}\n{seen:?}"
            );
            assert_eq!(seen.resolver, Some(self.knot.endpoint().to_string()), "{name}");
            assert!(seen.question.is_some(), "{name}");
        }
    }

    fn expecting(mut self, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|text| text.parse::<IpAddr>().unwrap());
        self.site.expected_addresses = addresses.collect();
        self
    }

    async fn step(&self, check: &str, name: &str) -> Step {
        let chosen = [checks::find(check).unwrap()];
        self.sweep(&[domain(name)], &chosen).await.remove(0).remove(0)
    }

    async fn verdict(&self, check: &str, name: &str) -> Verdict {
        let step = self.step(check, name).await;
        (step.state, step.code)
    }

    async fn sweep(&self, domains: &[Domain], chosen: &[&'static Check]) -> Vec<Vec<Step>> {
        let sites = std::slice::from_ref(&self.site);
        let engine = Engine::new(sites, Trust::nobody(), LIMITS, Arc::new(clock::now)).unwrap();
        let domains: Vec<&Domain> = domains.iter().collect();
        let sweep = Arc::new(engine.with_anchors(self.anchors.clone())).sweep();
        sweep.run(&self.site, &domains, chosen).await
    }

    /// A check says `unknown`, and why, where nobody answers what it asks.
    async fn knows_nothing_without_answers(mut self, check: &str, name: &str) {
        let closed = Port::new().unwrap();
        let servers = [
            (NameServer::failing().await.unwrap(), "SERVFAIL"),
            (NameServer::refusing().await.unwrap(), "REFUSED"),
            (NameServer::silent().await.unwrap(), "no answer within"),
            (NameServer::garbage().await.unwrap(), ""),
        ];
        let servers = servers.iter().map(|(server, why)| (server.endpoint(), *why));
        for (server, why) in servers.chain([(closed.endpoint(), "")]) {
            self.site.resolver = Some(server.clone());
            let step = self.step(check, name).await;
            assert_eq!(
                (step.state, step.code),
                (State::Unknown, Code::DnsFailed),
                "{check} {why}"
            );
            let detail = step.evidence.detail.unwrap();
            assert!(detail.contains(why), "{check}: {detail}");
            assert_eq!(step.evidence.resolver, Some(server.to_string()));
        }
    }
}

#[tokio::test]
async fn every_question_of_every_check_is_asked_once_a_sweep() {
    let texts = "@ TXT \"v=spf1 mx a:mail.a.example include:_spf.a.example -all\"\n_spf TXT \"v=spf1 ip4:192.0.2.1 -all\"\n\
                 _dmarc TXT \"v=DMARC1; p=reject\"\ns1._domainkey TXT \"v=DKIM1; p=\"\n_smtp._tls TXT \"other\"\n";
    let zones = [
        Zone::new("example", ""),
        Zone::new("a.example", format!("@ MX 10 mail\nmail A 192.0.2.1\n{texts}")),
        Zone::new("2.0.192.in-addr.arpa", "1 PTR mail.a.example."),
    ];
    let mut world = World::of(&zones);
    let between = NameServer::before(&world.knot.endpoint()).await.unwrap();
    world.site.resolver = Some(between.endpoint());
    world.site.dkim_selectors = vec!["s1".to_owned()];
    let of_dns = |check: &&&'static Check| check.id.as_str().starts_with("dns_");
    let chosen: Vec<_> = checks::ALL.iter().filter(of_dns).copied().collect();
    let domains = [domain("a.example"), domain("a.example")];
    let sweep = world.sweep(&domains, &chosen).await;
    assert!(
        sweep
            .iter()
            .all(|steps| steps.len() == chosen.len() && chosen.len() == 9)
    );
    let mut asked = between.asked();
    asked.sort_unstable();
    let all = asked.clone();
    asked.dedup();
    assert_eq!(all, asked);
    assert!(asked.len() > 12, "{asked:?}");
}
