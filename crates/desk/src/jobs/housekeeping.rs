//! Housekeeping, once a UTC day: what is old is summed up or forgotten, so that the database stops growing.

use crate::Desk;
use model::{DomainName, Timestamp, time::DAY};
use tokio_util::sync::CancellationToken;

impl Desk {
    /// In many small transactions, between which others write. Whatever ends it halfway, the next time goes on
    /// where it was: each transaction sums up and forgets the same runs.
    pub async fn keep_house(&self, stop: &CancellationToken) -> Result<(), store::Error> {
        let now = self.now();
        let names: Vec<DomainName> = self
            .0
            .latest
            .domains()
            .into_iter()
            .map(|domain| domain.name)
            .collect();
        for names in names.chunks(AT_ONCE) {
            if stop.is_cancelled() {
                return Ok(());
            }
            self.keep_domains(names, now).await?;
        }
        while !stop.is_cancelled() {
            let mut tx = self.0.store.begin().await?;
            let forgotten = tx
                .forget_events(now.plus(-STREAM_DAYS * DAY), EVENTS_AT_ONCE)
                .await?;
            tx.commit().await?;
            if forgotten < u64::from(EVENTS_AT_ONCE) {
                break;
            }
        }
        while !stop.is_cancelled() {
            let mut tx = self.0.store.begin().await?;
            let forgotten = tx
                .forget_deliveries(now.plus(-KEPT_DAYS * DAY), EVENTS_AT_ONCE)
                .await?;
            tx.commit().await?;
            if forgotten < u64::from(EVENTS_AT_ONCE) {
                break;
            }
        }
        let mut tx = self.0.store.begin().await?;
        tx.prune_sessions(now).await?;
        tx.prune_tokens(now).await?;
        tx.forget_certificates().await?;
        tx.forget_cycles(now.plus(-KEPT_DAYS * DAY)).await?;
        tx.commit().await
    }

    async fn keep_domains(&self, names: &[DomainName], now: Timestamp) -> Result<(), store::Error> {
        let mut tx = self.0.store.begin().await?;
        for name in names {
            tx.roll_up(name, now.plus(-RAW_DAYS * DAY)).await?;
            tx.forget_days(name, now.plus(-KEPT_DAYS * DAY)).await?;
            tx.forget_changes(name, now.plus(-KEPT_DAYS * DAY), MOST_CHANGES)
                .await?;
        }
        tx.commit().await
    }
}

const RAW_DAYS: i64 = 14;
/// For a stream that resumes; people read the changes, which are kept longer.
const STREAM_DAYS: i64 = 14;
/// Two years.
const KEPT_DAYS: i64 = 731;
/// Of one check: one that flaps would else fill the database.
const MOST_CHANGES: u32 = 500;
const AT_ONCE: usize = 25;
const EVENTS_AT_ONCE: u32 = 5_000;
