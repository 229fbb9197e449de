//! The domains as a program reads them.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
};
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use model::{
    CheckId, DomainName, Error, State as CheckState, Timestamp,
    board::{Board, Card, Filter, Row, Verdict},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    site: Option<String>,
    state: Option<String>,
    limit: Option<usize>,
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct List {
    items: Vec<Item>,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
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
    checks: BTreeMap<CheckId, Option<CheckState>>,
}

/// In the order of names, which no check's outcome changes between two pages.
pub(crate) async fn list(
    State(web): State<Web>,
    Who(who): Who,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Json<List>, Rejection> {
    let limit = wanted.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Error::invalid("limit", "from 1 to 200").into());
    }
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
    let Board {
        columns, mut rows, ..
    } = web.desk.board(&who, &filter, super::language(&headers)).await?;
    rows.sort_by(|a, b| a.domain.cmp(&b.domain));
    if let Some(cursor) = &wanted.cursor {
        rows.retain(|row| row.domain.as_str() > cursor.as_str());
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.domain.to_string());
    let item = |row: Row| Item {
        checks: columns
            .iter()
            .map(|column| column.id.clone())
            .zip(row.cells)
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

pub(crate) async fn one(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Card>, Rejection> {
    Ok(Json(
        web.desk
            .card(&who, &super::domain(&domain)?, super::language(&headers))
            .await?,
    ))
}
