//! The queue of jobs: each is done when it is due, tried again later where it came to nothing, and given up at last.
//!
//! What is being done is known here alone. A process that is killed leaves its jobs due, and every job is safe to
//! do twice.

use super::{Delivery, JobError};
use crate::{Desk, internal, trouble};
use futures::FutureExt;
use model::{Timestamp, job::Depths};
use rand::RngExt;
use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{DueJob, JobEnd, Tried};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// What others know of the queue.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    in_flight: AtomicU64,
    /// Rung when a job that is due has been committed.
    pub(crate) bell: Arc<Notify>,
}

impl Desk {
    /// Does jobs until `stop`. What was begun may then end within some seconds; the rest is done at the next start.
    pub async fn run_jobs(&self, stop: CancellationToken) {
        let mut worker = Worker {
            desk: self.clone(),
            running: JoinSet::new(),
            busy: HashMap::new(),
            ended: Vec::new(),
        };
        while !stop.is_cancelled() {
            let pause = worker.turn().await.unwrap_or_else(|why| {
                internal(why);
                AFTER_A_FAULT
            });
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(ended) = worker.running.join_next() => worker.ended.extend(ended.ok()),
                () = self.0.queue.bell.notified() => {}
                () = sleep(pause) => {}
            }
        }
        worker.stop().await;
    }

    pub(crate) async fn job_depths(&self) -> Result<Depths, store::Error> {
        let all = self.0.store.job_depths().await?;
        let in_flight = self.0.queue.in_flight.load(Ordering::Relaxed).min(all.waiting);
        Ok(Depths {
            waiting: all.waiting - in_flight,
            in_flight,
            ..all
        })
    }
}

struct Worker {
    desk: Desk,
    running: JoinSet<Tried>,
    /// The jobs that are being done or whose end is not written down yet, each with its lane.
    busy: HashMap<i64, String>,
    ended: Vec<Tried>,
}

impl Worker {
    /// Writes down what has ended, begins what is due, and says when to look again at the latest.
    async fn turn(&mut self) -> Result<Duration, store::Error> {
        self.settle().await?;
        let now = self.desk.now();
        // Those that are being done are due as well.
        for job in self.desk.0.store.due_jobs(now, 2 * PER_LANE).await? {
            self.begin(job);
        }
        let next = self.desk.0.store.next_job_at(now).await?;
        let pause = next.map_or(LONGEST_PAUSE, |next| millis(next.since(now)));
        Ok(pause.min(LONGEST_PAUSE))
    }

    async fn settle(&mut self) -> Result<(), store::Error> {
        while let Some(ended) = self.running.try_join_next() {
            self.ended.extend(ended.ok());
        }
        if self.ended.is_empty() {
            return Ok(());
        }
        let mut tx = self.desk.0.store.begin().await?;
        tx.settle_jobs(&self.ended).await?;
        tx.commit().await?;
        for tried in self.ended.drain(..) {
            self.busy.remove(&tried.id);
        }
        self.count();
        Ok(())
    }

    /// Unless it is being done, or no place is free for it.
    fn begin(&mut self, job: DueJob) {
        let of_lane = self.busy.values().filter(|lane| **lane == job.lane).count();
        if self.busy.contains_key(&job.id) || of_lane >= PER_LANE as usize || self.busy.len() >= AT_ONCE {
            return;
        }
        self.busy.insert(job.id, job.lane.clone());
        self.count();
        self.running.spawn(attempt(self.desk.clone(), job));
    }

    fn count(&self) {
        let busy = u64::try_from(self.busy.len()).unwrap_or(u64::MAX);
        self.desk.0.queue.in_flight.store(busy, Ordering::Relaxed);
    }

    async fn stop(mut self) {
        let ending = async {
            while let Some(ended) = self.running.join_next().await {
                self.ended.extend(ended.ok());
            }
        };
        let in_time = timeout(FAREWELL, ending).await.is_ok();
        if let Err(why) = self.settle().await {
            trouble::note("The end of jobs could not be written down", &why);
        }
        if !in_time {
            let jobs = self.busy.len();
            tracing::info!(jobs, "Jobs were left for the next start");
        }
    }
}

async fn attempt(desk: Desk, job: DueJob) -> Tried {
    let ended = timeout(LONGEST_JOB, AssertUnwindSafe(run(&desk, &job)).catch_unwind()).await;
    let ended = match ended {
        Ok(Ok(ended)) => ended,
        Ok(Err(_)) => Err(JobError::retry("it broke; the log has the cause")),
        Err(_) => Err(JobError::retry("it did not end in time")),
    };
    let (tries, at) = (job.tries.saturating_add(1), desk.now());
    let end = end(ended, tries, at, chance());
    if let JobEnd::GivenUp { why } = &end {
        tracing::warn!(job.id, job.name, job.lane, tries, "Gave up a job: {why}");
    }
    Tried { id: job.id, at, end }
}

