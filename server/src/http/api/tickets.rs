//! Tickets for programs: lists, one with its time line, and what people do with them.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked, Whole,
    document::Refusal,
    language, limit, sent,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::tickets::{Changes, Wanted};
use model::{
    Error, Permission,
    board::Overview,
    shown::Shown,
    ticket::{Kind, NewComment, NewTicket, Priority, Status, TicketCard, TicketChanges, Tickets},
};
use serde::Deserialize;

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// One or more, with commas between.
    #[param(example = "open,in_progress")]
    status: Option<String>,
    #[param(value_type = Option<Priority>)]
    priority: Option<String>,
    /// A username; empty: the tickets that nobody has. Not for a noc.
    assigned_to: Option<String>,
    domain: Option<String>,
    #[param(value_type = Option<Kind>)]
    kind: Option<String>,
    /// Words, of each of which the beginning is enough.
    q: Option<String>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Tickets, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/desk/tickets",
    tag = "tickets",
    params(Filter),
    responses((status = 200, body = Tickets, description = "A page of tickets."), Refusal<422>),
)]
pub(crate) async fn list(
    State(web): State<Web>,
    Who(who): Who,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Shown<Tickets>>, Rejection> {
    Ok(Json(web.desk.tickets(&who, &wanted(filter)?).await?))
}

/// A ticket with its time line.
#[utoipa::path(
    get,
    path = "/api/v1/desk/tickets/{id}",
    tag = "tickets",
    params(("id" = String, Path)),
    responses(
        (
            status = 200,
            body = TicketCard,
            description = "The ticket.",
            headers(("ETag" = String, description = "Its version, for `If-Match`.")),
        ),
        Refusal<400>, Refusal<404>,
    ),
)]
pub(crate) async fn one(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<Response, Rejection> {
    Ok(tagged(StatusCode::OK, web.desk.ticket(&who, &id).await?))
}

/// How everything is, in figures.
#[utoipa::path(
    get,
    path = "/api/v1/desk/overview",
    tag = "domains",
    responses((status = 200, body = Overview, description = "The figures above the board.")),
)]
pub(crate) async fn overview(State(web): State<Web>, Who(who): Who) -> Result<Json<Overview>, Rejection> {
    Ok(Json(web.desk.overview(&who).await?))
}

/// Opens a ticket.
#[utoipa::path(
    post,
    path = "/api/v1/desk/tickets",
    tag = "tickets",
    request_body = NewTicket,
    responses(
        (status = 201, body = TicketCard, description = "The new ticket."),
        Refusal<400>, Refusal<413>, Refusal<422>,
    ),
)]
pub(crate) async fn open(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Response, Rejection> {
    who.may(Permission::WriteTickets)?;
    let new: NewTicket = sent(&body)?;
    let card = web.desk.open_ticket(&who, &new, language(&headers)).await?;
    Ok(tagged(StatusCode::CREATED, card))
}

/// Changes a ticket that nobody has changed since it was read.
#[utoipa::path(
    patch,
    path = "/api/v1/desk/tickets/{id}",
    tag = "tickets",
    params(
        ("id" = String, Path),
        ("if-match" = String, Header, description = "The `ETag` that was read.", example = "\"1\""),
    ),
    request_body = TicketChanges,
    responses(
        (status = 200, body = TicketCard, description = "The ticket as it is now."),
        Refusal<400>, Refusal<404>, Refusal<409>, Refusal<412>, Refusal<413>, Refusal<422>, Refusal<428>,
    ),
)]
pub(crate) async fn change(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Response, Rejection> {
    who.may(Permission::ChangeTickets)?;
    let wanted: TicketChanges = sent(&body)?;
    let changes = Changes {
        version: version(&headers)?,
        wanted,
    };
    let card = web
        .desk
        .change_ticket(&who, &id, changes, language(&headers))
        .await?;
    Ok(tagged(StatusCode::OK, card))
}

/// Adds a comment to a ticket.
#[utoipa::path(
    post,
    path = "/api/v1/desk/tickets/{id}/comments",
    tag = "tickets",
    params(("id" = String, Path)),
    request_body = NewComment,
    responses(
        (status = 201, body = TicketCard, description = "The ticket as it is now."),
        Refusal<400>, Refusal<404>, Refusal<413>, Refusal<422>,
    ),
)]
pub(crate) async fn comment(
    State(web): State<Web>,
    Who(who): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Response, Rejection> {
    who.may(Permission::WriteTickets)?;
    let comment: NewComment = sent(&body)?;
    let card = web
        .desk
        .comment(&who, &id, &comment.body, language(&headers))
        .await?;
    Ok(tagged(StatusCode::CREATED, card))
}

/// Reads a filter's texts; the page has the same one.
pub(crate) fn wanted(filter: Filter) -> Result<Wanted, Rejection> {
    let status = filter.status.as_deref().unwrap_or_default();
    let status = status.split(',').map(str::trim).filter(|text| !text.is_empty());
    let status = status.map(|text| {
        word(
            "status",
            text,
            Status::parse,
            Status::ALL.iter().map(|s| s.as_str()),
        )
    });
    let priority = filter.priority.as_deref();
    let priority = priority.map(|text| {
        word(
            "priority",
            text,
            Priority::parse,
            Priority::ALL.iter().map(|p| p.as_str()),
        )
    });
    let kind = filter.kind.as_deref();
    let kind = kind.map(|text| word("kind", text, Kind::parse, Kind::ALL.iter().map(|k| k.as_str())));
    let before = filter.cursor.map(|cursor| cursor.parse());
    Ok(Wanted {
        status: status.collect::<Result<_, _>>()?,
        priority: priority.transpose()?,
        assigned_to: filter.assigned_to,
        domain: filter.domain.as_deref().map(super::domain).transpose()?,
        kind: kind.transpose()?,
        words: filter.q,
        before: before
            .transpose()
            .map_err(|_| Error::invalid("cursor", "that of an answer"))?,
        limit: limit(filter.limit)?,
    })
}

fn word<T>(
    field: &str,
    text: &str,
    parse: fn(&str) -> Option<T>,
    all: impl Iterator<Item = &'static str>,
) -> Result<T, Error> {
    parse(text).ok_or_else(|| Error::invalid(field, format!("one of {}", all.collect::<Vec<_>>().join(", "))))
}

/// The version in `If-Match` (RFC 9110 section 13.1.1); `*` takes any.
fn version(headers: &HeaderMap) -> Result<Option<i64>, Rejection> {
    let Some(tag) = headers.get(header::IF_MATCH) else {
        return Err(Rejection::VersionMissing);
    };
    let tag = tag.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    let version = tag.trim_start_matches("W/").trim_matches('"').parse();
    // What is no version of ours is not the present one.
    Ok(Some(version.unwrap_or(-1)))
}

fn tagged(status: StatusCode, card: Shown<TicketCard>) -> Response {
    let tag = HeaderValue::from_str(&format!("\"{}\"", card.ticket.version));
    let mut response = (status, Json(card)).into_response();
    if let Ok(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
