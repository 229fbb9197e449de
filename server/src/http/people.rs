//! Users, sessions and one's own password, with plain forms; one that is refused comes back and says why.

use super::{Web, actor::Who, api::auth::open_session, forms::log_in_first, pages};
use app::Refused;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use desk::Actor;
use model::{
    Error, Result, Role,
    people::{NewUser, UserChanges},
};
use serde::Deserialize;
use tower_sessions::Session;

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/password", get(pages::page).post(password))
        .route("/people/users", post(add))
        .route("/people/users/{username}", post(change))
        .route("/people/sessions/{id}/end", post(end))
        .route_layer(from_fn(log_in_first))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Passwords {
    current_password: String,
    new_password: String,
}

/// The browser stays logged in, with a session of its own new.
async fn password(
    State(web): State<Web>,
    Who(who): Who,
    session: Session,
    headers: HeaderMap,
    Form(entry): Form<Passwords>,
) -> Response {
    let (current, new) = (&entry.current_password, &entry.new_password);
    let language = pages::spoken(&headers);
    let changed = match web.desk.change_password(&who, current, new, None, language).await {
        Ok(user) => open_session(&web, &session, &user, who.address(), &headers).await,
        Err(error) => Err(error),
    };
    then(web, who, headers, changed, "/", "/password").await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    username: String,
    role: String,
    password: String,
}

async fn add(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Response {
    let language = pages::spoken(&headers);
    let added = match role(&entry.role) {
        Ok(role) => {
            let new = NewUser {
                username: entry.username,
                role,
                password: entry.password,
            };
            web.desk.add_user(&who, new, language).await.map(drop)
        }
        Err(error) => Err(error),
    };
    then(web, who, headers, added, "/people", "/people").await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Edited {
    role: Option<String>,
    active: Option<bool>,
    password: Option<String>,
}

async fn change(
    State(web): State<Web>,
    Who(who): Who,
    Path(username): Path<String>,
    headers: HeaderMap,
    Form(entry): Form<Edited>,
) -> Response {
    let language = pages::spoken(&headers);
    let changed = match entry.role.as_deref().map(role).transpose() {
        Ok(role) => {
            let changes = UserChanges {
                role,
                active: entry.active,
                password: entry.password,
            };
            let user = web.desk.change_user(&who, &username, changes, language).await;
            user.map(drop)
        }
        Err(error) => Err(error),
    };
    then(web, who, headers, changed, "/people", "/people").await
}

/// Who finds it ended already has what they wanted.
async fn end(State(web): State<Web>, Who(who): Who, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let ended = match web.desk.end_session(&who, &id).await {
        Err(Error::NotFound { .. }) => Ok(()),
        ended => ended,
    };
    then(web, who, headers, ended, "/people", "/people").await
}

/// On to the next page, or the form's own again with what is wrong.
async fn then(
    web: Web,
    who: Actor,
    headers: HeaderMap,
    done: Result<()>,
    next: &str,
    form: &'static str,
) -> Response {
    match done {
        Ok(()) => Redirect::to(next).into_response(),
        Err(error) => {
            pages::refused(web, who, Uri::from_static(form), headers, Refused::because(error)).await
        }
    }
}

fn role(text: &str) -> Result<Role> {
    Role::parse(text).ok_or_else(|| Error::invalid("role", "there is no such role"))
}
