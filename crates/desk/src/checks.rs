//! Running the checks: by schedule, or because a person asked.

use crate::{Actor, Desk, internal};
use engine::{Check, checks};
use model::{CheckId, Domain, DomainName, Error, Language, Permission, Result, Status, Step};
use store::{Finding, Run, StoredStep};

/// Domains of one site that share a mail host, and so its handshakes.
pub(crate) struct Group {
    pub(crate) site: String,
    pub(crate) domains: Vec<Domain>,
}

impl Desk {
    /// The domain's status as it was last seen.
    pub async fn status(&self, who: &Actor, domain: &DomainName, language: Language) -> Result<Status> {
        who.may(Permission::SeeChecks)?;
        let domain = self.domain(domain).await?;
        let steps = self.steps(&domain.name).await?;
        Ok(Status::new(&domain, &steps, language))
    }

    /// Runs the checks now. It counts, is stored and announces like a scheduled run.
    pub async fn check_now(&self, who: &Actor, domain: &DomainName, check: Option<&CheckId>) -> Result<()> {
        who.may(Permission::RunChecks)?;
        let domain = self.domain(domain).await?;
        let chosen: Vec<&'static Check> = match check {
            Some(id) => {
                vec![checks::find(id.as_str()).ok_or_else(|| Error::not_found(format!("the check {id}")))?]
            }
            None => checks::ALL.to_vec(),
        };
        self.run_group(
            &Group {
                site: domain.site.clone(),
                domains: vec![domain],
            },
            &chosen,
        )
        .await
    }

    /// Has every domain checked as soon as possible, in the background.
    pub fn check_all_now(&self, who: &Actor) -> Result<()> {
        who.may(Permission::RunChecks)?;
        self.0.sweep_wanted.notify_one();
        Ok(())
    }

    /// Runs and stores; returns once it is on disk.
    pub(crate) async fn run_group(&self, group: &Group, chosen: &[&'static Check]) -> Result<()> {
        let site = self.site(&group.site);
        let at = self.now();
        let domains: Vec<&Domain> = group.domains.iter().collect();
        let answers = self.0.engine.sweep().run(&site, &domains, chosen).await;
        let runs = group.domains.iter().zip(answers).map(|(domain, steps)| Run {
            domain: domain.name.clone(),
            at,
            findings: steps.into_iter().map(finding).collect(),
        });
        self.0.recorder.record(runs.collect()).await.map_err(internal)
    }

    /// The latest steps of a domain in the registry's order; a check that left the registry is left out.
    pub(crate) async fn steps(&self, domain: &DomainName) -> Result<Vec<Step>> {
        let mut stored = self.0.store.steps(Some(domain)).await.map_err(internal)?;
        let in_order = checks::ALL.iter().filter_map(|check| {
            let index = stored.iter().position(|step| step.check == check.id)?;
            Some(step(check, stored.swap_remove(index)))
        });
        Ok(in_order.collect())
    }
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
    }
}
