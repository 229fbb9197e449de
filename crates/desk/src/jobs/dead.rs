//! The jobs that were given up, as people see them, have them tried again, and drop them.

use crate::{Actor, Desk, internal};
use model::{
    Error, Permission, Result,
    job::{DeadJob, Jobs},
    shown::Shown,
    trail::{Action, Fields},
};

impl Desk {
    /// The depths, and the jobs with an id below `before` that were given up, newest first, at most `limit`.
    pub async fn jobs(&self, who: &Actor, before: Option<i64>, limit: u32) -> Result<Shown<Jobs>> {
        let grant = who.may(Permission::SeeChecks)?;
        let before = before.unwrap_or(i64::MAX);
        // One more tells whether there is a next page.
        let found = self.0.store.dead_jobs(before, limit.saturating_add(1)).await;
        let mut items = found.map_err(internal)?;
        let page = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > page;
        items.truncate(page);
        let last = items.last().filter(|_| more);
        Ok(grant.show(Jobs {
            depths: self.job_depths().await.map_err(internal)?,
            next_cursor: last.map(|job| job.id.to_string()),
            items,
        }))
    }

    /// Has a job that was given up tried again, as if for the first time.
    pub async fn retry_job(&self, who: &Actor, id: i64) -> Result<()> {
        who.may(Permission::EditDomains)?;
        let now = self.now();
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let job = tx.revive_job(id, now).await.map_err(internal)?;
        let job = job.ok_or_else(|| no_such_job(id))?;
        let deed = self.deed(who, Action::JobRetried, &job.about);
        tx.note(&deed.with(trail_of(&job), Fields::new()))
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        self.0.queue.bell.notify_one();
        Ok(())
    }

    /// Forgets a job that was given up.
    pub async fn drop_job(&self, who: &Actor, id: i64) -> Result<()> {
        who.may(Permission::EditDomains)?;
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let job = tx.drop_job(id).await.map_err(internal)?;
        let job = job.ok_or_else(|| no_such_job(id))?;
        let deed = self.deed(who, Action::JobDropped, &job.about);
        tx.note(&deed.with(trail_of(&job), Fields::new()))
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)
    }
}

fn trail_of(job: &DeadJob) -> Fields {
    Fields::from([
        ("job".to_owned(), job.name.clone()),
        ("tries".to_owned(), job.tries.to_string()),
        ("error".to_owned(), job.error.clone()),
    ])
}

fn no_such_job(id: i64) -> Error {
    Error::not_found(format!("a job {id} that was given up"))
}
