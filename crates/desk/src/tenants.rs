//! The customers: how many domains each has, how they are, and what is open.

use crate::{Actor, Desk, internal};
use model::{
    Permission, Result,
    onboarding::{Tenant, Tenants},
    shown::Shown,
};
use std::collections::BTreeMap;

impl Desk {
    /// At most `most` tenants by name, from the first behind `after`. Whose a ticket is, its domain says now; one of a
    /// domain that nobody watches is whose it was when it was opened.
    pub async fn tenants(&self, who: &Actor, after: Option<&str>, most: usize) -> Result<Shown<Tenants>> {
        let grant = who.may(Permission::SeeChecks)?;
        let counted = self.0.latest.tenants().into_iter();
        let mut tenants: BTreeMap<String, Tenant> = counted
            .map(|(name, (domains, ready))| {
                let tenant = Tenant {
                    domains,
                    ready,
                    ..nobody(&name)
                };
                (name, tenant)
            })
            .collect();
        for live in self.0.store.live_tickets().await.map_err(internal)? {
            let watched = live.domain.and_then(|domain| self.0.latest.domain(&domain));
            let name = watched.map_or(live.tenant, |domain| domain.tenant);
            if let Some(name) = name {
                let tenant = tenants.entry(name.clone()).or_insert_with(|| nobody(&name));
                tenant.open_tickets += live.count;
            }
        }
        let behind = |tenant: &Tenant| after.is_none_or(|after| tenant.name.as_str() > after);
        let mut items: Vec<Tenant> = tenants.into_values().filter(behind).collect();
        let more = items.len() > most;
        items.truncate(most);
        let last = items.last().filter(|_| more);
        Ok(grant.show(Tenants {
            next_cursor: last.map(|tenant| tenant.name.clone()),
            items,
        }))
    }
}

fn nobody(name: &str) -> Tenant {
    Tenant {
        name: name.to_owned(),
        domains: 0,
        ready: 0,
        open_tickets: 0,
    }
}
