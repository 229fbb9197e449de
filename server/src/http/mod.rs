//! The doors: HTTP in, use-cases called, answers out. Nothing is decided here.

mod actor;
mod api;
mod assets;
mod audit;
mod events;
mod forms;
mod headers;
mod hooks;
mod itself;
mod login;
mod metrics;
mod origin;
mod pages;
mod people;
mod rejection;
mod router;
mod slow;
mod tickets;
mod token;

pub(crate) use hooks::Room;
pub(crate) use rejection::Rejection;
pub(crate) use router::router;
pub(crate) use token::Tokens;

use axum::extract::FromRef;
use desk::Desk;
use std::{net::IpAddr, ops::Deref, sync::Arc};
use tokio_util::sync::CancellationToken;

/// What every door needs. Cheap to clone: each layer and each handler of a request has one.
#[derive(Clone)]
pub(crate) struct Web(pub(crate) Arc<Setting>);

impl Deref for Web {
    type Target = Setting;

    fn deref(&self) -> &Setting {
        &self.0
    }
}

pub(crate) struct Setting {
    pub(crate) desk: Desk,
    pub(crate) tokens: Arc<Tokens>,
    /// `https://desk.ligbox.com.br`, where the configuration names it.
    pub(crate) public_origin: Option<Arc<str>>,
    /// Nobody has to log in: `auth.enabled` is false.
    pub(crate) is_open: bool,
    /// Whether the Desk serves HTTPS itself.
    pub(crate) is_https: bool,
    pub(crate) is_trusted_proxy: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// For webhooks that wait to be stored.
    pub(crate) room: Room,
    pub(crate) leptos: leptos::config::LeptosOptions,
    /// Cancelled when the server stops: open streams end, so that nobody waits for them.
    pub(crate) stop: CancellationToken,
}

impl Web {
    /// Whether browsers reach the Desk over HTTPS, its own or that of a proxy before it.
    pub(crate) fn is_reached_over_https(&self) -> bool {
        let public = self.public_origin.as_deref();
        self.is_https || public.is_some_and(|origin| origin.starts_with("https://"))
    }
}

impl FromRef<Web> for leptos::config::LeptosOptions {
    fn from_ref(web: &Web) -> Self {
        web.leptos.clone()
    }
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Web")
            .field("public_origin", &self.public_origin)
            .finish_non_exhaustive()
    }
}
