//! Running an audit: asked for and on disk before anything is checked, judged from what was seen since it began, and
//! begun anew where it was not finished.

use crate::{Actor, Desk, checks::Shared, internal, trouble};
use futures::StreamExt;
use model::{
    DomainName, Permission, Result, Timestamp,
    audit::Origin,
    event::What,
    trail::{Action, Fields},
};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::NewCycle;
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

/// How far this process is with the audit under way.
#[derive(Debug, Default)]
pub(crate) struct AtWork {
    /// Domains whose checks have run, and all.
    progress: Mutex<(usize, usize)>,
    /// Somebody asked for an audit.
    wanted: Notify,
}

impl Desk {
    /// Asks for an audit of every domain, and returns its id. While one is under way it is that one's.
    pub async fn begin_audit(&self, who: &Actor) -> Result<i64> {
        who.may(Permission::RunAudit)?;
        self.ask_for_audit(who).await.map_err(internal)
    }

    /// Runs audits, those that were asked for and those of the schedule, until `stop`. The time of one that passed
    /// while no Desk ran is made up for, once.
    pub async fn run_audits(&self, stop: CancellationToken) {
        let started_at = self.now();
        while !stop.is_cancelled() {
            let pause = self.audit_turn(started_at, &stop).await.unwrap_or_else(|why| {
                trouble::note("The audit cannot be stored", &why);
                AFTER_A_FAULT
            });
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.0.audits.wanted.notified() => {}
                () = sleep(pause) => {}
            }
        }
    }

    /// Does what is due, and says when to look again at the latest.
    async fn audit_turn(
        &self,
        started_at: Timestamp,
        stop: &CancellationToken,
    ) -> Result<Duration, store::Error> {
        let last = self.0.store.last_cycle_at().await?;
        let due = self.0.setup.audit.next(last.unwrap_or(started_at));
        if due.is_some_and(|due| due <= self.now()) {
            self.ask_for_audit(&Actor::Console).await?;
        }
        if let Some(cycle) = self.0.store.running_cycle().await? {
            self.audit(cycle.cycle_id, stop).await?;
        }
        let now = self.now();
        let next = self.0.setup.audit.next(now).map(|next| next.since(now));
        let next = next.and_then(|pause| u64::try_from(pause).ok());
        Ok(next
            .map_or(LONGEST_PAUSE, Duration::from_millis)
            .min(LONGEST_PAUSE))
    }

    async fn ask_for_audit(&self, who: &Actor) -> Result<i64, store::Error> {
        let (now, origin) = (self.now(), origin(who));
        let new = NewCycle {
            origin,
            asked_by: (origin == Origin::Person).then_some(who.username()),
            asked_at: now,
        };
        let mut tx = self.0.store.begin().await?;
        let (id, is_new) = tx.begin_cycle(new).await?;
        if is_new {
            let begun = What::Audit {
                cycle: id,
                is_over: false,
            };
            let events = tx.append(vec![(now, begun)]).await?;
            if origin == Origin::Person {
                let deed = self.deed(who, Action::AuditBegun, &id.to_string());
                tx.note(&deed.with(Fields::new(), Fields::new())).await?;
            }
            tx.commit().await?;
            self.0.audits.begin(self.0.latest.count());
            self.0.recorder.ring(&events, false);
        }
        self.0.audits.wanted.notify_one();
        Ok(id)
    }

    /// Checks everything and judges. Told to stop, it begins no further group and leaves the audit to the next start.
    async fn audit(&self, id: i64, stop: &CancellationToken) -> Result<(), store::Error> {
        let began_at = self.now();
        let mut tx = self.0.store.begin().await?;
        tx.start_cycle(id, began_at).await?;
        tx.commit().await?;

        let groups = self.groups();
        let all = groups.iter().flat_map(|group| &group.domains);
        let all: HashSet<DomainName> = all.map(|domain| domain.name.clone()).collect();
        self.0.audits.begin(all.len());
        let mut shared = Shared::begin(&self.0.engine);
        futures::stream::iter(groups)
            .take_until(stop.cancelled())
            .map(|group| {
                let sweep = shared.sweep(&self.0.engine);
                async move {
                    // What could not be stored was not seen; the writer has logged why.
                    let _ = self.run_group(&sweep, &group, None).await;
                    self.0.audits.went_on(group.domains.len());
                }
            })
            .buffer_unordered(AT_ONCE)
            .collect::<()>()
            .await;
        if stop.is_cancelled() {
            return Ok(());
        }
        self.judge(id, &all, began_at).await
    }

    async fn judge(
        &self,
        id: i64,
        all: &HashSet<DomainName>,
        began_at: Timestamp,
    ) -> Result<(), store::Error> {
        let cards = self.0.latest.cards(all, began_at);
        let (now, domains) = (self.now(), cards.len());
        let over = What::Audit {
            cycle: id,
            is_over: true,
        };
        let mut tx = self.0.store.begin().await?;
        tx.end_cycle(id, now, cards).await?;
        let events = tx.append(vec![(now, over)]).await?;
        tx.commit().await?;
        self.0.recorder.ring(&events, false);
        let seconds = now.since(began_at) / model::time::SECOND;
        tracing::info!(audit.id = id, domains, seconds, "Audited {domains} domains");
        Ok(())
    }
}

impl AtWork {
    pub(super) fn progress(&self) -> (usize, usize) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, of: usize) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = (0, of);
    }

    fn went_on(&self, domains: usize) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).0 += domains;
    }
}

fn origin(who: &Actor) -> Origin {
    match who {
        Actor::Console => Origin::Schedule,
        Actor::Person(_) => Origin::Person,
        Actor::Nobody | Actor::Machine => Origin::Machine,
    }
}

/// Groups that are being checked at the same time, beside those of the schedule.
const AT_ONCE: usize = 64;
/// The clock may have been set meanwhile.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// A full disk is full for a while, and all checks run again.
const AFTER_A_FAULT: Duration = Duration::from_secs(20);
