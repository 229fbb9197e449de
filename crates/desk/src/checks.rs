//! Running the checks: by schedule, or because a person asked.

use crate::{Actor, Desk, internal};
use engine::{Check, Engine, Site, Sweep, checks};
use model::{
    CheckId, Domain, DomainName, Error, Language, Permission, Result, Standing, Status, Step, shown::Shown,
    time::DAY,
};
use std::{sync::Arc, time::Duration};
use store::{Finding, Run, StoredStep};
use tokio::time::Instant;

/// Domains of one site that share a mail host, and so its handshakes.
pub(crate) struct Group {
    pub(crate) site: String,
    pub(crate) domains: Vec<Domain>,
}

/// What groups share of hosts and DNS for a while: as fresh as a person would want it.
pub(crate) struct Shared {
    sweep: Arc<Sweep>,
    since: Instant,
}

impl Shared {
    pub(crate) fn begin(engine: &Arc<Engine>) -> Self {
        Self {
            sweep: Arc::new(engine.sweep()),
            since: Instant::now(),
        }
    }

    /// For the next group.
    pub(crate) fn sweep(&mut self, engine: &Arc<Engine>) -> Arc<Sweep> {
        if self.since.elapsed() > FRESH {
            *self = Self::begin(engine);
        }
        Arc::clone(&self.sweep)
    }
}

impl Desk {
    /// The domain's status as it was last seen.
    pub async fn status(
        &self,
        who: &Actor,
        domain: &DomainName,
        language: Language,
    ) -> Result<Shown<Status>> {
        let grant = who.may(Permission::SeeChecks)?;
        let domain = self.domain(domain)?;
        let steps = self.steps(&domain).await?;
        Ok(grant.show(Status::new(&domain, &steps, language)))
    }

    /// Runs the checks now. It counts, is stored and announces like a scheduled run.
    pub async fn check_now(&self, who: &Actor, domain: &DomainName, check: Option<&CheckId>) -> Result<()> {
        who.may(Permission::RunChecks)?;
        let domain = self.domain(domain)?;
        let chosen = match check {
            Some(id) => {
                let found = on(&self.site(&domain.site), &domain).find(|check| check.id == *id);
                Some(found.ok_or_else(|| Error::not_found(format!("the check {id}")))?)
            }
            None => None,
        };
        self.run_group(
            &self.0.engine.sweep(),
            &Group {
                site: domain.site.clone(),
                domains: vec![domain],
            },
            chosen,
        )
        .await
    }

    /// Has every domain checked as soon as possible, in the background.
    pub fn check_all_now(&self, who: &Actor) -> Result<()> {
        who.may(Permission::RunChecks)?;
        self.0.sweep_wanted.notify_one();
        Ok(())
    }

    /// Runs all checks, or the one that was chosen, and stores; returns once it is on disk.
    pub(crate) async fn run_group(
        &self,
        sweep: &Sweep,
        group: &Group,
        chosen: Option<&'static Check>,
    ) -> Result<()> {
        let site = self.site(&group.site);
        let at = self.now();
        let domains: Vec<&Domain> = group.domains.iter().collect();
        let checks = chosen.as_ref().map_or(checks::ALL, std::slice::from_ref);
        let answers = sweep.run(&site, &domains, checks).await;
        // A domain that was edited meanwhile is being checked anew: these answers are of what it was.
        let is_current = |domain: &Domain| self.0.latest.domain(&domain.name).as_ref() == Some(domain);
        let answered = group.domains.iter().zip(answers);
        let current = answered.filter(|(domain, _)| is_current(domain));
        let runs = current.map(|(domain, steps)| Run {
            domain: domain.name.clone(),
            at,
            is_whole: chosen.is_none(),
            holds: self.holds(),
            findings: steps.into_iter().map(finding).collect(),
        });
        self.0.recorder.record(runs.collect()).await
    }

    /// For how many milliseconds an answer holds: longer without another, and nobody was watching.
    pub(crate) fn holds(&self) -> i64 {
        i64::try_from(self.0.setup.period.as_millis())
            .unwrap_or(DAY)
            .saturating_mul(3)
    }

    /// The latest steps of a domain in the registry's order; a check that is not on is left out.
    pub(crate) async fn steps(&self, domain: &Domain) -> Result<Vec<Step>> {
        let mut stored = self.0.store.steps(Some(&domain.name)).await.map_err(internal)?;
        let site = self.site(&domain.site);
        let in_order = on(&site, domain).filter_map(|check| {
            let index = stored.iter().position(|step| step.check == check.id)?;
            Some(step(check, stored.swap_remove(index)))
        });
        Ok(in_order.collect())
    }
}

/// The checks that are on for a domain of a site, in the registry's order.
fn on(site: &Site, domain: &Domain) -> impl Iterator<Item = &'static Check> {
    checks::ALL
        .iter()
        .copied()
        .filter(|check| check.is_on_for(site, domain))
}

fn finding(step: Step) -> Finding {
    Finding {
        check: step.id,
        state: step.state,
        code: step.code,
        evidence: step.evidence,
        duration_ms: step.duration_ms,
    }
}

fn step(check: &Check, stored: StoredStep) -> Step {
    Step {
        id: stored.check,
        group: check.group,
        priority: check.priority,
        label: check.label,
        state: stored.state,
        code: stored.code,
        evidence: stored.evidence,
        checked_at: stored.checked_at,
        duration_ms: stored.duration_ms,
        standing: Some(Standing {
            since: stored.since,
            announced: stored.announced,
        }),
    }
}

const FRESH: Duration = Duration::from_secs(30);
