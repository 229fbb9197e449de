//! Errors as `application/problem+json` (RFC 9457): what, whose fault, and never how it looks inside.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::Error;
use serde::Serialize;

/// The REST door's form of [`Error`], and of what no use-case is asked about.
#[derive(Debug)]
pub(crate) enum Rejection {
    Error(Error),
    NotJson,
    /// A change that does not say what it changes.
    VersionMissing,
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// RFC 9457.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    /// One fixed word for programs, as `not_found`.
    code: &'a str,
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self {
            Self::Error(error) => said(&error),
            Self::VersionMissing => problem(
                StatusCode::PRECONDITION_REQUIRED,
                "version_missing",
                "If-Match is missing: send the ETag that you have read",
            ),
            Self::NotJson => problem(StatusCode::BAD_REQUEST, "not_json", "the body is not JSON"),
        }
    }
}

fn said(error: &Error) -> Response {
    let detail = error.to_string();
    let mut response = match error {
        Error::Anonymous => problem(StatusCode::UNAUTHORIZED, "unauthenticated", &detail),
        Error::Denied => problem(StatusCode::FORBIDDEN, "forbidden", &detail),
        Error::PasswordChangeRequired => problem(StatusCode::FORBIDDEN, "password_change_required", &detail),
        Error::Invalid { .. } => problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid", &detail),
        Error::NotFound { .. } => problem(StatusCode::NOT_FOUND, "not_found", &detail),
        Error::Conflict { .. } => problem(StatusCode::CONFLICT, "conflict", &detail),
        Error::Stale { .. } => problem(StatusCode::PRECONDITION_FAILED, "stale", &detail),
        Error::Unavailable { .. } => problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable", &detail),
        Error::TooMany { .. } => problem(StatusCode::TOO_MANY_REQUESTS, "too_many_tries", &detail),
        Error::Internal { .. } => problem(StatusCode::INTERNAL_SERVER_ERROR, "internal", &detail),
    };
    if let Error::TooMany { retry_after } | Error::Unavailable { retry_after } = error {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    if *error == Error::Anonymous {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

pub(crate) fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = Problem {
        r#type: "about:blank",
        title,
        status: status.as_u16(),
        detail,
        code,
    };
    let kind = [(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    )];
    (status, kind, Json(body)).into_response()
}
