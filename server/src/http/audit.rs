//! "Audit now" with a plain form.

use super::{Web, actor::Who, forms::log_in_first, pages};
use app::Refused;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/audit/cycle", post(begin))
        .route_layer(from_fn(log_in_first))
}

/// Leads to the page, which shows how far it is.
async fn begin(State(web): State<Web>, Who(who): Who, headers: HeaderMap) -> Response {
    match web.desk.begin_audit(&who).await {
        Ok(_) => Redirect::to(PAGE).into_response(),
        Err(error) => {
            pages::refused(web, who, Uri::from_static(PAGE), headers, Refused::because(error)).await
        }
    }
}

const PAGE: &str = "/audit";
