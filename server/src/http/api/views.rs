//! Saved views of tickets for programs: each caller's own.

use super::{
    super::{Rejection, Web, actor::Who},
    Whole,
    document::Refusal,
    language, sent,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use model::{
    Permission,
    ticket::{Narrowed, View, Views},
};

/// One's own saved views, by name.
#[utoipa::path(
    get,
    path = "/api/v1/desk/views",
    tag = "tickets",
    responses((status = 200, body = Views, description = "All of them.")),
)]
pub(crate) async fn list(State(web): State<Web>, Who(who): Who) -> Result<Json<Views>, Rejection> {
    let items = web.desk.views(&who).await?;
    Ok(Json(Views { items }))
}

/// Keeps what a list of tickets is narrowed to, in the place of a view of the same name.
#[utoipa::path(
    put,
    path = "/api/v1/desk/views/{name}",
    tag = "tickets",
    params(("name" = String, Path)),
    request_body = Narrowed,
    responses(
        (status = 200, body = View, description = "The view as it was kept."),
        Refusal<400>, Refusal<409>, Refusal<413>, Refusal<422>,
    ),
)]
pub(crate) async fn save(
    State(web): State<Web>,
    Who(who): Who,
    Path(name): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<View>, Rejection> {
    who.may(Permission::SeeTickets)?;
    let narrowed: Narrowed = sent(&body)?;
    let view = web
        .desk
        .save_view(&who, &name, narrowed, language(&headers))
        .await?;
    Ok(Json(view))
}

/// Forgets a view.
#[utoipa::path(
    delete,
    path = "/api/v1/desk/views/{name}",
    tag = "tickets",
    params(("name" = String, Path)),
    responses((status = 204, description = "It is gone."), Refusal<400>, Refusal<404>),
)]
pub(crate) async fn remove(
    State(web): State<Web>,
    Who(who): Who,
    Path(name): Path<String>,
) -> Result<StatusCode, Rejection> {
    web.desk.remove_view(&who, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
