//! Tickets and webhooks with plain forms; one that is refused comes back and says why.

use super::{Web, actor::Who, forms::log_in_first, login::own_path, pages};
use app::{Filter, ParamsMap, Refused, Written};
use axum::{
    Form, Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use desk::{Actor, tickets::Changes};
use model::{
    Error, Permission, Result,
    ticket::{Assignee, NewTicket, Priority, Status, TicketChanges},
};
use serde::Deserialize;

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/tickets/new", post(open))
        .route("/tickets/assign", post(assign))
        .route("/tickets/views", post(save_view))
        .route("/tickets/views/remove", post(remove_view))
        .route("/tickets/{number}/edit", post(edit))
        .route("/tickets/{number}/comments", post(comment))
        .route("/events/{id}/replay", post(replay))
        .route_layer(from_fn(log_in_first))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    subject: String,
    body: String,
    domain: String,
    priority: String,
}

/// Leads to the new ticket.
async fn open(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Response {
    let new = NewTicket {
        subject: entry.subject.clone(),
        body: Some(entry.body.clone()),
        priority: Priority::parse(&entry.priority),
        domain: Some(entry.domain.clone()),
        kind: None,
    };
    match web.desk.open_ticket(&who, &new, pages::spoken(&headers)).await {
        Ok(card) => Redirect::to(&format!("/tickets/{}", card.ticket.number)).into_response(),
        Err(error) => {
            let refused = Refused {
                written: Written {
                    subject: entry.subject,
                    body: entry.body,
                    domain: entry.domain,
                },
                ..Refused::because(error)
            };
            pages::refused(web, who, Uri::from_static("/tickets"), headers, refused).await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Edited {
    version: i64,
    status: Option<String>,
    priority: Option<String>,
    assigned_to: Option<String>,
    subject: Option<String>,
}

async fn edit(
    State(web): State<Web>,
    Who(who): Who,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(entry): Form<Edited>,
) -> Response {
    let changes = Changes {
        version: Some(entry.version),
        wanted: TicketChanges {
            status: entry.status.as_deref().and_then(Status::parse),
            priority: entry.priority.as_deref().and_then(Priority::parse),
            assigned_to: assignee(entry.assigned_to),
            subject: entry.subject,
        },
    };
    let done = change(&web, &who, number, changes, &headers).await;
    then(web, who, headers, done, &ticket(number), &ticket(number)).await
}

/// Several tickets at once, whatever their versions: nothing else of them is changed.
async fn assign(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let value = |key: &str| {
        pairs
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.clone())
    };
    let chosen = pairs.iter().filter(|(name, _)| name == "ticket");
    let mut done = who.may(Permission::ChangeTickets).map(drop);
    for number in chosen.filter_map(|(_, value)| value.parse().ok()).take(MOST) {
        if done.is_err() {
            break;
        }
        let changes = Changes {
            version: None,
            wanted: TicketChanges {
                assigned_to: assignee(value("assigned_to")),
                ..TicketChanges::default()
            },
        };
        done = change(&web, &who, number, changes, &headers).await;
    }
    let next = value("next").unwrap_or_default();
    let next = if next.starts_with("/tickets") {
        own_path(&next)
    } else {
        "/tickets"
    };
    then(web, who, headers, done, next, "/tickets").await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Comment {
    body: String,
}

async fn comment(
    State(web): State<Web>,
    Who(who): Who,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(Comment { body }): Form<Comment>,
) -> Response {
    match add_comment(&web, &who, number, &body, &headers).await {
        Ok(()) => Redirect::to(&format!("{}#comment", ticket(number))).into_response(),
        Err(error) => {
            let refused = Refused {
                written: Written {
                    body,
                    ..Written::default()
                },
                ..Refused::because(error)
            };
            again(web, who, headers, &ticket(number), refused).await
        }
    }
}

/// Keeps what the list is narrowed to, and shows it under its new name.
async fn save_view(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let entry: ParamsMap = pairs.into_iter().collect();
    let (filter, name) = (Filter::read(&entry), entry.get("name").unwrap_or_default());
    let language = pages::spoken(&headers);
    let done = web.desk.save_view(&who, &name, filter.narrowed(), language).await;
    let page = filter.address();
    then(web, who, headers, done.map(drop), &page, &page).await
}

#[derive(Deserialize)]
pub(crate) struct Named {
    name: String,
}

/// Who finds it removed already has what they wanted.
async fn remove_view(
    State(web): State<Web>,
    Who(who): Who,
    headers: HeaderMap,
    Form(Named { name }): Form<Named>,
) -> Response {
    let done = match web.desk.remove_view(&who, &name).await {
        Err(Error::NotFound { .. }) => Ok(()),
        done => done,
    };
    then(web, who, headers, done, "/tickets", "/tickets").await
}

async fn replay(State(web): State<Web>, Who(who): Who, Path(id): Path<i64>, headers: HeaderMap) -> Response {
    let done = web.desk.replay_webhook(&who, id).await;
    let page = format!("/events?event={id}");
    then(web, who, headers, done, &page, &page).await
}

async fn add_comment(web: &Web, who: &Actor, number: i64, body: &str, headers: &HeaderMap) -> Result<()> {
    who.may(Permission::WriteTickets)?;
    let card = web.desk.ticket_by_number(who, number).await?;
    let language = pages::spoken(headers);
    web.desk
        .comment(who, &card.ticket.id, body, language)
        .await
        .map(drop)
}

async fn change(web: &Web, who: &Actor, number: i64, changes: Changes, headers: &HeaderMap) -> Result<()> {
    // Who may not is told so, whether there is such a ticket or not.
    who.may(Permission::ChangeTickets)?;
    let card = web.desk.ticket_by_number(who, number).await?;
    let language = pages::spoken(headers);
    web.desk
        .change_ticket(who, &card.ticket.id, changes, language)
        .await
        .map(drop)
}

/// On to the next page, or the form's own again with what is wrong.
async fn then(
    web: Web,
    who: Actor,
    headers: HeaderMap,
    done: Result<()>,
    next: &str,
    form: &str,
) -> Response {
    match done {
        Ok(()) => Redirect::to(next).into_response(),
        Err(error) => again(web, who, headers, form, Refused::because(error)).await,
    }
}

/// The form's page; the list, where what the form was about is not there or not theirs.
async fn again(web: Web, who: Actor, headers: HeaderMap, form: &str, refused: Refused) -> Response {
    let is_theirs = !matches!(refused.error, Error::NotFound { .. } | Error::Denied);
    let list = form
        .trim_start_matches('/')
        .split(['/', '?'])
        .next()
        .unwrap_or_default();
    let page = if is_theirs {
        form.to_owned()
    } else {
        format!("/{list}")
    };
    let page = Uri::try_from(page).unwrap_or_default();
    pages::refused(web, who, page, headers, refused).await
}

/// An empty choice is nobody.
fn assignee(chosen: Option<String>) -> Assignee {
    match chosen {
        None => Assignee::AsBefore,
        Some(name) if name.is_empty() => Assignee::Nobody,
        Some(name) => Assignee::Somebody(name),
    }
}

fn ticket(number: i64) -> String {
    format!("/tickets/{number}")
}

/// As many as a page of the list shows.
const MOST: usize = 100;
