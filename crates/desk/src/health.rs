//! How the Desk itself is.

use crate::{Actor, Desk};
use engine::site::Host;
use model::{
    Permission, Result,
    health::{Database, Health, HostHealth},
};
use std::{collections::BTreeMap, time::Duration};
use tokio::{task::JoinSet, time::timeout};

impl Desk {
    pub async fn health(&self, who: &Actor) -> Result<Health> {
        who.may(Permission::SeeChecks)?;
        let (answered, hosts) = tokio::join!(self.0.store.ping(), self.hosts(who));
        Ok(Health {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            database: Database {
                engine: self.0.store.engine().to_owned(),
                answers: answered.is_ok(),
            },
            sweeps: self.sweeps(),
            hosts: hosts?,
            missing_secrets: self.0.setup.missing_secrets.clone(),
            domains: self.0.latest.domains().len(),
            now: self.now(),
        })
    }

    /// Every host that a site names, asked now and all at once.
    pub async fn hosts(&self, who: &Actor) -> Result<Vec<HostHealth>> {
        who.may(Permission::SeeChecks)?;
        let mut sites: BTreeMap<String, (Host, Vec<String>)> = BTreeMap::new();
        for site in &self.0.setup.sites {
            for host in std::iter::once(&site.host).chain(&site.proxy_host) {
                let known = sites.entry(engine::net::host::name(host));
                let (_, sites) = known.or_insert_with(|| (host.clone(), Vec::new()));
                if sites.last() != Some(&site.name) {
                    sites.push(site.name.clone());
                }
            }
        }
        let mut asked = JoinSet::new();
        for (name, (host, sites)) in sites {
            let engine = self.0.engine.clone();
            asked.spawn(async move {
                let answer = timeout(PATIENCE, engine.reach(&host)).await;
                let late = || Err(format!("{} s", PATIENCE.as_secs()));
                HostHealth {
                    fault: answer.unwrap_or_else(|_| late()).err(),
                    name,
                    sites,
                }
            });
        }
        let mut hosts = asked.join_all().await;
        hosts.sort_by(|a, b| (a.fault.is_none(), &a.name).cmp(&(b.fault.is_none(), &b.name)));
        Ok(hosts)
    }
}

/// A page waits no longer for a host that does not answer.
const PATIENCE: Duration = Duration::from_secs(3);
