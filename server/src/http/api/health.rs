//! Is the Desk up, and can it work?

use super::super::Web;
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// 503 with a reason for each part that is missing.
pub(crate) async fn ready(State(web): State<Web>) -> (StatusCode, Json<Value>) {
    match web.desk.store().ping().await {
        Ok(()) => (StatusCode::OK, Json(json!({ "status": "ok", "database": "ok" }))),
        Err(why) => {
            tracing::warn!("The database does not answer: {why}");
            let body = json!({ "status": "unavailable", "database": "does not answer" });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}
