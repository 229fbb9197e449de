//! Domains added, edited and removed with plain forms; one that is refused comes back as it was filled in.

use super::{Web, actor::Who, pages};
use app::Refused;
use axum::{
    Form, Router,
    extract::{OriginalUri, Path, Request, State},
    http::{HeaderMap, Uri},
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use desk::Actor;
use model::{
    DomainName, Error,
    draft::{Changes, Draft},
};
use serde::Deserialize;

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/domains/new", get(pages::page).post(add))
        .route("/domains/{domain}/edit", get(pages::page).post(edit))
        .route("/domains/{domain}/remove", post(remove))
        .route_layer(from_fn(log_in_first))
}

/// Before anything is read: what is well written is nobody's to know.
pub(super) async fn log_in_first(Who(who): Who, request: Request, next: Next) -> Response {
    if who == Actor::Nobody {
        return pages::to_the_login(request.uri());
    }
    if who.must_change_password() && request.uri().path() != "/password" {
        return Redirect::to("/password").into_response();
    }
    next.run(request).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    domain: String,
    site: String,
    tenant: String,
    mail_host: String,
    /// One a line, or with commas or spaces between them.
    aliases: String,
}

impl Entry {
    fn draft(self) -> Draft {
        let aliases = self.aliases.split([',', ';', ' ', '\r', '\n', '\t']);
        Draft {
            aliases: aliases
                .filter(|alias| !alias.is_empty())
                .map(str::to_owned)
                .collect(),
            domain: self.domain,
            site: Some(self.site),
            tenant: Some(self.tenant),
            mail_host: Some(self.mail_host),
        }
    }
}

/// Leads to the board with the one new row, which fills in.
async fn add(
    State(web): State<Web>,
    Who(who): Who,
    OriginalUri(page): OriginalUri,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Response {
    let draft = entry.draft();
    match web.desk.add_domain(&who, &draft, pages::spoken(&headers)).await {
        Ok(domain) => Redirect::to(&format!("/?q={}", domain.name)).into_response(),
        Err(error) => again(web, who, page, headers, draft, error).await,
    }
}

async fn edit(
    State(web): State<Web>,
    Who(who): Who,
    OriginalUri(page): OriginalUri,
    Path(domain): Path<DomainName>,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Response {
    let draft = entry.draft();
    let changes = Changes {
        site: Some(draft.site.clone()),
        tenant: Some(draft.tenant.clone()),
        mail_host: Some(draft.mail_host.clone()),
        aliases: Some(Some(draft.aliases.clone())),
    };
    match web
        .desk
        .edit_domain(&who, &domain, changes, pages::spoken(&headers))
        .await
    {
        Ok(domain) => Redirect::to(&format!("/domains/{}", domain.name)).into_response(),
        Err(error) => again(web, who, page, headers, draft, error).await,
    }
}

/// Who finds it removed already has what they wanted.
async fn remove(
    State(web): State<Web>,
    Who(who): Who,
    Path(domain): Path<DomainName>,
    headers: HeaderMap,
) -> Response {
    match web.desk.remove_domain(&who, &domain).await {
        Ok(()) | Err(Error::NotFound { .. }) => Redirect::to("/").into_response(),
        Err(error) => {
            let watched = web.desk.watched(&who, &domain);
            let draft = watched.map(|domain| Draft::of(&domain)).unwrap_or_default();
            // The page that the button is on.
            let page = Uri::try_from(format!("/domains/{domain}/edit")).unwrap_or_default();
            again(web, who, page, headers, draft, error).await
        }
    }
}

/// The form's page, as it was filled in.
async fn again(web: Web, who: Actor, page: Uri, headers: HeaderMap, draft: Draft, error: Error) -> Response {
    let refused = Refused {
        draft,
        ..Refused::because(error)
    };
    pages::refused(web, who, page, headers, refused).await
}
