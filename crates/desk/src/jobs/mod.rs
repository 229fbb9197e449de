//! What the Desk does by itself.

mod housekeeping;
pub mod schedule;
