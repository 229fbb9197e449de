//! What the checks know: a domain's status and history, the hosts, the certificates.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
    document::Refusal,
};
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use desk::history;
use model::{
    CheckId, Error, Status, Timestamp, health::HostHealth, held::Holdings, history::Changes, shown::Shown,
};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `1` runs the checks first, which a noc may not.
    fresh: Option<String>,
}

/// What the checks last said of a domain.
#[utoipa::path(
    get,
    path = "/api/v1/infra/status/{domain}",
    tag = "infrastructure",
    params(("domain" = String, Path, example = "betinsport.example"), Wanted),
    responses(
        (status = 200, body = Status, description = "Its steps, and whether they make it ready."),
        Refusal<400>, Refusal<404>, Refusal<409>, Refusal<422>, Refusal<429>,
    ),
)]
pub(crate) async fn status(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<String>,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Json<Shown<Status>>, Rejection> {
    let domain = super::domain(&domain)?;
    match wanted.fresh.as_deref() {
        None | Some("0" | "false") => {}
        Some("1" | "true") => web.desk.check_now(&who, &domain, None).await?,
        Some(_) => return Err(Error::invalid("fresh", "1 or 0").into()),
    }
    Ok(Json(
        web.desk.status(&who, &domain, super::language(&headers)).await?,
    ))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedChanges {
    /// A check's name; without it, all of them.
    check: Option<String>,
    #[param(value_type = Option<Timestamp>)]
    since: Option<String>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The changes of a domain's checks.
#[utoipa::path(
    get,
    path = "/api/v1/infra/history/{domain}",
    tag = "infrastructure",
    params(("domain" = String, Path, example = "betinsport.example"), WantedChanges),
    responses(
        (status = 200, body = Changes, description = "A page of the changes, newest first."),
        Refusal<400>, Refusal<404>, Refusal<422>,
    ),
)]
pub(crate) async fn history(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<String>,
    Asked(wanted): Asked<WantedChanges>,
    headers: HeaderMap,
) -> Result<Json<Shown<Changes>>, Rejection> {
    let since = |text: &str| {
        Timestamp::parse(text).ok_or_else(|| Error::invalid("since", "a time as in 2026-11-22T07:00:00Z"))
    };
    let cursor = |text: &str| {
        text.parse()
            .map_err(|_| Error::invalid("cursor", "that of an answer"))
    };
    let asked = history::Asked {
        check: wanted.check.as_deref().map(CheckId::from_text),
        since: wanted.since.as_deref().map(since).transpose()?,
        before: wanted.cursor.as_deref().map(cursor).transpose()?,
        limit: super::limit(wanted.limit)?,
    };
    let (domain, language) = (super::domain(&domain)?, super::language(&headers));
    Ok(Json(web.desk.changes(&who, &domain, &asked, language).await?))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedPage {
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Items<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> Items<T> {
    /// A page of a list; the cursor is the last item's key.
    fn page(all: Vec<T>, wanted: &WantedPage, key: fn(&T) -> &str) -> Result<Self, Rejection> {
        let limit = usize::try_from(super::limit(wanted.limit)?).unwrap_or(usize::MAX);
        let begin = match &wanted.cursor {
            Some(cursor) => all
                .iter()
                .position(|item| key(item) == cursor)
                .map(|last| last + 1),
            None => Some(0),
        };
        let begin = begin.ok_or_else(|| Error::invalid("cursor", "that of an answer"))?;
        let is_last = all.len() <= begin.saturating_add(limit);
        let items: Vec<T> = all.into_iter().skip(begin).take(limit).collect();
        let next_cursor = items.last().filter(|_| !is_last).map(|last| key(last).to_owned());
        Ok(Self { items, next_cursor })
    }
}

/// The hosts of the sites, and whether they answer.
#[utoipa::path(
    get,
    path = "/api/v1/infra/hosts",
    tag = "infrastructure",
    params(WantedPage),
    responses(
        (status = 200, body = Items<HostHealth>, description = "A page of the hosts."),
        Refusal<422>,
    ),
)]
pub(crate) async fn hosts(
    State(web): State<Web>,
    Who(who): Who,
    Asked(wanted): Asked<WantedPage>,
) -> Result<Json<Items<HostHealth>>, Rejection> {
    let hosts = web.desk.hosts(&who)?.into_inner();
    Ok(Json(Items::page(hosts, &wanted, |host| &host.name)?))
}

/// The certificates that the checks have seen; what runs out first comes first.
#[utoipa::path(
    get,
    path = "/api/v1/infra/certificates",
    tag = "infrastructure",
    params(WantedPage),
    responses(
        (status = 200, body = Holdings, description = "A page of the certificates."),
        Refusal<422>,
    ),
)]
pub(crate) async fn certificates(
    State(web): State<Web>,
    Who(who): Who,
    Asked(wanted): Asked<WantedPage>,
) -> Result<Json<Shown<Holdings>>, Rejection> {
    let (limit, cursor) = (super::limit(wanted.limit)?, wanted.cursor.as_deref());
    Ok(Json(web.desk.certificates(&who, cursor, limit).await?))
}
