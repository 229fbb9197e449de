//! The webhooks that came in, for programs.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
    document::Refusal,
    language, limit,
    people::Items,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use desk::{Actor, webhooks::WantedEvents};
use model::{
    Error, Permission, Timestamp,
    shown::Shown,
    webhook::{Credential, IntegrationSeen, NewCredential, WebhookCard, Webhooks},
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
pub(in crate::http) fn number(id: &str) -> i64 {
    id.parse().unwrap_or(-1)
}

/// Who may send webhooks, and when each was heard of last; how their secrets are, for a `super_admin` alone.
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

/// Makes a new secret for an integration, shown in this answer and never again; the one before it counts as well until
/// it is ended, or until a week after a sender has first shown the new one. A new one that no sender has shown yet is
/// replaced.
#[utoipa::path(
    post,
    path = "/api/v1/integrations/{name}/{credential}/rotate",
    tag = "webhooks",
    params(("name" = String, Path), ("credential" = Credential, Path)),
    responses(
        (status = 200, body = NewCredential, description = "The new secret, this once."),
        Refusal<400>, Refusal<404>, Refusal<409>,
    ),
)]
pub(crate) async fn rotate(
    State(web): State<Web>,
    Who(who): Who,
    Path((name, credential)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<NewCredential>, Rejection> {
    let credential = asked(&who, &credential)?;
    let made = web.desk.rotate(&who, &name, credential, language(&headers));
    Ok(Json(made.await?))
}

/// Ends the secret before the new one: who still shows it is refused from now on.
#[utoipa::path(
    delete,
    path = "/api/v1/integrations/{name}/{credential}/previous",
    tag = "webhooks",
    params(("name" = String, Path), ("credential" = Credential, Path)),
    responses((status = 204, description = "It no longer counts."), Refusal<400>, Refusal<404>),
)]
pub(crate) async fn end_previous(
    State(web): State<Web>,
    Who(who): Who,
    Path((name, credential)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Rejection> {
    let credential = asked(&who, &credential)?;
    web.desk
        .end_previous(&who, &name, credential, language(&headers))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which one is meant; to who may not rotate it is nobody's to know whether there is one.
pub(in crate::http) fn asked(who: &Actor, credential: &str) -> Result<Credential, Error> {
    who.may(Permission::ManagePeople)?;
    Credential::parse(credential).ok_or_else(|| Error::not_found("a credential besides secret and url_key"))
}
