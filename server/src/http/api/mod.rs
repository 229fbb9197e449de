//! The REST API, one file a noun: each handler is the door to one use-case.

pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod docs;
pub(crate) mod document;
pub(crate) mod domains;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod infra;
pub(crate) mod jobs;
pub(crate) mod onboarding;
pub(crate) mod people;
pub(crate) mod tickets;
pub(crate) mod views;

use super::{Rejection, actor::Who, rejection::problem};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use desk::Actor;
use model::{DomainName, Error, Language};
use serde::de::DeserializeOwned;
use std::any::Any;

/// 401 comes before all else, so that nobody learns which paths exist.
pub(crate) async fn log_in_first(Who(who): Who, request: Request, next: Next) -> Response {
    if who == Actor::Nobody {
        return Rejection::Error(Error::Anonymous).into_response();
    }
    next.run(request).await
}

pub(crate) async fn no_such_path() -> Rejection {
    Rejection::Error(Error::not_found("this path"))
}

pub(crate) async fn method_not_allowed() -> Response {
    problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this path does not take this method",
    )
}

/// A bug of ours in one request ends that request alone.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(crate) fn broke(panic: Box<dyn Any + Send + 'static>) -> Response {
    let cause = panic.downcast_ref::<String>().map(String::as_str);
    let cause = cause
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    Rejection::Error(desk::internal(cause.to_owned())).into_response()
}

/// The query, where it is of the wanted form; a key that nobody knows is named.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let query = Query::try_from_uri(&parts.uri);
        query
            .map(|Query(asked)| Self(asked))
            .map_err(|why| Rejection::Error(Error::invalid("query", why.body_text())))
    }
}

/// The body, where it is within the bound.
pub(crate) struct Whole(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Whole {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = Bytes::from_request(request, state).await;
        body.map(Self).map_err(|why| match why.status() {
            StatusCode::PAYLOAD_TOO_LARGE => problem(why.status(), "too_large", "the body is too large"),
            status => problem(status, "cut_off", "the body did not come to its end"),
        })
    }
}

/// A JSON body, where it is of the wanted form; the key that is wrong is named.
pub(crate) fn sent<T: DeserializeOwned>(body: &Bytes) -> Result<T, Rejection> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read: T = serde_path_to_error::deserialize(&mut json).map_err(|why| {
        let field = match why.path().to_string() {
            whole if whole == "." => "body".to_owned(),
            field => field,
        };
        match why.into_inner() {
            why if why.is_data() => Rejection::Error(Error::invalid(&field, why)),
            _ => Rejection::NotJson,
        }
    })?;
    json.end().map_err(|_| Rejection::NotJson)?;
    Ok(read)
}

/// The reader's language, as a program asks for it.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    asked.map(Language::from_accept).unwrap_or_default()
}

/// How many items of a list are wanted.
pub(crate) fn limit(wanted: Option<u32>) -> Result<u32, Rejection> {
    let limit = wanted.unwrap_or(50);
    if (1..=200).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error::invalid("limit", "from 1 to 200").into())
    }
}

pub(crate) fn domain(text: &str) -> Result<DomainName, Rejection> {
    DomainName::from_typed(text)
        .map_err(|why| Rejection::Error(Error::invalid("domain", format!("not a domain name: {why}"))))
}
