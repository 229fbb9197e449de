//! Users, sessions and the trail, for the `super_admin`'s programs.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked, Whole,
    document::Refusal,
    language, limit, sent,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use model::{
    Error,
    people::{NewUser, Session, User, UserChanges},
    trail::Trail,
};
use serde::{Deserialize, Serialize};

/// All there are: neither users nor sessions are many.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Items<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> From<Vec<T>> for Items<T> {
    fn from(items: Vec<T>) -> Self {
        Self {
            items,
            next_cursor: None,
        }
    }
}

/// All users.
#[utoipa::path(
    get,
    path = "/api/v1/auth/users",
    tag = "people",
    responses((status = 200, body = Items<User>, description = "All users.")),
)]
pub(crate) async fn users(State(web): State<Web>, Who(who): Who) -> Result<Json<Items<User>>, Rejection> {
    Ok(Json(web.desk.users(&who).await?.into()))
}

/// Adds a user, who must change the password at the first login.
#[utoipa::path(
    post,
    path = "/api/v1/auth/users",
    tag = "people",
    request_body = NewUser,
    responses(
        (status = 201, body = User, description = "The new user."),
        Refusal<400>, Refusal<409>, Refusal<413>, Refusal<422>, Refusal<429>,
    ),
)]
pub(crate) async fn add_user(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<(StatusCode, Json<User>), Rejection> {
    who.may(model::Permission::ManagePeople)?;
    let added = web.desk.add_user(&who, sent(&body)?, language(&headers)).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// Changes a user's role, activity or password, which ends their tokens and sessions.
#[utoipa::path(
    patch,
    path = "/api/v1/auth/users/{username}",
    tag = "people",
    params(("username" = String, Path)),
    request_body = UserChanges,
    responses(
        (status = 200, body = User, description = "The user as it is now."),
        Refusal<400>, Refusal<404>, Refusal<409>, Refusal<413>, Refusal<422>, Refusal<429>,
    ),
)]
pub(crate) async fn change_user(
    State(web): State<Web>,
    Who(who): Who,
    Path(username): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<User>, Rejection> {
    who.may(model::Permission::ManagePeople)?;
    let changes = sent(&body)?;
    let user = web
        .desk
        .change_user(&who, &username, changes, language(&headers))
        .await?;
    Ok(Json(user))
}

/// The browsers that are logged in.
#[utoipa::path(
    get,
    path = "/api/v1/auth/sessions",
    tag = "people",
    responses((status = 200, body = Items<Session>, description = "All sessions.")),
)]
pub(crate) async fn sessions(
    State(web): State<Web>,
    Who(who): Who,
) -> Result<Json<Items<Session>>, Rejection> {
    Ok(Json(web.desk.sessions(&who).await?.into()))
}

/// Logs a browser out.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/sessions/{id}",
    tag = "people",
    params(("id" = String, Path)),
    responses((status = 204, description = "It is over."), Refusal<400>, Refusal<404>),
)]
pub(crate) async fn end_session(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Rejection> {
    web.desk.end_session(&who, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(super) limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub(super) cursor: Option<String>,
}

/// What people changed, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/auth/trail",
    tag = "people",
    params(Page),
    responses((status = 200, body = Trail, description = "A page of the trail."), Refusal<422>),
)]
pub(crate) async fn trail(
    State(web): State<Web>,
    Who(who): Who,
    Asked(page): Asked<Page>,
) -> Result<Json<Trail>, Rejection> {
    let before = page.cursor.map(|cursor| cursor.parse()).transpose();
    let before = before.map_err(|_| Error::invalid("cursor", "not one of ours"))?;
    Ok(Json(web.desk.trail(&who, before, limit(page.limit)?).await?))
}
