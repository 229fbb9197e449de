//! `POST /api/v1/webhooks/…`: machines that prove themselves by a shared secret.

use super::{
    Rejection, Web,
    api::{Asked, document::Refusal},
    rejection::problem,
};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::webhooks::{Call, Proof, Refused, Signature};
use futures::StreamExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use model::Error;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a sender is told once its webhook is on disk.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Accepted {
    event_id: String,
    /// It came before, and nothing was done twice.
    duplicate: bool,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asking {
    /// The integration's `url_key`, for senders that cannot send headers.
    key: Option<String>,
}

/// Bytes of bodies that may wait to be stored, over all senders.
#[derive(Clone, Debug)]
pub(crate) struct Room(Arc<Semaphore>);

/// Takes a webhook of an integration: on disk before it is answered, and once however often it comes.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/ingress/{integration}",
    tag = "webhooks",
    params(
        ("integration" = String, Path),
        Asking,
        ("x-webhook-secret" = Option<String>, Header, description = "The integration's secret."),
        ("webhook-id" = Option<String>, Header, description = "Standard Webhooks."),
        ("webhook-timestamp" = Option<String>, Header, description = "Standard Webhooks: seconds since 1970."),
        ("webhook-signature" = Option<String>, Header, description = "Standard Webhooks: `v1,` and Base64."),
    ),
    request_body(content = serde_json::Value, description = "The event, in the integration's format."),
    responses(
        (status = 202, body = Accepted, description = "It is on disk."),
        (status = 200, body = Accepted, description = "It was already; this is the first one's id."),
        Refusal<400>, Refusal<401>, Refusal<404>, Refusal<413>, Refusal<422>, Refusal<503>,
    ),
    security(()),
)]
pub(crate) async fn ingress(
    State(web): State<Web>,
    Path(integration): Path<String>,
    Asked(asking): Asked<Asking>,
    request: Request,
) -> Response {
    answer(take(&web, &integration, asking.key.as_deref(), request).await)
}

/// The same for the onboarding wizard of the mail server.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/onboard",
    tag = "webhooks",
    params(
        ("x-webhook-secret" = Option<String>, Header, description = "vm112's secret."),
        ("webhook-id" = Option<String>, Header, description = "Standard Webhooks."),
        ("webhook-timestamp" = Option<String>, Header, description = "Standard Webhooks: seconds since 1970."),
        ("webhook-signature" = Option<String>, Header, description = "Standard Webhooks: `v1,` and Base64."),
    ),
    request_body(content = serde_json::Value, description = "The event."),
    responses(
        (status = 202, body = Accepted, description = "It is on disk."),
        (status = 200, body = Accepted, description = "It was already; this is the first one's id."),
        Refusal<400>, Refusal<401>, Refusal<404>, Refusal<413>, Refusal<422>, Refusal<503>,
    ),
    security(()),
)]
pub(crate) async fn onboard(State(web): State<Web>, request: Request) -> Response {
    answer(take(&web, WIZARD, None, request).await)
}

async fn take(
    web: &Web,
    integration: &str,
    key: Option<&str>,
    request: Request,
) -> Result<desk::webhooks::Taken, Response> {
    let (head, body) = request.into_parts();
    let proof = Proof {
        secret: head.headers.get("x-webhook-secret").map(HeaderValue::as_bytes),
        url_key: key.map(str::as_bytes),
        signature: signature(&head.headers),
    };
    let room = || web.room.take(&head.headers);
    let place = match web.desk.expects(integration, &proof) {
        Ok(()) => room().ok_or_else(|| web.desk.has_no_room(integration)),
        Err(why) => Err(why),
    };
    let _place = match place {
        Ok(place) => place,
        Err(why) => {
            pour_out(body).await;
            return Err(refused(why));
        }
    };
    let body = to_bytes(body, LONGEST).await.map_err(|why| {
        let too_long =
            std::error::Error::source(&why).is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
        if too_long {
            problem(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "the body is too large",
            )
        } else {
            problem(
                StatusCode::BAD_REQUEST,
                "cut_off",
                "the body did not come to its end",
            )
        }
    })?;
    let call = Call {
        integration,
        proof,
        body: &body,
    };
    web.desk.take(&call).await.map_err(refused)
}

/// Lets a body come and keeps nothing of it: a sender that is still sending would not read why it was refused.
async fn pour_out(body: Body) {
    let mut parts = Limited::new(body, LONGEST).into_data_stream();
    while let Some(Ok(_)) = parts.next().await {}
}

fn answer(taken: Result<desk::webhooks::Taken, Response>) -> Response {
    let taken = match taken {
        Ok(taken) => taken,
        Err(refusal) => return refusal,
    };
    if let Some(why) = &taken.rejected {
        let detail = format!("{why} (kept as event {})", taken.event_id);
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid", &detail);
    }
    let status = if taken.is_duplicate {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    let accepted = Accepted {
        event_id: taken.event_id,
        duplicate: taken.is_duplicate,
    };
    (status, Json(accepted)).into_response()
}

fn refused(why: Refused) -> Response {
    match why {
        Refused::Unknown => Rejection::Error(Error::not_found("this integration")).into_response(),
        Refused::Unproved => problem(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "the secret, the signature or the key is missing or wrong",
        ),
        Refused::NotJson => Rejection::NotJson.into_response(),
        Refused::Error(why) => Rejection::Error(why).into_response(),
    }
}

/// All three headers, or something that is no signature of anybody's.
fn signature(headers: &HeaderMap) -> Option<Signature<'_>> {
    let text = |name: &str| Some(headers.get(name)?.to_str().unwrap_or_default());
    let signatures = text("webhook-signature")?;
    Some(Signature {
        id: text("webhook-id").unwrap_or_default(),
        timestamp: text("webhook-timestamp").unwrap_or_default(),
        signatures,
    })
}

impl Room {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(ROOM)))
    }

    /// Place for a body of the announced length; of one that announces none, for the longest. `None` where there is
    /// none now.
    fn take(&self, headers: &HeaderMap) -> Option<OwnedSemaphorePermit> {
        let announced = headers.get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        let kib = announced.unwrap_or(LONGEST).min(LONGEST).div_ceil(1024).max(1);
        let permits = u32::try_from(kib).unwrap_or(u32::MAX);
        Arc::clone(&self.0).try_acquire_many_owned(permits).ok()
    }
}

/// Whose webhooks come by their own path.
const WIZARD: &str = "vm112";
const LONGEST: usize = 1024 * 1024;
/// In KiB.
const ROOM: usize = 32 * 1024;
