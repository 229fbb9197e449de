//! Onboarding and the customers, for programs.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
    document::Refusal,
    language, limit,
};
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use desk::onboarding::{Cursor, Wanted};
use model::{
    DomainName, Error,
    onboarding::{Funnel, Stage, Story, Tenants},
    shown::Shown,
};
use serde::Deserialize;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    #[param(value_type = Option<Stage>)]
    stage: Option<String>,
    /// The wizard's step that they have come to.
    step: Option<String>,
    /// Part of the domain's or the tenant's name.
    #[serde(default)]
    q: String,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// How many domains have come how far, and where each stands, those that are stuck first. A technician's are those
/// with a ticket assigned to them; a noc sees counts alone.
#[utoipa::path(
    get,
    path = "/api/v1/onboard/funnel",
    tag = "onboarding",
    params(Filter),
    responses((status = 200, body = Funnel, description = "The counts of all, and a page of the domains."), Refusal<422>),
)]
pub(crate) async fn funnel(
    State(web): State<Web>,
    Who(who): Who,
    Asked(filter): Asked<Filter>,
    headers: HeaderMap,
) -> Result<Json<Shown<Funnel>>, Rejection> {
    let stage = filter.stage.as_deref().map(|text| {
        let all = Stage::ALL.map(Stage::as_str).join(", ");
        Stage::parse(text).ok_or_else(|| Error::invalid("stage", format!("one of {all}")))
    });
    let after = filter.cursor.as_deref();
    let after =
        after.map(|text| Cursor::parse(text).ok_or_else(|| Error::invalid("cursor", "that of an answer")));
    let wanted = Wanted {
        stage: stage.transpose()?,
        step: filter.step,
        words: filter.q,
        after: after.transpose()?,
        limit: limit(filter.limit)?,
    };
    Ok(Json(web.desk.funnel(&who, &wanted, language(&headers)).await?))
}

/// A domain's onboarding: where it stands, what it waits for, and every event.
#[utoipa::path(
    get,
    path = "/api/v1/onboard/domains/{domain}",
    tag = "onboarding",
    params(("domain" = DomainName, Path)),
    responses((status = 200, body = Story, description = "Its story."), Refusal<400>, Refusal<404>, Refusal<422>),
)]
pub(crate) async fn domain(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Shown<Story>>, Rejection> {
    let language = language(&headers);
    Ok(Json(
        web.desk
            .onboarding(&who, &super::domain(&domain)?, language)
            .await?,
    ))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The customers by name, each with how many domains it has, how many are ready, and what is open.
#[utoipa::path(
    get,
    path = "/api/v1/tenants",
    tag = "domains",
    params(Page),
    responses((status = 200, body = Tenants, description = "A page of the tenants."), Refusal<422>),
)]
pub(crate) async fn tenants(
    State(web): State<Web>,
    Who(who): Who,
    Asked(page): Asked<Page>,
) -> Result<Json<Shown<Tenants>>, Rejection> {
    let most = usize::try_from(limit(page.limit)?).unwrap_or(usize::MAX);
    Ok(Json(web.desk.tenants(&who, page.cursor.as_deref(), most).await?))
}
