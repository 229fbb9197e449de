//! The instruments: probes, parsers and checks. No SQL, no web.
//!
//! ```text
//!   checks/*.rs ──ask──> Facts ──once each──> net (tls, starttls, host)      all I/O is there
//!        │                                        │ bytes
//!        └──────────────> judge <──── wire (x509, smtp, imap, cron)          pure, fuzzed
//!                           │
//!                        Outcome { state, code, evidence }
//! ```
//!
//! A probe's failure is data: nothing here returns `Err` for what a stranger's server did, and what could
//! not be seen is `unknown`, never `ok`.

pub mod certs;
pub mod checks;
pub mod facts;
pub mod judge;
pub mod memo;
pub mod net;
pub mod reproduce;
pub mod site;
pub mod sweep;
pub mod wire;

pub use checks::Check;
pub use facts::Facts;
pub use judge::{Judge, Trust};
pub use net::{Limits, Target, starttls::Starttls};
pub use site::Site;
pub use sweep::{Engine, Sweep};

/// Tells the time. A parameter, so that tests can stand at any moment.
pub type Clock = std::sync::Arc<dyn Fn() -> model::Timestamp + Send + Sync>;
