//! Audits: every check of every domain at one time, and what each domain was worth then.
//!
//! ```text
//!  the schedule ─┐                 ┌─> all groups are checked ─> Latest ─> Score ─> scorecards
//!  a person ─────┼─> one cycle ─> run                                         (one transaction)
//!  a machine ────┘   on disk       └─> the process ends: the next start runs it anew
//! ```

mod cycle;

pub(crate) use cycle::AtWork;

use crate::{Actor, Desk, internal};
use engine::checks;
use model::{
    DomainName, Error, Language, Permission, Result,
    audit::{Audits, Cost, Cycle, Overview, Range, Running, Scorecard, Scorecards},
    score,
    shown::Shown,
};
use store::{SoughtCards, StoredCard};

/// Which scorecards are wanted; what is `None` or empty does not narrow.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WantedCards {
    /// The audit that ended last by itself.
    pub cycle: Option<i64>,
    pub tenant: Option<String>,
    /// Part of the domain's or tenant's name.
    pub q: String,
    /// Where the page before ended.
    pub after: i64,
    pub limit: u32,
}

impl Desk {
    /// How everybody did in an audit, by itself the one that ended last, and how that has changed.
    pub async fn audit_overview(
        &self,
        who: &Actor,
        cycle: Option<i64>,
        language: Language,
    ) -> Result<Shown<Overview>> {
        let grant = who.may(Permission::ReadAudit)?;
        let store = &self.0.store;
        let trend = store.ended_cycles(TREND).await.map_err(internal)?;
        let latest = match cycle {
            Some(id) => Some(self.cycle(id).await?),
            None => trend.first().cloned(),
        };
        let id = latest.as_ref().map_or(0, |cycle| cycle.cycle_id);
        let counts = store.score_counts(id).await.map_err(internal)?;
        let scores: Vec<(u8, i64)> = counts
            .iter()
            .filter_map(|(score, domains)| Some(((*score)?, *domains)))
            .collect();
        let worst = SoughtCards {
            cycle: id,
            limit: WORST,
            ..SoughtCards::default()
        };
        let worst = store.scorecards(worst).await.map_err(internal)?;
        Ok(grant.show(Overview {
            running: self.running_audit().await?,
            next_at: self.0.setup.audit.next(self.now()),
            mean: latest.as_ref().and_then(|cycle| cycle.mean),
            distribution: Range::over(&scores),
            unscored: counts
                .iter()
                .filter(|(score, _)| score.is_none())
                .map(|(_, domains)| domains)
                .sum(),
            worst: worst.into_iter().map(|card| named(card, language)).collect(),
            tenants: store.tenant_scores(id).await.map_err(internal)?,
            latest,
            trend,
            now: self.now(),
        }))
    }

    /// An audit's scorecards, the worst first.
    pub async fn scorecards(
        &self,
        who: &Actor,
        wanted: &WantedCards,
        language: Language,
    ) -> Result<Shown<Scorecards>> {
        let grant = who.may(Permission::ReadAudit)?;
        let cycle = match wanted.cycle {
            Some(id) => Some(self.cycle(id).await?),
            None => self.0.store.ended_cycles(1).await.map_err(internal)?.pop(),
        };
        let cycle_id = cycle.map(|cycle| cycle.cycle_id);
        let sought = SoughtCards {
            cycle: cycle_id.unwrap_or_default(),
            tenant: wanted.tenant.as_deref(),
            q: &wanted.q,
            after: wanted.after,
            // One more tells whether there is a next page.
            limit: wanted.limit.saturating_add(1),
        };
        let mut found = self.0.store.scorecards(sought).await.map_err(internal)?;
        let page = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
        let more = found.len() > page;
        found.truncate(page);
        let last = found.last().filter(|_| more);
        Ok(grant.show(Scorecards {
            cycle_id,
            next_cursor: last.map(|last| last.nth.to_string()),
            items: found.into_iter().map(|card| named(card, language)).collect(),
        }))
    }

    /// What a domain was worth in the audit that ended last; `None` where it was not part of that.
    pub async fn last_score(&self, who: &Actor, domain: &DomainName) -> Result<Option<u8>> {
        who.may(Permission::ReadAudit)?;
        let score = self.0.store.last_score(domain).await.map_err(internal)?;
        Ok(score.and_then(|(_, score)| score))
    }

    pub(crate) async fn audits(&self) -> Audits {
        Audits {
            last_at: self.0.store.last_cycle_at().await.ok().flatten(),
            next_at: self.0.setup.audit.next(self.now()),
        }
    }

    async fn cycle(&self, id: i64) -> Result<Cycle> {
        let cycle = self.0.store.cycle(id).await.map_err(internal)?;
        cycle.ok_or_else(|| Error::not_found(format!("the audit {id}")))
    }

    async fn running_audit(&self) -> Result<Option<Running>> {
        let cycle = self.0.store.running_cycle().await.map_err(internal)?;
        let (done, of) = self.0.audits.progress();
        // Nothing is known before the first group.
        let of = if of == 0 { self.0.latest.count() } else { of };
        Ok(cycle.map(|cycle| Running { cycle, done, of }))
    }
}

fn named(StoredCard { card, before, .. }: StoredCard, language: Language) -> Scorecard {
    Scorecard {
        domain: card.domain,
        tenant: card.tenant,
        score: card.score.value,
        before,
        groups: card.score.shares,
        costs: card
            .score
            .costs
            .into_iter()
            .map(|cost| cost_in(cost, language))
            .collect(),
    }
}

/// A check that left the registry keeps its id for a name.
fn cost_in(cost: score::Cost, language: Language) -> Cost {
    let label = checks::find(cost.check.as_str()).map(|check| check.label.in_language(language));
    Cost {
        label: label.unwrap_or(cost.check.as_str()).to_owned(),
        check: cost.check,
        state: cost.state,
        points: cost.points,
    }
}

/// Two months of daily audits.
const TREND: u32 = 60;
const WORST: u32 = 10;
