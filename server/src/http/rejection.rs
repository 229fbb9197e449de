//! Errors as `application/problem+json` (RFC 9457): what, whose fault, and never how it looks inside.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::Error;
use serde::Serialize;

/// The REST door's form of [`Error`].
#[derive(Debug)]
pub(crate) struct Rejection(pub(crate) Error);

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'a str,
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let detail = self.0.to_string();
        let mut response = match &self.0 {
            Error::Anonymous => problem(StatusCode::UNAUTHORIZED, "unauthenticated", &detail),
            Error::Denied => problem(StatusCode::FORBIDDEN, "forbidden", &detail),
            Error::Invalid { .. } => problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid", &detail),
            Error::NotFound { .. } => problem(StatusCode::NOT_FOUND, "not_found", &detail),
            Error::Conflict { .. } => problem(StatusCode::CONFLICT, "conflict", &detail),
            Error::TooMany { .. } => problem(StatusCode::TOO_MANY_REQUESTS, "too_many_tries", &detail),
            Error::Internal { .. } => problem(StatusCode::INTERNAL_SERVER_ERROR, "internal", &detail),
        };
        if let Error::TooMany { retry_after } = self.0 {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
        }
        if self.0 == Error::Anonymous {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
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
