//! The real clock: the servers and clients of the test kit are real, and read no other.

use model::Timestamp;
use std::time::{Duration, SystemTime};

/// This moment.
#[expect(
    clippy::disallowed_methods,
    reason = "dovecot, postfix, nginx and openssl cannot be handed a clock"
)]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp(since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
}

/// Asks every 50 ms until `done` says yes; `false` when it did not within `limit`.
pub async fn until(limit: Duration, mut done: impl AsyncFnMut() -> bool) -> bool {
    let asking = async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(limit, asking).await.is_ok()
}
