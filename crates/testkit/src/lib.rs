//! What tests and the demo stand on: real servers that are started for a moment and gone on drop.
//!
//! Nothing here listens anywhere but on loopback or a unix socket, on ports that the kernel picks.

#![warn(missing_docs)]

pub mod ca;
mod child;
pub mod clock;
pub mod crowd;
pub mod dns;
mod door;
pub mod hostile;
pub mod lab;
mod mox;
#[cfg(test)]
mod openssl;
pub mod peer;
mod port;
pub mod postgres;
mod private;
pub mod receiver;
mod script;
pub mod servers;
pub mod talk;

pub use ca::Ca;
pub use crowd::Crowd;
pub use door::Door;
pub use lab::Lab;
pub use mox::Mox;
pub use peer::Peer;
pub use port::Port;
pub use postgres::Postgres;
pub use receiver::Receiver;
pub use script::Script;
