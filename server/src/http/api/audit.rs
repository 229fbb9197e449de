//! Audits for programs: begin one, how everybody did, and each domain's scorecard.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
    document::Refusal,
    language, limit,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use desk::audit::WantedCards;
use model::{
    Error,
    audit::{Overview, Scorecards},
    shown::Shown,
};
use serde::{Deserialize, Serialize};

/// What was begun.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Begun {
    /// Of the audit that is under way, where there was one already.
    cycle_id: i64,
}

/// Has every check of every domain run and judged. While one audit is under way, a second one is the same.
#[utoipa::path(
    post,
    path = "/api/v1/audit/cycle",
    tag = "audit",
    responses((status = 202, body = Begun, description = "It is on disk, and will be done.")),
    security(("token" = []), ("session" = []), ("internal_token" = [])),
)]
pub(crate) async fn begin(
    State(web): State<Web>,
    Who(who): Who,
) -> Result<(StatusCode, Json<Begun>), Rejection> {
    let cycle_id = web.desk.begin_audit(&who).await?;
    Ok((StatusCode::ACCEPTED, Json(Begun { cycle_id })))
}

/// How everybody did in the audit that ended last, and how that has changed.
#[utoipa::path(
    get,
    path = "/api/v1/audit/overview",
    tag = "audit",
    responses((status = 200, body = Overview, description = "The latest audit, the one under way, and the trend.")),
)]
pub(crate) async fn overview(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
) -> Result<Json<Shown<Overview>>, Rejection> {
    Ok(Json(
        web.desk.audit_overview(&who, None, language(&headers)).await?,
    ))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Of which audit; by itself the one that ended last.
    #[param(value_type = Option<i64>)]
    cycle: Option<String>,
    tenant: Option<String>,
    /// Part of the domain's or tenant's name.
    q: Option<String>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What each domain was worth, the worst first.
#[utoipa::path(
    get,
    path = "/api/v1/audit/scorecards",
    tag = "audit",
    params(Filter),
    responses(
        (status = 200, body = Scorecards, description = "A page of scorecards."),
        Refusal<404>, Refusal<422>,
    ),
)]
pub(crate) async fn scorecards(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Shown<Scorecards>>, Rejection> {
    let cycle = filter.cycle.map(|cycle| cycle.parse()).transpose();
    let after = filter.cursor.map(|cursor| cursor.parse()).transpose();
    let wanted = WantedCards {
        cycle: cycle.map_err(|_| Error::invalid("cycle", "a cycle_id"))?,
        tenant: filter.tenant,
        q: filter.q.unwrap_or_default(),
        after: after
            .map_err(|_| Error::invalid("cursor", "that of an answer"))?
            .unwrap_or_default(),
        limit: limit(filter.limit)?,
    };
    Ok(Json(
        web.desk.scorecards(&who, &wanted, language(&headers)).await?,
    ))
}
