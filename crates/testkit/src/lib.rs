//! What tests and the demo stand on: real servers that are started for a moment and gone on drop.
//!
//! Nothing here listens anywhere but on loopback or a unix socket, on ports that the kernel picks.

pub mod child;
pub mod postgres;

pub use postgres::Postgres;
