//! The picture of now: every domain and what its checks last said, in memory, so that a board of thousands is
//! read without a query. The database stays the truth: it is read at the start, and this follows each commit.

mod known;
mod switches;

pub(crate) use known::verdict_of;

use engine::{Check, Site};
use known::Known;
use model::{Domain, DomainName, Language, State, board::Row, event::What};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};
use store::{Run, Store, StoredStep};
use switches::Switches;

#[derive(Clone, Debug)]
pub(crate) struct Latest {
    all: Arc<RwLock<Domains>>,
    switches: Arc<Switches>,
}

type Domains = BTreeMap<DomainName, Known>;

impl Latest {
    pub(crate) async fn load(store: &Store, sites: &[Site]) -> Result<Self, store::Error> {
        let mut all = Domains::new();
        for domain in store.domains().await? {
            all.insert(domain.name.clone(), Known::new(domain));
        }
        for (domain, cells) in store.cells().await? {
            if let Some(known) = all.get_mut(&domain) {
                for cell in &cells {
                    known.recall(cell);
                }
            }
        }
        let fault = |step: StoredStep| {
            if let Some(known) = all.get_mut(&step.domain) {
                known.offer(&step.check, step.code, &step.evidence);
            }
        };
        store.each_fault(fault).await?;
        Ok(Self {
            all: Arc::new(RwLock::new(all)),
            switches: Arc::new(Switches::of(sites)),
        })
    }

    /// Reads one domain anew: after a run of some of its checks, what the others said counts as before.
    pub(crate) async fn reload(&self, store: &Store, name: &DomainName) -> Result<(), store::Error> {
        let steps = store.steps(Some(name)).await?;
        if let Some(known) = self.write().get_mut(name) {
            *known = Known::new(known.domain.clone());
            for step in &steps {
                known.recall(&step.cell());
            }
            for step in &steps {
                known.offer(&step.check, step.code, &step.evidence);
            }
        }
        Ok(())
    }

    /// Follows a domain that came or was edited.
    pub(crate) fn put(&self, domain: Domain) {
        let mut all = self.write();
        if let Some(known) = all.get_mut(&domain.name) {
            known.domain = domain;
        } else {
            all.insert(domain.name.clone(), Known::new(domain));
        }
    }

    /// Follows a domain that went.
    pub(crate) fn remove(&self, domain: &DomainName) {
        self.write().remove(domain);
    }

    /// Follows a committed run of all checks. One of a domain that went meanwhile left nothing in the database either.
    pub(crate) fn update(&self, run: &Run) {
        if let Some(known) = self.write().get_mut(&run.domain) {
            known.update(run);
        }
    }

    /// Follows what a commit announced.
    pub(crate) fn hear(&self, what: &What) {
        if let What::Announced {
            domain, check, state, ..
        } = what
            && let Some(known) = self.write().get_mut(domain)
        {
            known.announce(check, *state == State::Fail);
        }
    }

    pub(crate) fn domain(&self, name: &DomainName) -> Option<Domain> {
        self.read().get(name).map(|known| known.domain.clone())
    }

    /// All of them, by name.
    pub(crate) fn domains(&self) -> Vec<Domain> {
        self.read().values().map(|known| known.domain.clone()).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.read().len()
    }

    pub(crate) fn row(&self, name: &DomainName, language: Language) -> Option<Row> {
        self.read()
            .get(name)
            .map(|known| known.row(&self.switches, language))
    }

    /// All of them, by name.
    pub(crate) fn rows(&self, language: Language) -> Vec<Row> {
        let all = self.read();
        all.values()
            .map(|known| known.row(&self.switches, language))
            .collect()
    }

    /// The checks that have a column: those that are on at some site.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static Check> {
        self.switches.columns()
    }

    fn read(&self) -> RwLockReadGuard<'_, Domains> {
        self.all.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Domains> {
        self.all.write().unwrap_or_else(PoisonError::into_inner)
    }
}
