//! The pages: every path that is none of the API's is the app's to answer.

use super::{
    Web, actor::Who, api, assets, headers::content_security_policy, login::own_path, rejection::problem,
};
use app::{Assets, Door, Fragment, Theme, fragment, narrow::percent_encoded, shell};
use axum::{
    Router,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use desk::Actor;
use leptos::{context::use_context, nonce::use_nonce, prelude::provide_context};
use leptos_axum::ResponseOptions;
use model::{CheckId, DomainName, Language};
use serde::Deserialize;
use tower_http::compression::{CompressionLayer, CompressionLevel};

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/parts/row/{domain}", get(row))
        .route("/parts/detail/{domain}/{check}", get(detail))
        .route("/parts/figures", get(figures))
        .route("/parts/domain/{domain}", get(domain))
        .route("/calls/{*call}", post(call))
        .method_not_allowed_fallback(api::method_not_allowed)
        .layer(from_fn(api::log_in_first))
        .fallback(page)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// Any page. Nobody is led to the login, and back afterwards.
pub(crate) async fn page(State(web): State<Web>, Who(who): Who, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let at_login = request.uri().path() == "/login";
    match (&who, at_login) {
        (Actor::Nobody, false) => {
            return Redirect::to(&format!("/login?next={}", percent_encoded(own_path(path)))).into_response();
        }
        (Actor::Person { .. }, true) => return Redirect::to("/").into_response(),
        _ => {}
    }
    let door = door(&web, who, request.headers());
    let options = web.leptos.clone();
    let render =
        leptos_axum::render_app_async_with_context(move || enter(&door), move || shell(options.clone()));
    render(request).await
}

/// A server function.
async fn call(State(web): State<Web>, Who(who): Who, request: Request) -> Response {
    let door = door(&web, who, request.headers());
    leptos_axum::handle_server_fns_with_context(move || provide_context(door.clone()), request)
        .await
        .into_response()
}

async fn row(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<DomainName>,
    headers: HeaderMap,
) -> Response {
    part(&web, who, &headers, Fragment::Row(domain)).await
}

async fn detail(
    State(web): State<Web>,
    Who(who): Who,
    Path((domain, check)): Path<(DomainName, CheckId)>,
    headers: HeaderMap,
) -> Response {
    part(&web, who, &headers, Fragment::Detail(domain, check)).await
}

async fn figures(State(web): State<Web>, Who(who): Who, headers: HeaderMap) -> Response {
    part(&web, who, &headers, Fragment::Figures).await
}

async fn domain(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<DomainName>,
    headers: HeaderMap,
) -> Response {
    part(&web, who, &headers, Fragment::Domain(domain)).await
}

async fn part(web: &Web, who: Actor, headers: &HeaderMap, which: Fragment) -> Response {
    match fragment(door(web, who, headers), which).await {
        Ok(html) => axum::response::Html(html).into_response(),
        Err(fault) => super::Rejection::Error(fault.0).into_response(),
    }
}

fn door(web: &Web, who: Actor, headers: &HeaderMap) -> Door {
    Door {
        desk: web.desk.clone(),
        who,
        language: cookie(headers, LANGUAGE)
            .and_then(Language::from_tag)
            .unwrap_or_else(|| api::language(headers)),
        theme: cookie(headers, "theme").and_then(Theme::parse),
    }
}

/// What a page finds in its context, and the policy that its answer carries.
fn enter(door: &Door) {
    provide_context(door.clone());
    provide_context(Assets(assets::PREFIX.as_str().into()));
    let policy =
        use_nonce().and_then(|nonce| HeaderValue::try_from(content_security_policy(&nonce.to_string())).ok());
    if let (Some(answer), Some(policy)) = (use_context::<ResponseOptions>(), policy) {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    next: String,
}

/// `GET /language/{tag}`: keeps the reader's choice and goes back.
pub(crate) async fn language(Path(tag): Path<String>, Query(back): Query<Back>) -> Response {
    let Some(language) = Language::from_tag(&tag) else {
        return problem(StatusCode::NOT_FOUND, "not_found", "the Desk speaks pt-BR and en");
    };
    let kept = format!(
        "{LANGUAGE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
        language.tag()
    );
    let next = if back.next.starts_with("/login") {
        "/login"
    } else {
        own_path(&back.next)
    };
    ([(header::SET_COOKIE, kept)], Redirect::to(next)).into_response()
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(key, value)| (key == name).then_some(value))
}

const LANGUAGE: &str = "lang";
