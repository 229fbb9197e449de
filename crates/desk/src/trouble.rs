//! What the machine cannot do just now, such as writing to a full disk: said once when it begins and once when it is
//! over, however many are turned away meanwhile; what comes and goes, once a minute.

use crate::Desk;
use model::Error;
use std::{
    fmt,
    sync::{
        LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{sync::Mutex, time::Instant};

/// Whoever asked may try again; the log has the cause.
pub fn unavailable(cause: &impl fmt::Display) -> Error {
    IS_IN_TROUBLE.store(true, Relaxed);
    let now = u64::try_from(STARTED.elapsed().as_millis()).unwrap_or(u64::MAX);
    let said_at = SAID_AT.load(Relaxed);
    let is_news = said_at == 0 || now.saturating_sub(said_at) >= SAY_AGAIN;
    if is_news && !IS_SAID.swap(true, Relaxed) {
        SAID_AT.store(now.max(1), Relaxed);
        tracing::error!("Cannot be stored or read now; every caller is told to try again: {cause}");
    } else {
        tracing::debug!("Cannot be stored or read now: {cause}");
    }
    Error::Unavailable {
        retry_after: RETRY_AFTER,
    }
}

/// What the Desk does by itself came to nothing, and will be tried again.
pub(crate) fn note(what: &str, why: &store::Error) {
    if why.is_for_now() {
        let _ = unavailable(&format_args!("{what}: {why}"));
    } else {
        tracing::error!("{what}: {why}");
    }
}

/// Something was written.
pub(crate) fn is_over() {
    if IS_IN_TROUBLE.load(Relaxed) && IS_IN_TROUBLE.swap(false, Relaxed) && IS_SAID.swap(false, Relaxed) {
        tracing::info!("Storing works again");
    }
}

impl Desk {
    /// Whether the database answers and, where it was in trouble, takes a write again; what is wrong with it where not.
    /// However many ask, it is looked at once a second.
    pub async fn ready(&self) -> Result<(), &'static str> {
        let mut last = LAST_LOOK.lock().await;
        if let Some((at, found)) = *last
            && at.elapsed() < LOOK_AGAIN
        {
            return found;
        }
        let works = async {
            self.0.store.ping().await?;
            if IS_IN_TROUBLE.load(Relaxed) {
                self.0.store.try_to_write().await?;
                is_over();
            }
            Ok::<(), store::Error>(())
        };
        let found = works.await.map_err(|why| {
            let _ = unavailable(&why);
            why.in_short()
        });
        *last = Some((Instant::now(), found));
        found
    }
}

/// Of this process: all its databases are on one machine.
static IS_IN_TROUBLE: AtomicBool = AtomicBool::new(false);
/// The log has it.
static IS_SAID: AtomicBool = AtomicBool::new(false);
/// Milliseconds since the start; 0: never.
static SAID_AT: AtomicU64 = AtomicU64::new(0);
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
static LAST_LOOK: Mutex<Option<(Instant, Result<(), &'static str>)>> = Mutex::const_new(None);

const LOOK_AGAIN: Duration = Duration::from_secs(1);
const SAY_AGAIN: u64 = 60_000;
/// Seconds.
pub(crate) const RETRY_AFTER: u32 = 2;
