//! What the machine cannot do just now, such as writing to a full disk: said once when it begins and once when it is
//! over, however many are turned away meanwhile.

use crate::Desk;
use model::Error;
use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

/// Whoever asked may try again; the log has the cause.
pub fn unavailable(cause: &impl fmt::Display) -> Error {
    if IS_IN_TROUBLE.swap(true, Ordering::Relaxed) {
        tracing::debug!("Cannot be stored or read now: {cause}");
    } else {
        tracing::error!("Cannot be stored or read now; every caller is told to try again: {cause}");
    }
    Error::Unavailable {
        retry_after: RETRY_AFTER,
    }
}

/// Something was written.
pub(crate) fn is_over() {
    if IS_IN_TROUBLE.load(Ordering::Relaxed) && IS_IN_TROUBLE.swap(false, Ordering::Relaxed) {
        tracing::info!("Storing works again");
    }
}

impl Desk {
    /// Whether the database answers and, where it was in trouble, takes a write again.
    pub async fn ready(&self) -> Result<(), store::Error> {
        let works = async {
            self.0.store.ping().await?;
            if IS_IN_TROUBLE.load(Ordering::Relaxed) {
                self.0.store.try_to_write().await?;
                is_over();
            }
            Ok(())
        };
        works.await.inspect_err(|why| drop(unavailable(why)))
    }
}

/// Of this process: all its databases are on one machine.
static IS_IN_TROUBLE: AtomicBool = AtomicBool::new(false);

/// Seconds.
pub(crate) const RETRY_AFTER: u32 = 2;
