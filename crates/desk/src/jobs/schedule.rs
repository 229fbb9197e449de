//! The schedule: every domain once in the period, spread evenly over it, until told to stop.

use crate::{
    Desk,
    checks::{Group, Shared},
    trouble,
};
use model::{
    Domain, Timestamp,
    health::{Done, Sweeps},
};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

impl Desk {
    /// Runs until `stop`. What was begun is then finished and stored, nothing new is begun.
    pub async fn run_schedule(&self, stop: CancellationToken) {
        let running = TaskTracker::new();
        let at_once = Arc::new(Semaphore::new(AT_ONCE));
        // Nobody wants to look at an empty board for a whole period.
        let mut spread = self.0.setup.period.min(FIRST_SWEEP);
        let mut kept = None;
        let mut asked: Option<Instant> = None;
        while !stop.is_cancelled() {
            let begun = Instant::now();
            if asked.is_none_or(|asked| asked.elapsed() >= HOSTS) {
                asked = Some(begun);
                let desk = self.clone();
                running.spawn(async move { desk.ask_hosts().await });
            }
            let next_at = self.now().plus(millis(spread.max(LEAST)));
            self.note(|sweeps| sweeps.next_at = Some(next_at));
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.sweep(spread, &running, &at_once) => {}
            }
            let today = self.now().midnight();
            if kept != Some(today) {
                match self.keep_house(&stop).await {
                    Ok(()) => kept = Some(today),
                    // The next sweep tries again.
                    Err(why) => trouble::note("Old results could not be removed", &why),
                }
            }
            spread = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.0.sweep_wanted.notified() => self.0.setup.period.min(ASKED_FOR),
                () = sleep_until(begun + spread.max(LEAST)) => self.0.setup.period,
            };
        }
        running.close();
        running.wait().await;
    }

    /// How far the schedule is.
    pub(crate) fn sweeps(&self) -> Sweeps {
        let sweeps = *self.0.sweeps.lock().unwrap_or_else(PoisonError::into_inner);
        Sweeps {
            period: millis(self.0.setup.period),
            ..sweeps
        }
    }

    fn note(&self, change: impl FnOnce(&mut Sweeps)) {
        change(&mut self.0.sweeps.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Starts each group at its moment. A slow server delays only itself.
    async fn sweep(&self, spread: Duration, running: &TaskTracker, at_once: &Arc<Semaphore>) {
        let groups = self.groups();
        let begun = Instant::now();
        let underway = Underway::begin(self, &groups);
        let count = u32::try_from(groups.len()).unwrap_or(u32::MAX).max(1);
        let pause = spread / count;
        let mut shared = Shared::begin(&self.0.engine);
        for (index, group) in (0..).zip(groups) {
            let turn = begun + pause * index;
            tokio::select! {
                () = sleep_until(turn) => {}
                // Asked for out of turn: the next sweep takes the place of what is left of this one.
                () = self.0.sweep_wanted.notified(), if spread > FIRST_SWEEP => {
                    return self.0.sweep_wanted.notify_one();
                }
            }
            let Ok(permit) = Arc::clone(at_once).acquire_owned().await else {
                return;
            };
            let sweep = shared.sweep(&self.0.engine);
            let (desk, underway) = (self.clone(), Arc::clone(&underway));
            running.spawn(async move {
                // A failure to store was logged where it happened; the next sweep brings new results.
                let _ = desk.run_group(&sweep, &group, None).await;
                drop((permit, underway));
            });
        }
    }

    /// Every domain, grouped by the mail host that they share.
    pub(crate) fn groups(&self) -> Vec<Group> {
        let mut domains = self.0.latest.domains();
        domains.sort_by(|a, b| shared(a).cmp(&shared(b)));
        let groups = domains.chunk_by(|a, b| shared(a) == shared(b));
        groups
            .map(|group| Group {
                site: group[0].site.clone(),
                domains: group.to_vec(),
            })
            .collect()
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// A sweep from its beginning until the last of its groups lets go of it.
struct Underway {
    desk: Desk,
    begun_at: Timestamp,
    domains: usize,
}

impl Underway {
    fn begin(desk: &Desk, groups: &[Group]) -> Arc<Self> {
        let begun_at = desk.now();
        desk.note(|sweeps| sweeps.begun_at = Some(begun_at));
        Arc::new(Self {
            desk: desk.clone(),
            begun_at,
            domains: groups.iter().map(|group| group.domains.len()).sum(),
        })
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let done = Done {
            begun_at: self.begun_at,
            ended_at: self.desk.now(),
            domains: self.domains,
        };
        self.desk.note(|sweeps| sweeps.last = Some(done));
    }
}

fn shared(domain: &Domain) -> (&str, &str) {
    (&domain.site, domain.mail_host.as_str())
}

/// Groups that are being checked at the same time: enough that a hundred tarpits do not slow the others.
const AT_ONCE: usize = 256;
const FIRST_SWEEP: Duration = Duration::from_secs(10);
const ASKED_FOR: Duration = Duration::from_secs(2);
/// How often, at most, the hosts are asked whether they answer.
const HOSTS: Duration = Duration::from_mins(1);
const LEAST: Duration = Duration::from_secs(1);
