//! The queue of jobs, for programs: how deep it is, and what was given up.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
    document::Refusal,
    events::number,
    limit,
    people::Page,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use model::{Error, job::Jobs, shown::Shown};

/// How many jobs there are, and those that were given up, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/jobs",
    tag = "jobs",
    params(Page),
    responses((status = 200, body = Jobs, description = "The depths, and a page of what was given up."), Refusal<422>),
)]
pub(crate) async fn list(
    State(web): State<Web>,
    Who(who): Who,
    Asked(page): Asked<Page>,
) -> Result<Json<Shown<Jobs>>, Rejection> {
    let before = page.cursor.map(|cursor| cursor.parse()).transpose();
    let before = before.map_err(|_| Error::invalid("cursor", "that of an answer"))?;
    Ok(Json(web.desk.jobs(&who, before, limit(page.limit)?).await?))
}

/// Has a job that was given up tried again, as if for the first time.
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{id}/retry",
    tag = "jobs",
    params(("id" = String, Path)),
    responses((status = 202, description = "It is due."), Refusal<400>, Refusal<404>),
)]
pub(crate) async fn retry(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Rejection> {
    web.desk.retry_job(&who, number(&id)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Forgets a job that was given up.
#[utoipa::path(
    delete,
    path = "/api/v1/jobs/{id}",
    tag = "jobs",
    params(("id" = String, Path)),
    responses((status = 204, description = "It is gone."), Refusal<400>, Refusal<404>),
)]
pub(crate) async fn remove(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Rejection> {
    web.desk.drop_job(&who, number(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
