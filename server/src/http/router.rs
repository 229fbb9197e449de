//! Every path of the Desk, in one place.

use super::{Web, actor, api, assets, events, headers, hooks, login, metrics, pages, slow};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{delete, get, patch, post, put},
};
use model::Timestamp;
use store::Sessions;
use tower::{
    ServiceBuilder,
    util::{MapRequestLayer, MapResponseLayer},
};
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite, cookie::time::Duration};

pub(crate) fn router(
    web: Web,
    sessions: Sessions<impl Fn() -> Timestamp + Clone + Send + Sync + 'static>,
) -> Router {
    let v1 = Router::new()
        .route("/auth/logout", post(api::auth::logout))
        .route("/auth/me", get(api::auth::me))
        .route("/auth/password", post(api::auth::password))
        .route("/auth/users", get(api::people::users).post(api::people::add_user))
        .route("/auth/users/{username}", patch(api::people::change_user))
        .route("/auth/sessions", get(api::people::sessions))
        .route("/auth/sessions/{id}", delete(api::people::end_session))
        .route("/auth/trail", get(api::people::trail))
        .route("/desk/domains", get(api::domains::list).post(api::domains::add))
        .route(
            "/desk/domains/{domain}",
            get(api::domains::one)
                .patch(api::domains::edit)
                .delete(api::domains::remove),
        )
        .route("/desk/overview", get(api::tickets::overview))
        .route("/integrations", get(api::events::integrations))
        .route(
            "/integrations/{name}/{credential}/rotate",
            post(api::events::rotate),
        )
        .route(
            "/integrations/{name}/{credential}/previous",
            delete(api::events::end_previous),
        )
        .route("/desk/tickets", get(api::tickets::list).post(api::tickets::open))
        .route(
            "/desk/tickets/{id}",
            get(api::tickets::one).patch(api::tickets::change),
        )
        .route("/desk/tickets/{id}/comments", post(api::tickets::comment))
        .route("/desk/views", get(api::views::list))
        .route(
            "/desk/views/{name}",
            put(api::views::save).delete(api::views::remove),
        )
        .route("/infra/status/{domain}", get(api::infra::status))
        .route("/infra/history/{domain}", get(api::infra::history))
        .route("/infra/hosts", get(api::infra::hosts))
        .route("/infra/certificates", get(api::infra::certificates))
        .route("/infrastructure/status/{domain}", get(api::infra::status))
        .route("/onboard/funnel", get(api::onboarding::funnel))
        .route("/onboard/domains/{domain}", get(api::onboarding::domain))
        .route("/tenants", get(api::onboarding::tenants))
        .route("/webhooks/events", get(api::events::list))
        .route("/webhooks/events/{id}", get(api::events::one))
        .route("/webhooks/events/{id}/replay", post(api::events::replay))
        .route("/audit/cycle", post(api::audit::begin))
        .route("/audit/overview", get(api::audit::overview))
        .route("/audit/scorecards", get(api::audit::scorecards))
        .route("/jobs", get(api::jobs::list))
        .route("/jobs/{id}", delete(api::jobs::remove))
        .route("/jobs/{id}/retry", post(api::jobs::retry))
        .route("/stream", get(events::stream));
    let api = Router::new()
        .nest("/v1", v1)
        .fallback(api::no_such_path)
        .method_not_allowed_fallback(api::method_not_allowed)
        .layer(from_fn(api::log_in_first));

    let recognised = Router::new()
        .route(
            "/api/v1/auth/login",
            post(api::auth::login).fallback(api::method_not_allowed),
        )
        .nest("/api", api)
        .route("/login", get(pages::page).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/language/{tag}", get(pages::language))
        .merge(pages::router())
        .layer(from_fn_with_state(web.clone(), actor::recognise))
        .layer(session(&web, sessions));

    let is_https = web.is_reached_over_https();
    // Plain functions in one layer: each layer of a router is a box more for every request.
    let edge = ServiceBuilder::new()
        .layer(MapResponseLayer::new(move |answer| {
            headers::guard(is_https, answer)
        }))
        .layer(MapRequestLayer::new(slow::hurry))
        .layer(DefaultBodyLimit::max(1024 * 1024));
    Router::new()
        .route("/health", get(api::health::health))
        .route("/api/health", get(api::health::health))
        .route("/api/docs", get(api::docs::docs))
        .route("/api/openapi.json", get(api::document::document))
        .route("/health/live", get(api::health::health))
        .route("/health/ready", get(api::health::ready))
        .route("/metrics", get(metrics::metrics))
        .route("/a/{version}/{*path}", get(assets::serve))
        .route(
            "/api/v1/webhooks/onboard",
            post(hooks::onboard).fallback(api::method_not_allowed),
        )
        .route(
            "/api/v1/webhooks/ingress/{integration}",
            post(hooks::ingress).fallback(api::method_not_allowed),
        )
        .merge(recognised)
        .layer(CatchPanicLayer::custom(api::broke))
        .layer(edge)
        .with_state(web)
}

/// The browser's cookie.
fn session<T: Fn() -> Timestamp + Clone + Send + Sync + 'static>(
    web: &Web,
    sessions: Sessions<T>,
) -> SessionManagerLayer<Sessions<T>> {
    SessionManagerLayer::new(sessions)
        .with_name("desk")
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_secure(web.is_reached_over_https())
        .with_expiry(Expiry::OnInactivity(Duration::hours(8)))
}
