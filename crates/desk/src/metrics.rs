//! How the Desk is, in numbers for a monitoring system. No domain is named: their number has no bound.

use crate::{Actor, Desk, internal};
use model::{
    Error, Result, Timestamp,
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
    pub sweeps: Sweeps,
    pub tickets: Vec<(Status, i64)>,
    pub jobs: Depths,
    /// When each integration of the configuration was heard of last.
    pub integrations: Vec<(String, Option<Timestamp>)>,
    pub hosts: Vec<HostHealth>,
    pub database_bytes: u64,
}

impl Desk {
    /// For the machine itself, and for systems that show the internal token.
    pub async fn metrics(&self, who: &Actor) -> Result<Metrics> {
        match who {
            Actor::Machine | Actor::Console => {}
            Actor::Nobody => return Err(Error::Anonymous),
            Actor::Person(_) => return Err(Error::Denied),
        }
        let seen = self.0.store.last_deliveries().await.map_err(internal)?;
        let last_of = |name: &str| seen.iter().find(|(known, _)| known == name).map(|(_, at)| *at);
        let integrations = self.0.setup.integrations.iter();
        Ok(Metrics {
            engine: self.0.store.engine(),
            figures: self.0.latest.figures().0,
            sweeps: self.sweeps(),
            tickets: self.0.store.ticket_counts().await.map_err(internal)?,
            jobs: self.job_depths().await.map_err(internal)?,
            integrations: integrations
                .map(|one| (one.name.clone(), last_of(&one.name)))
                .collect(),
            hosts: self.known_hosts(),
            database_bytes: self.0.store.size().await.map_err(internal)?,
        })
    }
}
