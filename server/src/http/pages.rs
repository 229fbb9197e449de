//! The pages: every path that is none of the API's is the app's to answer.

use super::{
    Web, actor::Who, api, assets, audit as audit_forms, forms, headers::content_security_policy, itself,
    login::own_path, people, rejection::problem, tickets as ticket_forms,
};
use app::{
    Assets, AuditFilter, Door, EventFilter, Filter, Fragment, OnboardingFilter, ParamsMap, Refused, Theme,
    fragment,
    narrow::{Unfolded, percent_encoded},
    shell,
};
use axum::{
    Router,
    body::Body,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
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
        .route("/parts/find", get(find))
        .route("/parts/figures", get(figures))
        .route("/parts/domain/{domain}", get(domain))
        .route("/parts/certificates", get(certificates))
        .route("/parts/status", get(status))
        .route("/parts/tickets", get(tickets))
        .route("/parts/ticket/{number}", get(ticket))
        .route("/parts/events", get(events))
        .route("/parts/onboarding", get(onboarding))
        .route("/parts/audit", get(audit))
        .route("/calls/{*call}", post(call))
        .method_not_allowed_fallback(api::method_not_allowed)
        .layer(from_fn(api::log_in_first))
        .merge(forms::router())
        .merge(people::router())
        .merge(ticket_forms::router())
        .merge(audit_forms::router())
        .merge(itself::router())
        .fallback(page)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// Any page. Nobody is led to the login, and back afterwards.
pub(crate) async fn page(State(web): State<Web>, Who(who): Who, request: Request) -> Response {
    let at_login = request.uri().path() == "/login";
    match (&who, at_login) {
        (Actor::Nobody, false) => return to_the_login(request.uri()),
        (Actor::Person(_), true) => return Redirect::to("/").into_response(),
        (who, _) if who.must_change_password() && request.uri().path() != "/password" => {
            return Redirect::to("/password").into_response();
        }
        _ => {}
    }
    render(&web, who, request, None::<Refused>).await
}

pub(super) fn to_the_login(from: &Uri) -> Response {
    let path = from.path_and_query().map_or("/", |path| path.as_str());
    Redirect::to(&format!("/login?next={}", percent_encoded(own_path(path)))).into_response()
}

/// A form's page again, as it was filled in, with what is wrong.
pub(super) async fn refused(
    web: Web,
    who: Actor,
    page: Uri,
    headers: HeaderMap,
    refused: Refused,
) -> Response {
    with(web, who, page, headers, refused).await
}

/// A page that finds something more in its context.
pub(super) async fn with<T: Clone + Send + Sync + 'static>(
    web: Web,
    who: Actor,
    page: Uri,
    headers: HeaderMap,
    said: T,
) -> Response {
    if who == Actor::Nobody {
        return Redirect::to("/login").into_response();
    }
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = page;
    *request.headers_mut() = headers;
    render(&web, who, request, Some(said)).await
}

async fn render<T: Clone + Send + Sync + 'static>(
    web: &Web,
    who: Actor,
    request: Request,
    said: Option<T>,
) -> Response {
    let door = door(web, who, request.headers());
    let options = web.leptos.clone();
    let context = move || {
        enter(&door);
        if let Some(said) = said.clone() {
            provide_context(said);
        }
    };
    let render = leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
    render(request).await
}

/// A server function.
async fn call(State(web): State<Web>, Who(who): Who, request: Request) -> Response {
    let door = door(&web, who, request.headers());
    leptos_axum::handle_server_fns_with_context(move || provide_context(door.clone()), request)
        .await
        .into_response()
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    unfold: String,
}

async fn row(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<DomainName>,
    Query(Wanted { unfold }): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    part(
        &web,
        who,
        &headers,
        Fragment::Row(domain, Unfolded::read(&unfold)),
    )
    .await
}

async fn detail(
    State(web): State<Web>,
    Who(who): Who,
    Path((domain, check)): Path<(DomainName, CheckId)>,
    headers: HeaderMap,
) -> Response {
    part(&web, who, &headers, Fragment::Detail(domain, check)).await
}

async fn find(State(web): State<Web>, Who(who): Who, uri: Uri, headers: HeaderMap) -> Response {
    let text = query(&uri).get("q").unwrap_or_default();
    part(&web, who, &headers, Fragment::Find(text)).await
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

async fn certificates(State(web): State<Web>, Who(who): Who, headers: HeaderMap) -> Response {
    part(&web, who, &headers, Fragment::Certificates).await
}

async fn status(State(web): State<Web>, Who(who): Who, headers: HeaderMap) -> Response {
    part(&web, who, &headers, Fragment::Status).await
}

async fn tickets(State(web): State<Web>, Who(who): Who, uri: Uri, headers: HeaderMap) -> Response {
    let filter = Filter::read(&query(&uri));
    part(&web, who, &headers, Fragment::Tickets(filter)).await
}

async fn ticket(
    State(web): State<Web>,
    Who(who): Who,
    Path(number): Path<i64>,
    headers: HeaderMap,
) -> Response {
    part(&web, who, &headers, Fragment::Ticket(number)).await
}

async fn events(State(web): State<Web>, Who(who): Who, uri: Uri, headers: HeaderMap) -> Response {
    let filter = EventFilter::read(&query(&uri));
    part(&web, who, &headers, Fragment::Events(filter)).await
}

async fn onboarding(State(web): State<Web>, Who(who): Who, uri: Uri, headers: HeaderMap) -> Response {
    let filter = OnboardingFilter::read(&query(&uri));
    part(&web, who, &headers, Fragment::Onboarding(filter)).await
}

async fn audit(State(web): State<Web>, Who(who): Who, uri: Uri, headers: HeaderMap) -> Response {
    let filter = AuditFilter::read(&query(&uri));
    part(&web, who, &headers, Fragment::Audit(filter)).await
}

/// As the page's router reads it.
fn query(uri: &Uri) -> ParamsMap {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
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
        is_open: web.is_open,
        language: spoken(headers),
        theme: theme(headers),
    }
}

/// The reader's language: their choice, else what their browser asks for.
pub(super) fn spoken(headers: &HeaderMap) -> Language {
    cookie(headers, LANGUAGE)
        .and_then(Language::from_tag)
        .unwrap_or_else(|| api::language(headers))
}

pub(super) fn theme(headers: &HeaderMap) -> Option<Theme> {
    cookie(headers, "theme").and_then(Theme::parse)
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
