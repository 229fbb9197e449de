//! What tests and the demo stand on: real servers that are started for a moment and gone on drop.
//!
//! Nothing here listens anywhere but on loopback or a unix socket, on ports that the kernel picks.

pub mod ca;
pub mod child;
pub mod clock;
pub mod crowd;
mod door;
pub mod hostile;
#[cfg(test)]
mod openssl;
pub mod peer;
pub mod postgres;
mod private;
pub mod servers;
pub mod talk;

pub use ca::Ca;
pub use crowd::Crowd;
pub use door::Door;
pub use peer::Peer;
pub use postgres::Postgres;
