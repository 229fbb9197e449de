//! How the Desk is, in numbers for a monitoring system. No domain is named: their number has no bound.

use crate::{Actor, Desk, internal, webhooks::Outcome};
use model::{
    CheckId, Error, Result, State, Timestamp,
    board::Figures,
    health::{HostHealth, Sweeps},
    job::Depths,
    ticket::Status,
};

/// Everything at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Metrics {
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    pub figures: Figures,
    /// How many domains each check says what of.
    pub checks: Vec<(CheckId, State, u64)>,
    pub sweeps: Sweeps,
    pub tickets: Vec<(Status, i64)>,
    pub jobs: Depths,
    pub integrations: Vec<Heard>,
    pub hosts: Vec<HostHealth>,
    pub database_bytes: u64,
}

/// What came of an integration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heard {
    pub integration: String,
    pub last_at: Option<Timestamp>,
    /// Since the start.
    pub webhooks: Vec<(Outcome, u64)>,
}

impl Desk {
    /// For the machine itself, and for systems that show the internal token.
    pub async fn metrics(&self, who: &Actor) -> Result<Metrics> {
        match who {
            Actor::Machine | Actor::Console => {}
            Actor::Nobody => return Err(Error::Anonymous),
            Actor::Person(_) => return Err(Error::Denied),
        }
        let mut integrations = Vec::with_capacity(self.0.setup.integrations.len());
        for (nth, one) in self.0.setup.integrations.iter().enumerate() {
            integrations.push(Heard {
                integration: one.name.clone(),
                last_at: self.0.store.last_delivery(&one.name).await.map_err(internal)?,
                webhooks: self.0.tally.counts(nth).to_vec(),
            });
        }
        Ok(Metrics {
            engine: self.0.store.engine(),
            figures: self.0.latest.figures().0,
            checks: self.0.latest.states(),
            sweeps: self.sweeps(),
            tickets: self.0.store.ticket_counts().await.map_err(internal)?,
            jobs: self.job_depths().await.map_err(internal)?,
            integrations,
            hosts: self.known_hosts(),
            database_bytes: self.0.store.size().await.map_err(internal)?,
        })
    }
}
