//! The instruments: probes, parsers and checks. No SQL, no web.

pub mod site;
pub use site::Site;
