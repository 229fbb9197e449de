//! Users, sessions and the trail, for the `super_admin`'s programs.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked, Whole, language, limit, sent,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use model::{
    Error,
    people::{Session, User},
    trail::Trail,
};
use serde::{Deserialize, Serialize};

/// All there are: neither users nor sessions are many.
#[derive(Serialize)]
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

pub(crate) async fn users(State(web): State<Web>, Who(who): Who) -> Result<Json<Items<User>>, Rejection> {
    Ok(Json(web.desk.users(&who).await?.into()))
}

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

pub(crate) async fn sessions(
    State(web): State<Web>,
    Who(who): Who,
) -> Result<Json<Items<Session>>, Rejection> {
    Ok(Json(web.desk.sessions(&who).await?.into()))
}

pub(crate) async fn end_session(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Rejection> {
    web.desk.end_session(&who, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Newest first.
pub(crate) async fn trail(
    State(web): State<Web>,
    Who(who): Who,
    Asked(page): Asked<Page>,
) -> Result<Json<Trail>, Rejection> {
    let before = page.cursor.map(|cursor| cursor.parse()).transpose();
    let before = before.map_err(|_| Error::invalid("cursor", "not one of ours"))?;
    Ok(Json(web.desk.trail(&who, before, limit(page.limit)?).await?))
}
