//! A domain's status: the contract's JSON, as it was last seen or as it is now.

use super::{
    super::{Rejection, Web, actor::Who},
    Asked,
};
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use model::{Error, Status};
use serde::Deserialize;

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
) -> Result<Json<Status>, Rejection> {
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
