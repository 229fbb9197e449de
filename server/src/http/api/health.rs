//! Is the Desk up, and can it work?

use super::super::Web;
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Health {
    #[schema(examples("ok"))]
    status: &'static str,
    version: &'static str,
}

/// Whether the program runs.
#[utoipa::path(
    get,
    path = "/health",
    tag = "health",
    security(()),
    responses((status = 200, body = Health, description = "It runs."))
)]
pub(crate) async fn health() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Readiness {
    #[schema(examples("ok", "unavailable"))]
    status: &'static str,
    #[schema(examples("ok", "does not answer", "the disk is full"))]
    database: &'static str,
}

/// Whether it can work, with a reason for each part that is missing.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "health",
    security(()),
    responses(
        (status = 200, body = Readiness, description = "It can."),
        (status = 503, body = Readiness, description = "It cannot.")
    )
)]
pub(crate) async fn ready(State(web): State<Web>) -> (StatusCode, Json<Readiness>) {
    let (code, status, database) = match web.desk.ready().await {
        Ok(()) => (StatusCode::OK, "ok", "ok"),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", why),
    };
    (code, Json(Readiness { status, database }))
}
