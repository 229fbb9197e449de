//! The Desk itself, with plain forms: new secrets for its integrations, and the jobs that it has given up.

use super::{
    Web,
    actor::Who,
    api::events::{asked, number},
    forms::log_in_first,
    pages,
};
use app::Refused;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use desk::Actor;
use model::{Error, Result};

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/integrations/{name}/{credential}/rotate", post(rotate))
        .route("/integrations/{name}/{credential}/end", post(end))
        .route("/jobs/{id}/retry", post(retry))
        .route("/jobs/{id}/drop", post(drop_job))
        .route_layer(from_fn(log_in_first))
}

/// Shows what was made in its answer, and leads nowhere: it stands in no address and is kept nowhere.
async fn rotate(
    State(web): State<Web>,
    Who(who): Who,
    Path((name, credential)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let language = pages::spoken(&headers);
    let made = match asked(&who, &credential) {
        Ok(credential) => web.desk.rotate(&who, &name, credential, language).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(made) => pages::with(web, who, Uri::from_static(PAGE), headers, made).await,
        Err(error) => again(web, who, headers, error).await,
    }
}

/// Who finds it ended already has what they wanted.
async fn end(
    State(web): State<Web>,
    Who(who): Who,
    Path((name, credential)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let language = pages::spoken(&headers);
    let ended = match asked(&who, &credential) {
        Ok(credential) => web.desk.end_previous(&who, &name, credential, language).await,
        Err(error) => Err(error),
    };
    then(web, who, headers, ended, "/status#integrations").await
}

async fn retry(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let done = web.desk.retry_job(&who, number(&id)).await;
    then(web, who, headers, done, "/status#queue").await
}

async fn drop_job(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let done = web.desk.drop_job(&who, number(&id)).await;
    then(web, who, headers, done, "/status#queue").await
}

/// Back to the page, which shows how it is now.
async fn then(web: Web, who: Actor, headers: HeaderMap, done: Result<()>, next: &str) -> Response {
    match done {
        Ok(()) | Err(Error::NotFound { .. }) => Redirect::to(next).into_response(),
        Err(error) => again(web, who, headers, error).await,
    }
}

async fn again(web: Web, who: Actor, headers: HeaderMap, error: Error) -> Response {
    pages::refused(web, who, Uri::from_static(PAGE), headers, Refused::because(error)).await
}

const PAGE: &str = "/status";
