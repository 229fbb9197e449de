//! The words of the Desk: every noun that the server, the command line and the browser share.
//!
//! Nothing here reads a clock, a file or a socket, and all of it compiles to WebAssembly.
//!
//! ```text
//!  DomainName ──< Step { Check, State, Code, Evidence } >── said in a Language ──> SpokenStep
//!       │                          │
//!       └──────── Status { ready, admin_ready, mail_tls_ready } ──> Board, Card
//! ```

pub mod access;
pub mod audit;
pub mod board;
pub mod certificate;
pub mod check;
pub mod code;
mod cron;
pub mod domain;
pub mod draft;
pub mod endpoint;
pub mod error;
pub mod event;
pub mod evidence;
pub mod health;
pub mod held;
pub mod hint;
pub mod history;
pub mod job;
pub mod language;
pub mod mask;
pub mod message;
pub mod onboarding;
pub mod patience;
pub mod people;
pub mod score;
pub mod shown;
pub mod status;
pub mod ticket;
pub mod time;
pub mod trail;
pub mod truths;
pub mod webhook;

pub use access::{Permission, Role};
pub use certificate::Leaf;
pub use check::{CheckId, Group, Label, Priority, State};
pub use code::{Code, Reason};
pub use cron::Cron;
pub use domain::{Domain, DomainName};
pub use endpoint::Endpoint;
pub use error::{Error, Result};
pub use evidence::Evidence;
pub use language::Language;
pub use patience::Patience;
pub use status::{SpokenStep, Standing, Status, Step};
pub use time::Timestamp;
