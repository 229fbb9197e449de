//! The picture of now: every domain and what its checks last said, in memory, so that a board of thousands is
//! read without a query. The database stays the truth: it is read at the start, and this follows each commit.

mod known;
mod switches;

pub(crate) use known::verdict_of;

use engine::{Check, Site, checks};
use known::Known;
use model::{
    CheckId, Domain, DomainName, Language, State, Timestamp,
    board::{Expiry, Figures, Filter, Row, Verdict},
    event::What,
    onboarding::NotGreen,
    patience::Bearing,
    score::Score,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};
use store::{Card, Run, Store, StoredStep};
use switches::Switches;

#[derive(Clone, Debug)]
pub(crate) struct Latest {
    all: Arc<RwLock<Domains>>,
    switches: Arc<Switches>,
}

type Domains = BTreeMap<DomainName, Known>;

/// What the checks say of a domain's being ready.
pub(crate) enum Proof {
    Ready,
    /// Which P1 checks are not green; none, where they were before and have yet to run again.
    Missing(Vec<NotGreen>),
}

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
            domain,
            check,
            state,
            code,
        } = what
            && let Some(known) = self.write().get_mut(domain)
        {
            known.announce(check, Bearing::of(*state, *code) == Bearing::There);
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

    /// Whether a domain is proved to be ready by what was seen since; what is missing else. `None`: nobody watches it.
    pub(crate) fn proof(&self, name: &DomainName, since: Timestamp, language: Language) -> Option<Proof> {
        let all = self.read();
        let known = all.get(name)?;
        let sum = known.sum();
        let is_ready = matches!(sum.verdict, Verdict::Ready | Verdict::Warn);
        let not_green = || known.not_green(&self.switches, language);
        Some(match is_ready {
            true if sum.checked_at >= Some(since) => Proof::Ready,
            true => Proof::Missing(Vec::new()),
            false => Proof::Missing(not_green()),
        })
    }

    /// Of each tenant how many domains it has, and how many of them are ready.
    pub(crate) fn tenants(&self) -> BTreeMap<String, (usize, usize)> {
        let mut tenants = BTreeMap::new();
        for known in self.read().values() {
            if let Some(tenant) = &known.domain.tenant {
                let (domains, ready) = tenants.entry(tenant.clone()).or_insert((0, 0));
                *domains += 1;
                *ready += usize::from(matches!(known.sum().verdict, Verdict::Ready | Verdict::Warn));
            }
        }
        tenants
    }

    /// The first `most` rows that a filter keeps, broken ones first, and how many more there are. Only what is
    /// shown is written out: the others are looked at.
    pub(crate) fn worst(&self, filter: &Filter, most: usize, language: Language) -> (Vec<Row>, usize) {
        let all = self.read();
        let mut kept: Vec<(Verdict, &Known)> = all.values().filter_map(|known| kept(filter, known)).collect();
        // Stable: by name within a verdict.
        kept.sort_by_key(|(verdict, _)| *verdict);
        let rows = kept.iter().take(most);
        let rows = rows
            .map(|(_, known)| known.row(&self.switches, language))
            .collect();
        (rows, kept.len().saturating_sub(most))
    }

    /// The same in the order of names, from the first behind `after`; and whether there are more.
    pub(crate) fn listed(
        &self,
        filter: &Filter,
        after: Option<&str>,
        most: usize,
        language: Language,
    ) -> (Vec<Row>, bool) {
        let all = self.read();
        let behind = |known: &&Known| after.is_none_or(|after| known.domain.name.as_str() > after);
        let mut kept = all
            .values()
            .filter(behind)
            .filter_map(|known| kept(filter, known));
        let rows = kept.by_ref().take(most);
        let rows = rows
            .map(|(_, known)| known.row(&self.switches, language))
            .collect();
        (rows, kept.next().is_some())
    }

    /// The figures above the board, and the sites that have a domain.
    pub(crate) fn figures(&self) -> (Figures, Vec<String>) {
        let all = self.read();
        let mut figures = Figures {
            domains: all.len(),
            ..Figures::default()
        };
        let (mut sites, mut next) = (BTreeSet::new(), None);
        for known in all.values() {
            let sum = known.sum();
            match sum.verdict {
                Verdict::Fail => figures.fail += 1,
                Verdict::Unknown => figures.unknown += 1,
                Verdict::Warn => figures.warn += 1,
                Verdict::Pending => figures.pending += 1,
                Verdict::Ready => figures.ready += 1,
            }
            figures.checked_at = figures.checked_at.max(sum.checked_at);
            let expiry = sum.expires_at.map(|at| (at, &known.domain.name));
            next = expiry.into_iter().chain(next).min();
            if !sites.contains(&known.domain.site) && !known.domain.site.is_empty() {
                sites.insert(known.domain.site.clone());
            }
        }
        figures.ready += figures.warn;
        figures.next_expiry = next.map(|(at, domain)| Expiry {
            at,
            domain: domain.clone(),
        });
        (figures, sites.into_iter().collect())
    }

    /// How many domains each check says what of; checks that never ran are left out.
    pub(crate) fn states(&self) -> Vec<(CheckId, State, u64)> {
        let mut counts = vec![[0_u64; State::ALL.len()]; checks::ALL.len()];
        for known in self.read().values() {
            for (counts, state) in counts.iter_mut().zip(known.states()) {
                if let Some(nth) = state.and_then(|state| State::ALL.iter().position(|one| *one == state)) {
                    counts[nth] += 1;
                }
            }
        }
        let of_check = |(check, counts): (&'static Check, [u64; State::ALL.len()])| {
            State::ALL
                .into_iter()
                .zip(counts)
                .filter(move |_| counts.iter().any(|count| *count > 0))
                .map(move |(state, count)| (check.id.clone(), state, count))
        };
        checks::ALL
            .iter()
            .copied()
            .zip(counts)
            .flat_map(of_check)
            .collect()
    }

    /// What these domains are worth, as far as they are still there, by what their checks have said since.
    pub(crate) fn cards(&self, domains: &HashSet<DomainName>, since: Timestamp) -> Vec<Card> {
        let all = self.read();
        let judged = all.values().filter(|known| domains.contains(&known.domain.name));
        let card = |known: &Known| Card {
            domain: known.domain.name.clone(),
            tenant: known.domain.tenant.clone(),
            score: Score::of(&known.judged(&self.switches, since)),
        };
        judged.map(card).collect()
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

fn kept<'a>(filter: &Filter, known: &'a Known) -> Option<(Verdict, &'a Known)> {
    let verdict = known.sum().verdict;
    filter
        .keeps_domain(&known.domain, verdict)
        .then_some((verdict, known))
}
