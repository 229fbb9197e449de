//! One middleware turns a cookie, a bearer token or nothing into an [`Actor`]. It decides nothing: the
//! use-cases do.

use super::Web;
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use desk::Actor;
use model::{Error, Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};
use tower_sessions::Session;

/// What a browser's session says of its user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Login {
    pub(crate) username: String,
    pub(crate) version: i64,
}

pub(crate) const LOGIN: &str = "login";

/// The bearer token that came with the request, for the one use-case that ends it.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    pub(crate) jti: String,
    pub(crate) expires_at: Timestamp,
}

/// Who is asking, as the middleware found out.
#[derive(Clone, Debug)]
pub(crate) struct Who(pub(crate) Actor);

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .unwrap_or(Self(Actor::Nobody)))
    }
}

pub(crate) async fn recognise(
    State(web): State<Web>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let token = bearer(request.headers()).map(str::to_owned);
    let found = match &token {
        // A token that is not good makes its bearer nobody, whatever cookie came along.
        Some(token) => by_token(&web, token, &mut request).await,
        None => by_session(&web, &session).await,
    };
    let actor = match found {
        Ok(actor) => actor,
        Err(why) => return super::Rejection::Error(why).into_response(),
    };
    // No other site's page can make a browser send a token, nor has it anything from nobody's request but a login.
    let by_browser = token.is_none() && (actor != Actor::Nobody || request.uri().path() == "/login");
    if by_browser && let Err(refusal) = web.check_origin(request.method(), request.headers()) {
        return refusal;
    }
    request.extensions_mut().insert(Who(actor));
    next.run(request).await
}

async fn by_token(web: &Web, token: &str, request: &mut Request) -> Result<Actor, Error> {
    let Some(claims) = web.tokens.read(token) else {
        return Ok(Actor::Nobody);
    };
    if web.desk.is_token_revoked(&claims.jti).await? {
        return Ok(Actor::Nobody);
    }
    let actor = web.desk.recognise(&claims.sub, claims.ver).await?;
    request.extensions_mut().insert(Bearer {
        jti: claims.jti,
        expires_at: Timestamp::from_seconds(claims.exp),
    });
    Ok(actor)
}

async fn by_session(web: &Web, session: &Session) -> Result<Actor, Error> {
    match session.get::<Login>(LOGIN).await.map_err(desk::internal)? {
        Some(login) => web.desk.recognise(&login.username, login.version).await,
        None => Ok(Actor::Nobody),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl Web {
    /// The address a request comes from: the peer's, or behind a trusted proxy the right-most address of
    /// `X-Forwarded-For` that is no trusted proxy's.
    pub(crate) fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let trusted = |address: &IpAddr| (self.is_trusted_proxy)(*address);
        if !trusted(&peer) {
            return peer;
        }
        let forwarded = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut hops: Vec<IpAddr> = forwarded
            .flat_map(|value| value.split(','))
            .filter_map(|hop| hop.trim().parse().ok())
            .collect();
        while let Some(hop) = hops.pop() {
            if !trusted(&hop) {
                return hop;
            }
        }
        peer
    }
}

/// Where the request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address(pub(crate) IpAddr);

impl FromRequestParts<Web> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), |info| info.0.ip());
        Ok(Self(web.address(peer.to_canonical(), &parts.headers)))
    }
}
