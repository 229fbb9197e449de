//! What was committed goes from the write-ahead log into the database, beside the writer: a sync of thousands of pages
//! would delay every webhook that comes meanwhile.

use crate::{Desk, trouble};
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

impl Desk {
    /// At most once a second, and only after something was written, until `stop`.
    pub async fn run_checkpoints(&self, stop: CancellationToken) {
        let written = self.0.recorder.written();
        let turns = async {
            loop {
                written.notified().await;
                sleep(GATHER).await;
                if let Err(why) = self.0.store.checkpoint().await {
                    trouble::note("What was written could not be put into its place", &why);
                }
            }
        };
        let _ = stop.run_until_cancelled(turns).await;
    }
}

/// A page that many transactions write is then copied once for all of them.
const GATHER: Duration = Duration::from_secs(1);
