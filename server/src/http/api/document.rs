//! `GET /api/openapi.json`: every door of the REST API as `OpenAPI` 3.1, made from the handlers' own types.

use super::{
    super::{events as stream, hooks, rejection::Problem},
    audit, auth, domains, events, health, infra, jobs, onboarding, people, tickets, views,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{collections::BTreeMap, sync::LazyLock};
use utoipa::{
    IntoResponses, Modify, OpenApi,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, PathItem, Ref, RefOr, Response as Answer,
        ResponseBuilder, Schema,
        path::Operation,
        schema::{AnyOfBuilder, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

pub(crate) static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(Description::openapi);

pub(crate) async fn document() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| DOCUMENT.to_json().unwrap_or_default());
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, TEXT.as_str()).into_response()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ligbox Desk",
        description = "Everything that a person does in the browser, for programs. Errors are RFC 9457 problems; \
                       times are RFC 3339 in UTC; a list goes on with `cursor` where `next_cursor` is not null.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
    ),
    paths(
        health::health,
        health::ready,
        auth::login,
        auth::logout,
        auth::me,
        auth::password,
        people::users,
        people::add_user,
        people::change_user,
        people::sessions,
        people::end_session,
        people::trail,
        domains::list,
        domains::one,
        domains::add,
        domains::edit,
        domains::remove,
        infra::status,
        infra::history,
        infra::hosts,
        infra::certificates,
        tickets::overview,
        events::integrations,
        events::rotate,
        events::end_previous,
        tickets::list,
        tickets::one,
        tickets::open,
        tickets::change,
        tickets::comment,
        views::list,
        views::save,
        views::remove,
        events::list,
        events::one,
        events::replay,
        onboarding::funnel,
        onboarding::domain,
        onboarding::tenants,
        audit::begin,
        audit::overview,
        audit::scorecards,
        jobs::list,
        jobs::retry,
        jobs::remove,
        hooks::ingress,
        hooks::onboard,
        stream::stream,
    ),
    components(schemas(Problem)),
    security(("token" = []), ("session" = [])),
    modifiers(&Aliases, &Edge, &Flattened)
)]
struct Description;

/// A refusal with this status, among the answers of a door.
pub(crate) enum Refusal<const STATUS: u16> {}

impl<const STATUS: u16> IntoResponses for Refusal<STATUS> {
    fn responses() -> BTreeMap<String, RefOr<Answer>> {
        BTreeMap::from([(STATUS.to_string(), refusal(STATUS).into())])
    }
}

/// Doors that one handler opens under several paths.
struct Aliases;

impl Modify for Aliases {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for (path, alias, operation) in ALIASES {
            let Some(mut item) = document.paths.paths.get(path).cloned() else {
                continue;
            };
            for each in operations(&mut item) {
                each.operation_id = Some(operation.to_owned());
            }
            document.paths.paths.insert(alias.to_owned(), item);
        }
    }
}

/// What stands before and around every handler: who may enter, and what is said when one breaks.
struct Edge;

impl Modify for Edge {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemes = [
            (
                "token",
                SecurityScheme::Http(
                    HttpBuilder::new()
                        .scheme(HttpAuthScheme::Bearer)
                        .bearer_format("JWT")
                        .description(Some("What `POST /api/v1/auth/login` gives."))
                        .build(),
                ),
            ),
            (
                "session",
                SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                    "desk",
                    "The browser's session. What changes something must come from the Desk's own pages.",
                ))),
            ),
            (
                "internal_token",
                SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                    "x-ops-internal-token",
                    "What `auth.internal_token` says: another system may ask for an audit, and do nothing else.",
                ))),
            ),
        ];
        let components = document.components.get_or_insert_default();
        for (name, scheme) in schemes {
            components.add_security_scheme(name, scheme);
        }
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let nobody = SecurityRequirement::default();
            let is_open = operation.security.iter().flatten().any(|one| *one == nobody);
            let closed: &[u16] = if is_open { &[] } else { &[401, 403] };
            for status in closed.iter().chain(&[500]) {
                let answers = &mut operation.responses.responses;
                answers
                    .entry(status.to_string())
                    .or_insert_with(|| refusal(*status).into());
            }
        }
    }
}

/// All keys of a flattened `Option`, or none of them; utoipa would have null say none.
struct Flattened;

impl Modify for Flattened {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemas = document
            .components
            .iter_mut()
            .flat_map(|all| all.schemas.values_mut());
        for schema in schemas {
            let RefOr::T(Schema::AllOf(parts)) = schema else {
                continue;
            };
            for part in &mut parts.items {
                let RefOr::T(Schema::OneOf(optional)) = part else {
                    continue;
                };
                let some = optional.items.iter().filter(|each| matches!(each, RefOr::Ref(_)));
                let either = some.fold(AnyOfBuilder::new(), |either, some| either.item(some.clone()));
                *part = either.item(ObjectBuilder::new()).into();
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

fn refusal(status: u16) -> Answer {
    let problem = Ref::from_schema_name(<Problem as utoipa::ToSchema>::name());
    let content = ContentBuilder::new().schema(Some(problem)).build();
    let answer = ResponseBuilder::new()
        .description(meaning(status))
        .content("application/problem+json", content);
    let header = |schema: ObjectBuilder, text: &str| {
        HeaderBuilder::new()
            .schema(schema)
            .description(Some(text))
            .build()
    };
    match status {
        401 => answer.header(
            "WWW-Authenticate",
            header(
                ObjectBuilder::new().schema_type(Type::String),
                "RFC 6750 section 3",
            ),
        ),
        429 | 503 => answer.header(
            "Retry-After",
            header(ObjectBuilder::new().schema_type(Type::Integer), "Seconds to wait"),
        ),
        _ => answer,
    }
    .build()
}

fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The body is not JSON, or the path is no text.",
        401 => "No token or session, or one that is wrong, expired or ended.",
        403 => "The caller's role may not, its password must be changed first, or another site's page asks.",
        404 => "There is no such thing, or none that the caller may see.",
        409 => "It exists already, or the state of things forbids it.",
        412 => "Somebody has changed it since it was read.",
        413 => "The body is longer than 1 MiB.",
        422 => "A key or a value is wrong; `detail` names it.",
        428 => "`If-Match` is missing.",
        429 => "Too many tries.",
        503 => "It cannot be stored now: try again after `Retry-After`.",
        500 => "A fault of the Desk; its log has the cause under the incident's number.",
        other => StatusCode::from_u16(other)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("A refusal."),
    }
}

const ALIASES: [(&str, &str, &str); 3] = [
    ("/health", "/api/health", "api_health"),
    ("/health", "/health/live", "health_live"),
    (
        "/api/v1/infra/status/{domain}",
        "/api/v1/infrastructure/status/{domain}",
        "infrastructure_status",
    ),
];
