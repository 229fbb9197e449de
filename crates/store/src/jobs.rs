//! Jobs: enqueued in the transaction of what they follow from, found when they are due, kept when they are given up.
//!
//! That a job is being done stands nowhere: who does it knows, and after a crash it is simply due.

use crate::{Error, Result, Store, Tx, dialect::ROWS, error::storable};
use model::{
    Timestamp,
    job::{DeadJob, Depths},
};
use sqlx::QueryBuilder;

/// A job to be done from `due_at` on, which is when it was wanted.
#[derive(Clone, Debug)]
pub struct NewJob<'a> {
    /// Which code does it.
    pub name: &'a str,
    /// Whom it waits behind.
    pub lane: &'a str,
    /// What it is about, for people. Never a secret.
    pub about: &'a str,
    /// What is needed to do it, as JSON.
    pub body: &'a str,
    pub due_at: Timestamp,
}

/// A job that is due.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct DueJob {
    pub id: i64,
    pub name: String,
    pub lane: String,
    pub body: String,
    /// How often it came to nothing.
    pub tries: i64,
}

/// What became of a try, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tried {
    pub id: i64,
    pub at: Timestamp,
    pub end: JobEnd,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JobEnd {
    Done,
    /// To be tried again from `due_at` on.
    Again {
        due_at: Timestamp,
        why: String,
    },
    GivenUp {
        why: String,
    },
}

impl Tx {
    /// They are due when the transaction is committed, or never.
    pub async fn enqueue(&mut self, jobs: &[NewJob<'_>]) -> Result<()> {
        if jobs.is_empty() {
            return Ok(());
        }
        let first = self.numbered("jobs", jobs.len()).await?;
        let numbered: Vec<_> = (first..).zip(jobs).collect();
        for rows in numbered.chunks(ROWS) {
            for (_, job) in rows {
                for (what, text) in [("about", job.about), ("body", job.body)] {
                    storable(what, text)?;
                }
            }
            later!(self, "insert", |query| query
                .push(" into jobs (id, name, lane, about, body, created_at, due_at, tries) ")
                .push_values(rows, |mut row, (id, job)| {
                    row.push_bind(*id)
                        .push_bind(job.name)
                        .push_bind(job.lane)
                        .push_bind(job.about)
                        .push_bind(job.body)
                        .push_bind(job.due_at.0)
                        .push_bind(job.due_at.0)
                        .push_bind(0_i64);
                }));
        }
        Ok(())
    }

    /// Writes down what became of tries; what is done is forgotten.
    pub async fn settle_jobs(&mut self, tried: &[Tried]) -> Result<()> {
        let done: Vec<i64> = tried
            .iter()
            .filter(|one| one.end == JobEnd::Done)
            .map(|one| one.id)
            .collect();
        for done in done.chunks(ROWS) {
            on!(self, |db| {
                let mut query = QueryBuilder::new("delete from jobs where id in (");
                let mut ids = query.separated(", ");
                for id in done {
                    ids.push_bind(*id);
                }
                query.push(")").build().execute(db).await?;
            });
        }
        for one in tried {
            let (due_at, why) = match &one.end {
                JobEnd::Done => continue,
                JobEnd::Again { due_at, why } => (Some(due_at.0), why),
                JobEnd::GivenUp { why } => (None, why),
            };
            on!(self, |db| {
                sqlx::query(
                    "update jobs set due_at = $2, tried_at = $3, error = $4, tries = tries + 1 where id = $1",
                )
                .bind(one.id)
                .bind(due_at)
                .bind(one.at.0)
                .bind(storable("error", why)?)
                .execute(db)
                .await?;
            });
        }
        Ok(())
    }

    /// Makes a job that was given up due as if it had never been tried; `None` where no such job was given up.
    pub async fn revive_job(&mut self, id: i64, now: Timestamp) -> Result<Option<DeadJob>> {
        let Some(job) = self.dead_job(id).await? else {
            return Ok(None);
        };
        on!(self, |db| {
            sqlx::query("update jobs set due_at = $2, tries = 0 where id = $1")
                .bind(id)
                .bind(now.0)
                .execute(db)
                .await?;
        });
        Ok(Some(job))
    }

    /// Forgets a job that was given up; `None` where no such job was.
    pub async fn drop_job(&mut self, id: i64) -> Result<Option<DeadJob>> {
        let Some(job) = self.dead_job(id).await? else {
            return Ok(None);
        };
        on!(self, |db| {
            sqlx::query("delete from jobs where id = $1")
                .bind(id)
                .execute(db)
                .await?;
        });
        Ok(Some(job))
    }

    async fn dead_job(&mut self, id: i64) -> Result<Option<DeadJob>> {
        let row = on!(self, |db| {
            sqlx::query_as::<_, DeadRow>(
                "select id, name, about, tries, error, created_at, tried_at from jobs
                 where id = $1 and due_at is null",
            )
            .bind(id)
            .fetch_optional(db)
            .await?
        });
        row.map(DeadJob::try_from).transpose()
    }

    /// Forgets what was given up before `before`; returns how many.
    pub async fn forget_jobs(&mut self, before: Timestamp) -> Result<u64> {
        Ok(on!(self, |db| {
            sqlx::query("delete from jobs where due_at is null and tried_at < $1")
                .bind(before.0)
                .execute(db)
                .await?
                .rows_affected()
        }))
    }
}

impl Store {
    /// The jobs that are due, the longest overdue first, at most `limit` of each lane.
    pub async fn due_jobs(&self, now: Timestamp, limit: u32) -> Result<Vec<DueJob>> {
        let lanes: Vec<String> = on!(self, |db| {
            sqlx::query_scalar("select distinct lane from jobs where due_at <= $1")
                .bind(now.0)
                .fetch_all(db)
                .await?
        });
        let mut due = Vec::new();
        for lane in lanes {
            let jobs: Vec<DueJob> = on!(self, |db| {
                sqlx::query_as(
                    "select id, name, lane, body, tries from jobs
                     where lane = $1 and due_at <= $2 order by due_at, id limit $3",
                )
                .bind(lane)
                .bind(now.0)
                .bind(i64::from(limit))
                .fetch_all(db)
                .await?
            });
            due.extend(jobs);
        }
        Ok(due)
    }

