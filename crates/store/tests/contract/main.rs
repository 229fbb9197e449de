//! The store's contract: every story is told twice, once on SQLite and once on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a story that cannot go on has failed"
)]

use model::{CheckId, Code, Domain, DomainName, Evidence, Patience, State, Timestamp};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use store::{Finding, Run, Store, StoredStep};
use tempfile::TempDir;
use testkit::Postgres;

/// Makes a test of each story in `mod sqlite` and in `mod postgres`; a story that is not listed is dead code,
/// which the compiler reports.
macro_rules! on_both_engines {
    ($($story:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(crate::Place::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(crate::Place::postgres()).await;
            })*
        }
    };
}

mod announced;
mod audits;
mod certificates;
mod changes;
mod days;
mod deliveries;
mod domains;
mod events;
mod hostile;
mod jobs;
mod lists;
mod memory;
mod onboarding;
mod people;
mod record;
mod runs;
mod sessions;
mod start;
mod trail;
mod views;

/// Where a story's database is; gone on drop.
struct Place {
    url: String,
    _folder: Option<TempDir>,
    _cluster: Option<Arc<Postgres>>,
}

impl Place {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            url: format!("sqlite://{}", folder.path().join("desk.db").display()),
            _folder: Some(folder),
            _cluster: None,
        }
    }

    fn postgres() -> Self {
        // Weak, because a static is never dropped: the cluster ends with the last story that stands on it.
        static CLUSTER: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut shared = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
        let cluster = shared.upgrade().unwrap_or_else(|| Arc::new(Postgres::start()));
        *shared = Arc::downgrade(&cluster);
        Self {
            url: cluster.database(),
            _folder: None,
            _cluster: Some(cluster),
        }
    }

    async fn open(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    /// Open, with these domains in it.
    async fn with(&self, domains: &[&str]) -> Store {
        let store = self.open().await;
        let mut tx = store.begin().await.unwrap();
        for domain in domains {
            assert!(tx.seed_domain(&Domain::plain(name(domain))).await.unwrap());
        }
        tx.commit().await.unwrap();
        store
    }
}

fn name(text: &str) -> DomainName {
    DomainName::parse(text).unwrap()
}

/// A run of one domain at `minute`, each check with its state.
fn run(domain: &str, minute: i64, said: &[(&'static str, State)]) -> Run {
    Run {
        domain: name(domain),
        at: minute_of(minute),
        is_whole: false,
        holds: HOLDS,
        findings: said
            .iter()
            .map(|&(check, state)| Finding {
                check: CheckId::new(check),
                state,
                code: if state == State::Ok {
                    Code::Ok
                } else {
                    Code::Expired
                },
                evidence: Evidence::default(),
                duration_ms: 12,
            })
            .collect(),
    }
}

fn minute_of(minute: i64) -> Timestamp {
    Timestamp::from_seconds(1_795_417_200 + minute * 60)
}

/// Records runs in a transaction of their own.
async fn record(store: &Store, runs: &[Run]) -> Vec<model::event::Event> {
    let mut tx = store.begin().await.unwrap();
    let events = tx.record(runs, Patience::default()).await.unwrap();
    tx.commit().await.unwrap();
    events
}

async fn faults(store: &Store) -> Vec<StoredStep> {
    let mut faults = Vec::new();
    store.each_fault(|step| faults.push(step)).await.unwrap();
    faults
}

/// Three times five minutes.
const HOLDS: i64 = 15 * model::time::MINUTE;
const IMAP: &str = "imap_cert_san_993";
const SMTP: &str = "smtp_cert_san_465";
