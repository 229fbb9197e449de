//! The pages' own form of `model::Error`: what it answers over HTTP, and how it crosses to the browser.

use http::StatusCode;
use leptos::{
    prelude::*,
    server_fn::{
        codec::JsonEncoding,
        error::{FromServerFnError, ServerFnErrorErr},
    },
};
use model::Error;
use serde::{Deserialize, Serialize};

/// Errors of the model as a server function hands them out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fault(pub Error);

impl Fault {
    pub fn status(&self) -> StatusCode {
        match self.0 {
            Error::Anonymous => StatusCode::UNAUTHORIZED,
            Error::Denied | Error::PasswordChangeRequired => StatusCode::FORBIDDEN,
            Error::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Error::NotFound { .. } => StatusCode::NOT_FOUND,
            Error::Conflict { .. } => StatusCode::CONFLICT,
            Error::Stale { .. } => StatusCode::PRECONDITION_FAILED,
            Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Makes this fault's status that of the answer in hand.
    pub fn answer(&self) {
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            response.set_status(self.status());
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// What the framework refuses on its own account is a call that does not fit.
impl FromServerFnError for Fault {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(Error::invalid("call", error))
    }
}
