//! What tests and the demo stand on: real servers that are started for a moment and gone on drop.
//!
//! Nothing here listens anywhere but on loopback or a unix socket, on ports that the kernel picks.

pub mod ca;
pub mod child;
pub mod clock;
mod door;
#[cfg(test)]
mod openssl;
pub mod postgres;
mod private;
pub mod servers;

pub use ca::Ca;
pub use door::Door;
pub use postgres::Postgres;
