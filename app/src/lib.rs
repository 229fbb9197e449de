//! What people see: pages made on the server, and one live island that keeps them true.
//!
//! ```text
//!  pages ── parts ── words                       (server: whole HTML, readable without scripts)
//!    └───── Live ~~~ GET /api/v1/stream ~~> GET /parts/… ~~> swapped in place   (browser)
//! ```

pub mod live;
pub mod narrow;
pub mod theme;
pub mod words;

#[cfg(feature = "hydrate")]
mod browser;

#[cfg(feature = "ssr")]
pub mod asset;
#[cfg(feature = "ssr")]
pub mod calls;
#[cfg(feature = "ssr")]
pub mod door;
#[cfg(feature = "ssr")]
pub mod fault;
#[cfg(feature = "ssr")]
pub mod fragment;
#[cfg(feature = "ssr")]
pub mod gate;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
pub mod reader;
#[cfg(feature = "ssr")]
pub mod refused;
#[cfg(feature = "ssr")]
pub mod routes;

#[cfg(feature = "ssr")]
pub use leptos_router::params::ParamsMap;
#[cfg(feature = "ssr")]
pub use {
    asset::Assets,
    door::Door,
    fault::Fault,
    fragment::{Fragment, fragment},
    pages::{audit::AuditFilter, events::EventFilter, onboarding::OnboardingFilter, tickets::Filter},
    reader::Reader,
    refused::{Refused, Written},
    routes::{App, shell},
    theme::Theme,
};
