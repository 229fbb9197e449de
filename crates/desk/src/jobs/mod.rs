//! What the Desk does by itself.

pub mod schedule;
