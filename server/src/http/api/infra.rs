//! What the checks know: a domain's status and history, the hosts, the certificates.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `1` runs the checks first.
    fresh: Option<String>,
}

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedChanges {
    check: Option<String>,
    since: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedPage {
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Serialize)]
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

pub(crate) async fn hosts(
    State(web): State<Web>,
    Who(who): Who,
    Asked(wanted): Asked<WantedPage>,
) -> Result<Json<Items<HostHealth>>, Rejection> {
    let hosts = web.desk.hosts(&who)?.into_inner();
    Ok(Json(Items::page(hosts, &wanted, |host| &host.name)?))
}

pub(crate) async fn certificates(
    State(web): State<Web>,
    Who(who): Who,
    Asked(wanted): Asked<WantedPage>,
) -> Result<Json<Shown<Holdings>>, Rejection> {
    let (limit, cursor) = (super::limit(wanted.limit)?, wanted.cursor.as_deref());
    Ok(Json(web.desk.certificates(&who, cursor, limit).await?))
}
