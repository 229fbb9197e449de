//! Logging in and out as a program does, and who one is.

use super::{
    super::{
        Rejection, Web,
        actor::{Address, Bearer, LOGIN, Login, Who},
        rejection::problem,
    },
    Whole,
};
use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use desk::Actor;
use model::{Error, Permission, Role};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    username: String,
    password: String,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the contract's names (RFC 6749 section 5.1)"
)]
struct Token {
    access_token: String,
    token_type: &'static str,
    role: Role,
    username: String,
    expires_in: i64,
}

pub(crate) async fn login(State(web): State<Web>, Address(from): Address, Whole(body): Whole) -> Response {
    let credentials: Credentials = match serde_json::from_slice(&body) {
        Ok(credentials) => credentials,
        Err(why) if why.is_data() => {
            return Rejection::Error(Error::invalid("body", without_values(&why))).into_response();
        }
        Err(_) => return Rejection::NotJson.into_response(),
    };
    let user = match web
        .desk
        .log_in(&credentials.username, &credentials.password, from)
        .await
    {
        Ok(user) => user,
        Err(Error::Anonymous) => {
            return problem(
                StatusCode::UNAUTHORIZED,
                "wrong_credentials",
                "wrong username or password",
            );
        }
        Err(why) => return Rejection::Error(why).into_response(),
    };
    match web.tokens.issue(&user, web.desk.now()) {
        Ok((access_token, expires_in)) => Json(Token {
            access_token,
            token_type: "bearer",
            role: user.role,
            username: user.username,
            expires_in,
        })
        .into_response(),
        Err(why) => Rejection::Error(desk::internal(why)).into_response(),
    }
}

/// The token, or the browser's session, is dead from then on.
pub(crate) async fn logout(
    State(web): State<Web>,
    session: Session,
    bearer: Option<Extension<Bearer>>,
) -> Result<StatusCode, Rejection> {
    match bearer {
        Some(Extension(Bearer { jti, expires_at })) => web.desk.revoke_token(&jti, expires_at).await?,
        None => session.flush().await.map_err(desk::internal)?,
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
pub(crate) struct Me {
    username: String,
    role: Role,
    permissions: Vec<Permission>,
}

pub(crate) async fn me(Who(who): Who) -> Result<Json<Me>, Rejection> {
    match who {
        Actor::Person { username, role } => Ok(Json(Me {
            username,
            role,
            permissions: role.permissions(),
        })),
        Actor::Nobody | Actor::Console => Err(Rejection::Error(Error::Anonymous)),
    }
}

/// Starts a browser's session under a new id (against session fixation).
pub(crate) async fn open_session(session: &Session, user: &store::User) -> Result<(), Error> {
    session.cycle_id().await.map_err(desk::internal)?;
    let login = Login {
        username: user.username.clone(),
        version: user.version,
    };
    session.insert(LOGIN, login).await.map_err(desk::internal)
}

/// serde's message quotes a wrong value, which here may be a password: only its kind and place are told.
fn without_values(why: &serde_json::Error) -> String {
    let text = why.to_string();
    if text.starts_with("unknown field") || text.starts_with("missing field") {
        return text;
    }
    format!(
        "username and password are strings (line {}, column {})",
        why.line(),
        why.column()
    )
}