async fn run(desk: &Desk, job: &DueJob) -> Result<(), JobError> {
    match job.name.as_str() {
        Delivery::NAME => read::<Delivery>(&job.body)?.run(desk).await,
        other => Err(JobError::fail(format!("this Desk knows no job {other}"))),
    }
}

fn read<'j, J: serde::Deserialize<'j>>(body: &'j str) -> Result<J, JobError> {
    serde_json::from_str(body).map_err(|why| JobError::fail(format!("another version wrote it: {why}")))
}

/// What becomes of a job after its `tries`-th try.
fn end(ended: Result<(), JobError>, tries: i64, now: Timestamp, chance: f64) -> JobEnd {
    match ended {
        Ok(()) => JobEnd::Done,
        Err(JobError::Fail { why }) => JobEnd::GivenUp { why },
        Err(JobError::Retry { why, .. }) if tries >= MOST_TRIES => JobEnd::GivenUp { why },
        Err(JobError::Retry { why, after }) => {
            let after = after.unwrap_or_default().min(LONGEST_WAIT);
            let pause = pause(tries, chance).max(after);
            let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            JobEnd::Again {
                due_at: now.plus(pause),
                why,
            }
        }
    }
}

/// Four times as long after each try, and a fifth more or less by chance (from 0 to 1): what failed together is not
/// tried together.
fn pause(tries: i64, chance: f64) -> Duration {
    let doublings = 2 * u32::try_from((tries - 1).clamp(0, 10)).unwrap_or_default();
    let pause = (FIRST_WAIT * (1 << doublings)).min(LONGEST_WAIT);
    pause.mul_f64(0.8 + 0.4 * chance)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: what comes of it is tested for any chance"
)]
fn chance() -> f64 {
    rand::rng().random()
}

fn millis(time: i64) -> Duration {
    Duration::from_millis(u64::try_from(time).unwrap_or_default())
}

/// So that one slow receiver leaves places to the others.
const PER_LANE: u32 = 4;
const AT_ONCE: usize = 32;
const LONGEST_JOB: Duration = Duration::from_secs(30);
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_hours(6);
/// Two days, with these waits.
const MOST_TRIES: i64 = 14;
/// The clock may have been set meanwhile.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
const AFTER_A_FAULT: Duration = Duration::from_secs(2);
/// How long a stop waits for what was begun.
const FAREWELL: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use model::time::{HOUR, MINUTE};

    #[test]
    fn the_pauses_grow_and_end_after_two_days() {
        let seconds = |tries| pause(tries, 0.5).as_secs();
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 7, 8, 13].map(seconds),
            [5, 20, 80, 320, 1_280, 5_120, 20_480, 21_600, 21_600]
        );
        let all: u64 = (1..MOST_TRIES).map(seconds).sum();
        assert!((40..56).contains(&(all / 3_600)), "{all} s");
        assert_eq!(pause(1, 0.0), Duration::from_secs(4));
        assert_eq!(pause(1, 1.0), Duration::from_secs(6));
        assert_eq!(pause(i64::MAX, 0.5), LONGEST_WAIT);
    }

    #[test]
    fn a_receiver_may_ask_for_patience_but_not_for_all_of_it() {
        let due = |after: u64| {
            let ended = Err(JobError::Retry {
                why: "503".into(),
                after: Some(Duration::from_secs(after)),
            });
            match end(ended, 1, Timestamp(0), 0.5) {
                JobEnd::Again { due_at, .. } => due_at.0,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(due(0), 5_000);
        assert_eq!(due(60), MINUTE);
        assert_eq!(due(u64::MAX), 6 * HOUR);
    }

    #[test]
    fn a_job_is_given_up_when_its_author_says_so_or_after_the_last_try() {
        let given_up = |why: &str| JobEnd::GivenUp { why: why.into() };
        assert_eq!(
            end(Err(JobError::fail("410")), 1, Timestamp(0), 0.5),
            given_up("410")
        );
        let again = || Err(JobError::retry("503"));
        assert!(matches!(
            end(again(), MOST_TRIES - 1, Timestamp(0), 0.5),
            JobEnd::Again { .. }
        ));
        assert_eq!(end(again(), MOST_TRIES, Timestamp(0), 0.5), given_up("503"));
        assert_eq!(end(Ok(()), MOST_TRIES, Timestamp(0), 0.5), JobEnd::Done);
    }
}
