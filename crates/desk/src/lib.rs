//! The verbs: every use-case of the Desk. Each takes the [`Actor`] first and asks the gate before all else.
//!
//! ```text
//!  schedule ─┐                                   ┌─> Latest (what the board shows, in memory)
//!  a person ─┴─> run_group ─> engine ─> Recorder ┤
//!                                one transaction └─> events ─> wake ─> every open stream
//! ```

pub mod actor;
pub mod audit;
mod certificates;
pub mod checks;
pub mod domains;
pub mod events;
mod health;
pub mod history;
pub mod hooks;
mod intake;
pub mod jobs;
mod latest;
pub mod metrics;
pub mod onboarding;
pub mod passwords;
pub mod people;
mod recorder;
pub mod seal;
mod tenants;
pub mod tickets;
mod trail;
mod trouble;
mod truths;
pub mod webhooks;

pub use actor::Actor;
pub use trouble::unavailable;

use audit::AtWork;
use engine::{Clock, Engine, Site, site::Host};
use health::Answers;
use hooks::Hook;
use jobs::Queue;
use latest::Latest;
use model::{Cron, Error, Patience, Result, Timestamp, health::Sweeps};
use recorder::Recorder;
use seal::Seal;
use std::{any::Any, fmt, sync::Arc, time::Duration};
use store::Store;
use tokio::sync::{Mutex, Notify};
use tokio_util::task::TaskTracker;
use webhooks::{Integration, Keyring, Keys, Secret, Tally};

/// What the use-cases need to know of the configuration.
#[derive(Clone, Debug)]
pub struct Setup {
    pub sites: Vec<Site>,
    /// By name.
    pub hosts: Vec<(String, Host)>,
    /// Every domain once in this time.
    pub period: Duration,
    /// When everything is audited.
    pub audit: Cron,
    /// When a fault is announced, and when its end.
    pub patience: Patience,
    /// Logins that may be tried in a minute from one address.
    pub login_rate_limit: u32,
    /// Who may send webhooks.
    pub integrations: Vec<Integration>,
    /// What the secrets are sealed with that the Desk makes; without it it makes none.
    pub seal: Option<Arc<Seal>>,
    /// Who is told what happens.
    pub hooks: Vec<Hook>,
    /// What another system asks for an audit with.
    pub internal_token: Option<Secret>,
    /// The configuration keys of secrets that are missing; never a value.
    pub missing_secrets: Vec<String>,
}

/// The Desk. Cheap to clone: all clones are the same.
#[derive(Clone, Debug)]
pub struct Desk(Arc<Inner>);

struct Inner {
    store: Store,
    engine: Arc<Engine>,
    setup: Setup,
    clock: Clock,
    latest: Latest,
    recorder: Recorder,
    queue: Queue,
    /// How far the schedule is.
    sweeps: std::sync::Mutex<Sweeps>,
    /// Somebody asked for a sweep out of turn.
    sweep_wanted: Notify,
    audits: AtWork,
    /// Held while a domain is being edited.
    editing: Mutex<()>,
    /// Checks that nobody waits for.
    errands: TaskTracker,
    answers: Answers,
    keyring: Keyring,
    tally: Tally,
    /// What an integration that does not exist is proved against.
    nobody: Keys,
}

impl Desk {
    /// Reads what the board showed last, so that it shows it again at once.
    pub async fn open(store: Store, engine: Arc<Engine>, setup: Setup, clock: Clock) -> Result<Self> {
        let latest = Latest::load(&store, &setup.sites).await.map_err(internal)?;
        let queue = Queue::default();
        let recorder = Recorder::start(store.clone(), latest.clone(), &setup, Arc::clone(&queue.bell))
            .await
            .map_err(internal)?;
        let keyring = Keyring::load(&store, setup.seal.as_deref(), &setup.integrations)
            .await
            .map_err(internal)?;
        let tally = Tally::of(setup.integrations.len());
        Ok(Self(Arc::new(Inner {
            store,
            engine,
            setup,
            clock,
            latest,
            recorder,
            queue,
            sweeps: std::sync::Mutex::default(),
            sweep_wanted: Notify::new(),
            audits: AtWork::default(),
            editing: Mutex::new(()),
            errands: TaskTracker::new(),
            answers: Answers::default(),
            keyring,
            tally,
            nobody: Keys::of_nobody(passwords::random_word(32)),
        })))
    }

    pub fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Stores everything that was found out so far, and ends. Call it after the schedule has stopped.
    pub async fn close(&self) {
        self.0.errands.close();
        self.0.errands.wait().await;
        self.0.recorder.close().await;
        self.0.store.close().await;
    }

    fn site(&self, name: &str) -> Site {
        let known = self.0.setup.sites.iter().find(|site| site.name == name);
        // A site that left the configuration has no keys: its checks are skipped and say which key they want.
        known.cloned().unwrap_or_else(|| Site {
            name: name.to_owned(),
            ..Site::default()
        })
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("setup", &self.setup)
            .finish_non_exhaustive()
    }
}

/// A fault of ours: the cause goes to the log under a number, the number to whoever asked. What the database cannot do
/// just now is worth another try instead.
pub fn internal(cause: impl fmt::Display + 'static) -> Error {
    if let Some(why) = (&cause as &dyn Any).downcast_ref::<store::Error>()
        && why.is_for_now()
    {
        return unavailable(why);
    }
    let incident = passwords::random_word(8);
    tracing::error!(incident, "Failed: {cause}");
    Error::Internal { incident }
}
