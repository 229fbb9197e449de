//! The webhooks that came in, for programs.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
    document::Refusal,
    limit,
    people::Items,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use desk::webhooks::WantedEvents;
use model::{
    Error, Timestamp,
    shown::Shown,
    webhook::{IntegrationSeen, WebhookCard, Webhooks},
};
use serde::Deserialize;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    integration: Option<String>,
    /// The event's type.
    r#type: Option<String>,
    #[param(value_type = Option<Timestamp>)]
    since: Option<String>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The webhooks that came in, newest first; a noc sees Wazuh's alone.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/events",
    tag = "webhooks",
    params(Filter),
    responses((status = 200, body = Webhooks, description = "A page of them."), Refusal<422>),
)]
pub(crate) async fn list(
    State(web): State<Web>,
    Who(who): Who,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Shown<Webhooks>>, Rejection> {
    let since = |text: &str| {
        Timestamp::parse(text).ok_or_else(|| Error::invalid("since", "a time as in 2026-11-22T07:00:00Z"))
    };
    let before = filter.cursor.map(|cursor| cursor.parse()).transpose();
    let wanted = WantedEvents {
        since: filter.since.as_deref().map(since).transpose()?,
        before: before.map_err(|_| Error::invalid("cursor", "that of an answer"))?,
        limit: limit(filter.limit)?,
        integration: filter.integration,
        event: filter.r#type,
    };
    Ok(Json(web.desk.webhooks(&who, &wanted).await?))
}

/// A webhook with its payload, which a noc does not see.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/events/{id}",
    tag = "webhooks",
    params(("id" = String, Path)),
    responses((status = 200, body = WebhookCard, description = "The webhook."), Refusal<400>, Refusal<404>),
)]
pub(crate) async fn one(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<Json<Shown<WebhookCard>>, Rejection> {
    Ok(Json(web.desk.webhook(&who, number(&id)).await?))
}

/// Reads a webhook anew, as after a mistake was mended. What it led to already does not follow twice.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/events/{id}/replay",
    tag = "webhooks",
    params(("id" = String, Path)),
    responses(
        (status = 202, description = "It was read anew."),
        Refusal<400>, Refusal<404>, Refusal<409>, Refusal<422>,
    ),
)]
pub(crate) async fn replay(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Rejection> {
    web.desk.replay_webhook(&who, number(&id)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// What is no number is nobody's id.
pub(super) fn number(id: &str) -> i64 {
    id.parse().unwrap_or(-1)
}

/// Who may send webhooks, and when each was heard of last.
#[utoipa::path(
    get,
    path = "/api/v1/integrations",
    tag = "webhooks",
    responses((status = 200, body = Items<IntegrationSeen>, description = "All integrations.")),
)]
pub(crate) async fn integrations(
    State(web): State<Web>,
    Who(who): Who,
) -> Result<Json<Items<IntegrationSeen>>, Rejection> {
    Ok(Json(web.desk.integrations(&who).await?.into()))
}
