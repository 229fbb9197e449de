//! Logging in and out as a program does, and who one is.

use super::{
    super::{
        Rejection, Web,
        actor::{Address, Bearer, Who, no_session},
        rejection::problem,
    },
    Whole,
    document::Refusal,
};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::people::Login;
use model::{Error, Permission, Role, evidence::tame};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use tower_sessions::Session;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    username: String,
    password: String,
}

#[derive(Serialize, utoipa::ToSchema)]
#[expect(
    clippy::struct_field_names,
    reason = "the contract's names (RFC 6749 section 5.1)"
)]
struct Token {
    access_token: String,
    token_type: &'static str,
    role: Role,
    username: String,
    /// Seconds.
    expires_in: i64,
    /// Until then this token opens `me`, `password` and `logout` alone.
    must_change_password: bool,
}

/// Logs in.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    tag = "people",
    security(()),
    request_body = Credentials,
    responses(
        (status = 200, body = Token, description = "A token, and who it is for."),
        Refusal<400>, Refusal<401>, Refusal<403>, Refusal<413>, Refusal<422>, Refusal<429>,
    ),
)]
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
            must_change_password: user.must_change_password,
        })
        .into_response(),
        Err(why) => Rejection::Error(desk::internal(why)).into_response(),
    }
}

/// Logs out: the token, or the browser's session, is dead from then on.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    tag = "people",
    responses((status = 204, description = "It is dead.")),
)]
pub(crate) async fn logout(
    State(web): State<Web>,
    session: Session,
    bearer: Option<Extension<Bearer>>,
) -> Result<StatusCode, Rejection> {
    match bearer {
        Some(Extension(Bearer { jti, expires_at })) => web.desk.revoke_token(&jti, expires_at).await?,
        None => session.flush().await.map_err(no_session)?,
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Me {
    username: String,
    role: Role,
    permissions: Vec<Permission>,
}

/// Who the caller is, and what their role may do.
#[utoipa::path(
    get,
    path = "/api/v1/auth/me",
    tag = "people",
    responses((status = 200, body = Me, description = "The caller.")),
)]
pub(crate) async fn me(Who(who): Who) -> Result<Json<Me>, Rejection> {
    let person = who.person()?;
    Ok(Json(Me {
        username: person.username.clone(),
        role: person.role,
        permissions: person.role.permissions(),
    }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Passwords {
    current_password: String,
    new_password: String,
}

/// Changes the caller's password, which ends all their other tokens and sessions.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password",
    tag = "people",
    request_body = Passwords,
    responses(
        (status = 204, description = "It is changed."),
        Refusal<400>, Refusal<409>, Refusal<413>, Refusal<422>, Refusal<429>,
    ),
)]
pub(crate) async fn password(
    State(web): State<Web>,
    Who(who): Who,
    session: Session,
    bearer: Option<Extension<Bearer>>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<StatusCode, Rejection> {
    let passwords: Passwords = match serde_json::from_slice(&body) {
        Ok(passwords) => passwords,
        Err(why) if why.is_data() => return Err(Error::invalid("body", without_values(&why)).into()),
        Err(_) => return Err(Rejection::NotJson),
    };
    let kept = bearer.as_ref().map(|Extension(bearer)| bearer.jti.as_str());
    let language = super::language(&headers);
    let user = web
        .desk
        .change_password(
            &who,
            &passwords.current_password,
            &passwords.new_password,
            kept,
            language,
        )
        .await?;
    if kept.is_none() {
        open_session(&web, &session, &user, who.address(), &headers).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Starts a browser's session under a new id (against session fixation).
pub(crate) async fn open_session(
    web: &Web,
    session: &Session,
    user: &store::User,
    address: Option<IpAddr>,
    headers: &HeaderMap,
) -> Result<(), Error> {
    session.cycle_id().await.map_err(no_session)?;
    let agent = headers
        .get(header::USER_AGENT)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    let now = web.desk.now();
    let login = Login {
        username: user.username.clone(),
        version: user.version,
        address,
        user_agent: tame(&String::from_utf8_lossy(agent), LONGEST_AGENT),
        opened_at: now,
        seen_at: now,
    };
    session.insert(Login::KEY, login).await.map_err(no_session)
}

/// serde's message quotes a wrong value, which here may be a password: only its kind and place are told.
fn without_values(why: &serde_json::Error) -> String {
    let text = why.to_string();
    if text.starts_with("unknown field") || text.starts_with("missing field") {
        return text;
    }
    format!(
        "each of them is a string (line {}, column {})",
        why.line(),
        why.column()
    )
}

const LONGEST_AGENT: usize = 200;
