//! One middleware turns a cookie, a bearer token or nothing into an [`Actor`]. It decides nothing: the
//! use-cases do.

use super::{Web, token::Claims};
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use desk::{Actor, people::Login};
use model::{
    Error, Timestamp,
    time::{HOUR, MINUTE},
};
use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};
use tower_sessions::{Session, session};

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

/// What a caller showed at the door. An answer that goes on, such as a stream, asks about it again.
#[derive(Clone, Debug)]
pub(crate) enum Pass {
    Token(Claims),
    Session(Session),
    /// Nothing, where nobody has to log in.
    Nothing,
}

impl Pass {
    /// Who holds it now, wherever it may have been ended since it was shown.
    pub(crate) async fn holder(&self, web: &Web, address: Option<IpAddr>) -> Result<Actor, Error> {
        match self {
            Self::Token(claims) => web.bearer_of(claims, address).await,
            Self::Session(session) => {
                session.load().await.map_err(no_session)?;
                match login(session).await? {
                    Some(login) => web.logged_in(&login, address).await,
                    None => Ok(Actor::Nobody),
                }
            }
            Self::Nothing => Ok(Actor::unknown(address)),
        }
    }
}

pub(crate) async fn recognise(
    State(web): State<Web>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    if let Err(refusal) = web.check_name(request.headers()) {
        return refusal;
    }
    let token = bearer(request.headers()).map(str::to_owned);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let address = peer.map(|info| web.address(info.0.ip().to_canonical(), request.headers()));
    let found = if web.is_open {
        request.extensions_mut().insert(Pass::Nothing);
        Ok(Actor::unknown(address))
    } else if let Some(shown) = internal_token(&request) {
        Ok(web.desk.bearer_of_internal_token(shown))
    } else if let Some(token) = &token {
        // A token that is not good makes its bearer nobody, whatever cookie came along.
        by_token(&web, token, address, &mut request).await
    } else {
        by_session(&web, session, address, &mut request).await
    };
    let actor = match found {
        Ok(actor) => actor,
        Err(why) => return super::Rejection::Error(why).into_response(),
    };
    // No other site's page can make a browser send a token, nor has it anything from nobody's request but a login.
    let has_token = token.is_some() || actor == Actor::Machine;
    let by_browser = !has_token && (actor != Actor::Nobody || request.uri().path() == "/login");
    if by_browser && let Err(refusal) = web.check_origin(request.method(), request.headers()) {
        return refusal;
    }
    request.extensions_mut().insert(Who(actor));
    next.run(request).await
}

async fn by_token(
    web: &Web,
    token: &str,
    address: Option<IpAddr>,
    request: &mut Request,
) -> Result<Actor, Error> {
    let Some(claims) = web.tokens.read(token) else {
        return Ok(Actor::Nobody);
    };
    let actor = web.bearer_of(&claims, address).await?;
    request.extensions_mut().insert(Bearer {
        jti: claims.jti.clone(),
        expires_at: Timestamp::from_seconds(claims.exp),
    });
    request.extensions_mut().insert(Pass::Token(claims));
    Ok(actor)
}

async fn by_session(
    web: &Web,
    session: Session,
    address: Option<IpAddr>,
    request: &mut Request,
) -> Result<Actor, Error> {
    let Some(login) = login(&session).await? else {
        return Ok(Actor::Nobody);
    };
    let actor = web.logged_in(&login, address).await?;
    let now = web.desk.now();
    if actor == Actor::Nobody {
        // It will never be good again.
        session.flush().await.map_err(no_session)?;
    } else if now.since(login.seen_at) >= MINUTE {
        // What is written moves the idle limit; once a minute is often enough.
        let seen = Login {
            seen_at: now,
            ..login
        };
        session.insert(Login::KEY, seen).await.map_err(no_session)?;
    }
    request.extensions_mut().insert(Pass::Session(session));
    Ok(actor)
}

/// `None` too where an earlier version wrote it: one logs in once more.
async fn login(session: &Session) -> Result<Option<Login>, Error> {
    match session.get::<Login>(Login::KEY).await {
        Err(why @ session::Error::Store(_)) => Err(no_session(why)),
        found => Ok(found.ok().flatten()),
    }
}

/// The database keeps the sessions: what it cannot do is not the caller's fault.
#[expect(clippy::needless_pass_by_value, reason = "what map_err wants")]
pub(super) fn no_session(why: session::Error) -> Error {
    desk::unavailable(&why)
}

/// Looked at where it opens something, and nowhere else. One that is not good makes its bearer nobody, whatever else
/// came along.
fn internal_token(request: &Request) -> Option<&[u8]> {
    let is_door = request.uri().path() == "/api/v1/audit/cycle";
    let shown = request
        .headers()
        .get("x-ops-internal-token")
        .filter(|_| is_door)?;
    Some(shown.as_bytes())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl Web {
    async fn bearer_of(&self, claims: &Claims, address: Option<IpAddr>) -> Result<Actor, Error> {
        if claims.exp <= self.desk.now().seconds() {
            return Ok(Actor::Nobody);
        }
        self.desk
            .recognise(&claims.sub, claims.ver, &claims.jti, address)
            .await
    }

    async fn logged_in(&self, login: &Login, address: Option<IpAddr>) -> Result<Actor, Error> {
        if self.desk.now().since(login.opened_at) > LONGEST_SESSION {
            return Ok(Actor::Nobody);
        }
        self.desk
            .recognise(&login.username, login.version, "", address)
            .await
    }

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

/// However busy it is, a session ends a day after its login.
const LONGEST_SESSION: i64 = 24 * HOUR;
