//! Logging in and out with a plain form: it works before and without WebAssembly.

use super::{
    Rejection, Web,
    actor::{Address, no_session},
    api::auth::open_session,
};
use app::narrow::percent_encoded;
use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use model::Error;
use serde::Deserialize;
use tower_sessions::Session;

#[derive(Deserialize)]
pub(crate) struct Entry {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn log_in(
    State(web): State<Web>,
    Address(from): Address,
    session: Session,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Response {
    let next = own_path(&entry.next);
    let again = |why: &str| {
        Redirect::to(&format!("/login?error={why}&next={}", percent_encoded(next))).into_response()
    };
    let user = match web.desk.log_in(&entry.username, &entry.password, from).await {
        Ok(user) => user,
        Err(Error::TooMany { retry_after }) => return again(&format!("wait&seconds={retry_after}")),
        Err(Error::Anonymous) => return again("wrong"),
        Err(why) => return Rejection::Error(why).into_response(),
    };
    match open_session(&web, &session, &user, Some(from), &headers).await {
        Ok(()) => Redirect::to(next).into_response(),
        Err(why) => Rejection::Error(why).into_response(),
    }
}

pub(crate) async fn log_out(session: Session) -> Response {
    match session.flush().await {
        Ok(()) => Redirect::to("/login").into_response(),
        Err(why) => Rejection::Error(no_session(why)).into_response(),
    }
}

/// A path of ours, and nothing that a browser could take for another site's address.
pub(crate) fn own_path(next: &str) -> &str {
    let is_own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.bytes().all(|b| b.is_ascii_graphic())
        && !next.starts_with("/login");
    if is_own { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_login_nobody_is_sent_to_another_site() {
        for next in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\tx",
            "/login?next=/",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_path(next), "/", "{next:?}");
        }
        assert_eq!(own_path("/domains/a.example?x=1"), "/domains/a.example?x=1");
    }
}