    /// When the next job will be due that is not due yet.
    pub async fn next_job_at(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let next: Option<i64> = on!(self, |db| {
            sqlx::query_scalar("select min(due_at) from jobs where due_at > $1")
                .bind(now.0)
                .fetch_one(db)
                .await?
        });
        Ok(next.map(Timestamp))
    }

    /// How many there are. Those in flight are among the waiting here.
    pub async fn job_depths(&self) -> Result<Depths> {
        let (waiting, dead): (i64, i64) = on!(self, |db| {
            sqlx::query_as("select count(due_at), count(*) - count(due_at) from jobs")
                .fetch_one(db)
                .await?
        });
        let count = |count: i64| u64::try_from(count).unwrap_or_default();
        Ok(Depths {
            waiting: count(waiting),
            in_flight: 0,
            dead: count(dead),
        })
    }

    /// The jobs with an id below `before` that were given up, newest first, at most `limit`.
    pub async fn dead_jobs(&self, before: i64, limit: u32) -> Result<Vec<DeadJob>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, DeadRow>(
                "select id, name, about, tries, error, created_at, tried_at from jobs
                 where due_at is null and id < $1 order by id desc limit $2",
            )
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(db)
            .await?
        });
        rows.into_iter().map(DeadJob::try_from).collect()
    }
}

#[derive(sqlx::FromRow)]
struct DeadRow {
    id: i64,
    name: String,
    about: String,
    tries: i64,
    error: Option<String>,
    created_at: i64,
    tried_at: Option<i64>,
}

impl TryFrom<DeadRow> for DeadJob {
    type Error = Error;

    fn try_from(row: DeadRow) -> Result<Self> {
        let untried = || Error::strange("job", format!("{}, given up and never tried", row.id));
        Ok(Self {
            tried_at: row.tried_at.map(Timestamp).ok_or_else(untried)?,
            error: row.error.ok_or_else(untried)?,
            id: row.id,
            name: row.name,
            about: row.about,
            tries: row.tries,
            created_at: Timestamp(row.created_at),
        })
    }
}
