//! The domains as a program reads and edits them.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked, Whole,
    document::Refusal,
    sent,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    CheckId, Domain, DomainName, Error, Language, Permission, State as CheckState, Timestamp,
    board::{Card, Cell, Filter, Row, Verdict},
    draft,
    shown::Shown,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Part of the domain's, mail host's or tenant's name.
    #[serde(default)]
    q: String,
    site: Option<String>,
    #[param(value_type = Option<Verdict>)]
    state: Option<String>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct List {
    items: Vec<Item>,
    next_cursor: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Item {
    domain: DomainName,
    mail_host: DomainName,
    site: String,
    tenant: Option<String>,
    state: Verdict,
    ready: bool,
    fault: String,
    since: Option<Timestamp>,
    checked_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    /// Each check's state; null before its first run.
    #[schema(schema_with = checks)]
    checks: BTreeMap<CheckId, Option<CheckState>>,
    /// Those that fail and are not announced: their first failing run, or flapping.
    failing: Vec<CheckId>,
}

/// The domains, in the order of their names, which no check's outcome changes between two pages.
#[utoipa::path(
    get,
    path = "/api/v1/desk/domains",
    tag = "domains",
    operation_id = "domains",
    params(Wanted),
    responses((status = 200, body = List, description = "A page of the domains."), Refusal<422>),
)]
pub(crate) async fn list(
    State(web): State<Web>,
    Who(who): Who,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Json<List>, Rejection> {
    let limit = usize::try_from(super::limit(wanted.limit)?).unwrap_or(usize::MAX);
    let state = match wanted.state.as_deref() {
        Some(text) => Some(
            Verdict::parse(text)
                .ok_or_else(|| Error::invalid("state", "one of fail, unknown, warn, pending, ready"))?,
        ),
        None => None,
    };
    let filter = Filter {
        q: wanted.q,
        site: wanted.site,
        state,
    };
    let language = super::language(&headers);
    let columns = web.desk.columns(&who, language)?;
    let (rows, more) = web
        .desk
        .listed(&who, &filter, wanted.cursor.as_deref(), limit, language)?
        .into_inner();
    let next_cursor = rows.last().filter(|_| more).map(|row| row.domain.to_string());
    let item = |row: Row| Item {
        failing: columns
            .iter()
            .zip(&row.cells)
            .filter(|(_, cell)| cell.is_some_and(Cell::is_failing))
            .map(|(column, _)| column.id.clone())
            .collect(),
        checks: columns
            .iter()
            .zip(&row.cells)
            .map(|(column, cell)| (column.id.clone(), cell.map(|cell| cell.state)))
            .collect(),
        domain: row.domain,
        mail_host: row.mail_host,
        site: row.site,
        tenant: row.tenant,
        ready: matches!(row.verdict, Verdict::Ready | Verdict::Warn),
        state: row.verdict,
        fault: row.fault,
        since: row.since,
        checked_at: row.checked_at,
        expires_at: row.expires_at,
    };
    Ok(Json(List {
        items: rows.into_iter().map(item).collect(),
        next_cursor,
    }))
}

/// A domain, its steps and its certificates.
#[utoipa::path(
    get,
    path = "/api/v1/desk/domains/{domain}",
    tag = "domains",
    operation_id = "domain",
    params(("domain" = String, Path, example = "betinsport.example")),
    responses(
        (status = 200, body = Card, description = "The domain with its steps."),
        Refusal<400>, Refusal<404>, Refusal<422>,
    ),
)]
pub(crate) async fn one(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Shown<Card>>, Rejection> {
    Ok(Json(
        web.desk
            .card(&who, &super::domain(&domain)?, super::language(&headers))
            .await?,
    ))
}

/// Adds a domain.
///
/// 403 comes before what is wrong with the body, so that who may not add learns nothing of sites.
#[utoipa::path(
    post,
    path = "/api/v1/desk/domains",
    tag = "domains",
    operation_id = "add_domain",
    request_body = draft::Draft,
    responses(
        (
            status = 201,
            body = Domain,
            description = "The new domain.",
            headers(("Location" = String, description = "Its path.")),
        ),
        Refusal<400>, Refusal<409>, Refusal<413>, Refusal<422>,
    ),
)]
pub(crate) async fn add(
    State(web): State<Web>,
    Who(who): Who,
    Whole(body): Whole,
) -> Result<Response, Rejection> {
    who.may(Permission::EditDomains)?;
    let added = web.desk.add_domain(&who, &sent(&body)?, Language::En).await?;
    let place = format!("/api/v1/desk/domains/{}", added.name);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(added)).into_response())
}

/// Changes a domain.
#[utoipa::path(
    patch,
    path = "/api/v1/desk/domains/{domain}",
    tag = "domains",
    operation_id = "edit_domain",
    params(("domain" = String, Path)),
    request_body = draft::Changes,
    responses(
        (status = 200, body = Domain, description = "The domain as it is now."),
        Refusal<400>, Refusal<404>, Refusal<409>, Refusal<413>, Refusal<422>,
    ),
)]
pub(crate) async fn edit(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<String>,
    Whole(body): Whole,
) -> Result<Json<Domain>, Rejection> {
    who.may(Permission::EditDomains)?;
    let domain = super::domain(&domain)?;
    let edited = web
        .desk
        .edit_domain(&who, &domain, sent(&body)?, Language::En)
        .await?;
    Ok(Json(edited))
}

/// Removes a domain with all that is known of it.
#[utoipa::path(
    delete,
    path = "/api/v1/desk/domains/{domain}",
    tag = "domains",
    operation_id = "remove_domain",
    params(("domain" = String, Path)),
    responses((status = 204, description = "It is gone."), Refusal<400>, Refusal<404>, Refusal<422>),
)]
pub(crate) async fn remove(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<String>,
) -> Result<StatusCode, Rejection> {
    who.may(Permission::EditDomains)?;
    web.desk.remove_domain(&who, &super::domain(&domain)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A state or null under each check's name, which utoipa cannot derive.
fn checks() -> utoipa::openapi::Object {
    let state = utoipa::openapi::OneOfBuilder::new()
        .item(utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::Null))
        .item(utoipa::openapi::Ref::from_schema_name(
            <CheckState as utoipa::ToSchema>::name(),
        ));
    utoipa::openapi::ObjectBuilder::new()
        .additional_properties(Some(utoipa::openapi::Schema::from(state.build())))
        .build()
}
