//! What the stories stand on: a place to happen in, the running program, callers at its doors, a mail server.
//!
//! ```text
//!  Place ── start() ─> Desk ── token("root"), cookie("noc"), anonymous() ─> Caller ─> Answer, Messages
//!    │                  └────── Visitor (over HTTPS)
//!    └───── run([…]) ─> Done                 watches ─> MailServer
//! ```

mod caller;
mod desk;
mod disk;
mod mail_server;
mod messages;
mod place;
mod program;
mod visitor;

pub(crate) use caller::{Answer, Caller};
pub(crate) use desk::Desk;
pub(crate) use disk::{Disk, sqlite_at};
pub(crate) use mail_server::MailServer;
pub(crate) use messages::Message;
pub(crate) use place::{PASSWORD, Place};
pub(crate) use program::Done;
pub(crate) use visitor::Visitor;

use std::time::Duration;

/// How long anything may take on a busy machine with two cores.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
