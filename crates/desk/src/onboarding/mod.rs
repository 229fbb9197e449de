//! Where each domain stands in its onboarding, and what it waits for.

mod funnel;
mod order;

pub use funnel::Cursor;

use crate::{
    Actor, Desk, internal,
    latest::Proof,
    webhooks::{Format, told},
};
use funnel::{Standing, counts};
use model::{
    DomainName, Error, Language, Permission, Result,
    access::Grant,
    onboarding::{Funnel, Onboarding, Progress, Stage, Story, Told, Wait},
    shown::Shown,
    time::DAY,
};
use order::Order;
use std::collections::BTreeSet;
use store::StoredDelivery;

/// Which domains are wanted; what is `None` or empty does not narrow. The counts are of all.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub stage: Option<Stage>,
    /// The wizard's step that they have come to.
    pub step: Option<String>,
    /// Part of the domain's or the tenant's name.
    pub words: String,
    /// The `next_cursor` of the page before.
    pub after: Option<Cursor>,
    pub limit: u32,
}

impl Desk {
    /// How many domains have come how far, and a page of those that the reader may see, stuck ones first.
    pub async fn funnel(&self, who: &Actor, wanted: &Wanted, language: Language) -> Result<Shown<Funnel>> {
        let grant = who.may(Permission::SeeOnboarding)?;
        // The wizard's words are its webhooks': who may read those in clear, reads these.
        let reads = who.may(Permission::SeeEvents)?;
        let (all, order) = self.standings(who, grant, language).await?;
        let mut funnel = Funnel {
            stages: counts(&all, &order),
            failed: all.iter().filter(|one| one.is_failed()).count(),
            items: None,
            next_cursor: None,
        };
        if grant == Grant::Counts {
            funnel.hide_names(&self.usernames().await?);
        } else {
            let (items, next_cursor) = funnel::page(all, wanted);
            (funnel.items, funnel.next_cursor) = (Some(items), next_cursor);
        }
        Ok(reads.show(funnel))
    }

    /// A domain's onboarding from its first event on.
    pub async fn onboarding(
        &self,
        who: &Actor,
        domain: &DomainName,
        language: Language,
    ) -> Result<Shown<Story>> {
        let grant = who.may(Permission::SeeOnboarding)?;
        if grant == Grant::Counts {
            return Err(Error::Denied);
        }
        let reads = who.may(Permission::SeeEvents)?;
        let (all, _) = self.standings(who, grant, language).await?;
        let standing = all.into_iter().find(|one| one.onboarding.domain == *domain);
        let standing = standing.ok_or_else(|| no_such_onboarding(domain))?;
        let events = self.0.store.onboarding_events(domain, MOST_EVENTS).await;
        let events = events.map_err(internal)?;
        Ok(reads.show(Story {
            started_at: standing.progress.started_at,
            completed_at: standing.progress.completed_at,
            onboarding: standing.onboarding,
            events: in_order(events.iter().map(event).collect()),
        }))
    }

    /// Where every domain stands that the reader may see, and the steps' order, which all domains teach.
    async fn standings(
        &self,
        who: &Actor,
        grant: Grant,
        language: Language,
    ) -> Result<(Vec<Standing>, Order)> {
        let mut all = self.0.store.onboardings().await.map_err(internal)?;
        let order = Order::of(&all);
        if grant == Grant::Own {
            let theirs = self.0.store.domains_assigned_to(who.username()).await;
            let theirs: BTreeSet<DomainName> = theirs.map_err(internal)?.into_iter().collect();
            all.retain(|progress| theirs.contains(&progress.domain));
        }
        let standing = |progress: Progress| Standing {
            onboarding: self.where_it_stands(&progress, &order, language),
            progress,
        };
        Ok((all.into_iter().map(standing).collect(), order))
    }

    fn where_it_stands(&self, progress: &Progress, order: &Order, language: Language) -> Onboarding {
        let since = progress.moved_at();
        let proof = self.0.latest.proof(&progress.domain, since, language);
        let watched = proof.is_some();
        let (stage, waits_for) = match (progress.stage(), proof) {
            (Stage::Completed, Some(Proof::Ready)) => (Stage::Proved, Wait::Nothing),
            (Stage::Completed, Some(Proof::Missing(checks))) => (Stage::Completed, Wait::Checks { checks }),
            (Stage::Completed, None) => (Stage::Completed, Wait::Watching),
            (Stage::Failed, _) => (Stage::Failed, repair(progress)),
            (stage, _) => {
                let next = order.after(progress.step()).map(str::to_owned);
                (stage, Wait::Wizard { next })
            }
        };
        let has_not_moved = stage != Stage::Proved && self.now().since(since) >= LONG;
        Onboarding {
            domain: progress.domain.clone(),
            tenant: progress.tenant.clone(),
            stage,
            step: progress.step().map(str::to_owned),
            since,
            stuck: stage == Stage::Failed || has_not_moved,
            watched,
            waits_for,
            event_id: progress.event.to_string(),
        }
    }
}

fn repair(progress: &Progress) -> Wait {
    let failure = progress.failed.as_ref();
    Wait::Repair {
        why: failure.and_then(|failure| failure.why.clone()),
        ticket: failure.and_then(|failure| failure.ticket),
    }
}

fn event(stored: &StoredDelivery) -> Told {
    let received_at = stored.webhook.received_at;
    let (step, why) = told(Format::Desk, stored.body.as_bytes());
    Told {
        event_id: stored.webhook.event_id.clone(),
        event: stored.webhook.event.clone(),
        at: stored.occurred_at.map_or(received_at, |at| at.min(received_at)),
        received_at,
        step,
        why,
        ticket: stored.webhook.ticket,
    }
}

/// As it happened; of two at once, as they came in.
fn in_order(mut events: Vec<Told>) -> Vec<Told> {
    events.sort_by_key(|told| told.at);
    events
}

fn no_such_onboarding(domain: &DomainName) -> Error {
    Error::not_found(format!("the onboarding of {domain}"))
}

/// Nobody waits so long for a wizard, nor for the checks.
const LONG: i64 = DAY;
/// The newest events that a story tells.
const MOST_EVENTS: u32 = 500;
