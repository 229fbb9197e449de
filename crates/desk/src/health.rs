//! How the Desk itself is, and the hosts that it reads.

use crate::{Actor, Desk};
use engine::{net::host, site::Host};
use futures::future::join_all;
use model::{
    Permission, Result,
    health::{Database, Health, HostHealth},
    shown::Shown,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// What each host answered when it was asked last, by its name.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<BTreeMap<String, HostHealth>>);

impl Desk {
    pub async fn health(&self, who: &Actor) -> Result<Shown<Health>> {
        let grant = who.may(Permission::SeeChecks)?;
        Ok(grant.show(Health {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            database: Database {
                engine: self.0.store.engine().to_owned(),
                bytes: self.0.store.size().await.ok(),
            },
            sweeps: self.sweeps(),
            audits: self.audits().await,
            hosts: self.known_hosts(),
            missing_secrets: self.missing_secrets(),
            domains: self.0.latest.count(),
            now: self.now(),
        }))
    }

    /// One that the Desk has made itself is not missing.
    fn missing_secrets(&self) -> Vec<String> {
        let missing = self.0.setup.missing_secrets.iter();
        missing.filter(|key| !self.has_made(key)).cloned().collect()
    }

    /// The hosts of the configuration as they answered the schedule last, those that do not answer first.
    pub fn hosts(&self, who: &Actor) -> Result<Shown<Vec<HostHealth>>> {
        let grant = who.may(Permission::SeeChecks)?;
        Ok(grant.show(self.known_hosts()))
    }

    pub(crate) fn known_hosts(&self) -> Vec<HostHealth> {
        let answers = self.0.answers.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |name: &str, host| {
            answers
                .get(name)
                .cloned()
                .unwrap_or_else(|| self.unasked(name, host))
        };
        let hosts = self.0.setup.hosts.iter();
        let mut hosts: Vec<HostHealth> = hosts.map(|(name, host)| known(name, host)).collect();
        hosts.sort_by(|a, b| (a.reachable, &a.name).cmp(&(b.reachable, &b.name)));
        hosts
    }

    /// Asks every host whether it answers, all at once. Each question is bounded.
    pub(crate) async fn ask_hosts(&self) {
        let asked = self.0.setup.hosts.iter().map(|(name, host)| async move {
            let answer = self.0.engine.reach(host).await;
            let (now, reachable) = (self.now(), Some(answer.is_ok()));
            let mut answers = self.0.answers.0.lock().unwrap_or_else(PoisonError::into_inner);
            let before = answers.get(name).filter(|before| before.reachable == reachable);
            let health = HostHealth {
                reachable,
                since: before.map_or(Some(now), |before| before.since),
                fault: answer.err(),
                checked_at: Some(now),
                ..self.unasked(name, host)
            };
            answers.insert(name.clone(), health);
        });
        join_all(asked).await;
    }

    fn unasked(&self, name: &str, at: &Host) -> HostHealth {
        let sites = self.0.setup.sites.iter();
        let on_it = sites.filter(|site| site.host == *at || site.proxy_host.as_ref() == Some(at));
        HostHealth {
            name: name.to_owned(),
            via: host::name(at),
            sites: on_it.map(|site| site.name.clone()).collect(),
            reachable: None,
            fault: None,
            since: None,
            checked_at: None,
        }
    }
}
