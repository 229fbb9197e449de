//! `/tickets/{number}`: one ticket: what it is about, whose it is, and everything that happened to it.

use crate::{
    door::Door,
    fault::Fault,
    live::Live,
    pages::trouble::Trouble,
    parts::{
        frame::Frame,
        moment::{Ago, Moment},
        ticket::{Problem, SeenList, Urgency},
    },
    reader::{Reader, ticket_words, words},
    refused::Refused,
    words::TicketWords,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{
    Permission,
    access::Grant,
    ticket::{self, Entry, Priority, Status, Ticket, TicketCard},
    webhook::DESK,
};

#[component]
pub fn TicketPage() -> impl IntoView {
    let number = use_params_map().get_untracked().get("number").unwrap_or_default();
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(&number).await {
                    Ok(shown) => view! { <TicketFrame shown /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// A ticket as one reader sees it.
#[derive(Clone, Debug)]
pub struct ShownTicket {
    card: TicketCard,
    /// Those who may have it; empty for who may not give it to anybody.
    people: Vec<String>,
    /// Whether the reader may change it and comment on it.
    may_write: bool,
    latest: i64,
}

impl ShownTicket {
    pub async fn load(door: Door, number: i64) -> Result<Self, Fault> {
        let Door { desk, who, .. } = door;
        let latest = desk.last_event();
        let card = desk.ticket_by_number(&who, number).await?.into_inner();
        let (people, may_write) = match who.may(Permission::ChangeTickets) {
            Ok(Grant::Own) => {
                let is_theirs = card.ticket.assigned_to.as_deref() == Some(who.username());
                (Vec::new(), is_theirs)
            }
            Ok(_) => (desk.assignees(&who).await?, true),
            Err(_) => (Vec::new(), false),
        };
        Ok(Self {
            card,
            people,
            may_write,
            latest,
        })
    }
}

async fn load(number: &str) -> Result<ShownTicket, Fault> {
    // What is no number is nobody's.
    ShownTicket::load(Door::open()?, number.parse().unwrap_or(0)).await
}

#[component]
fn TicketFrame(shown: ShownTicket) -> impl IntoView {
    let texts = ticket_words();
    let language = Reader::here().language;
    let (latest, number, may_write) = (shown.latest, shown.card.ticket.number, shown.may_write);
    view! {
        <Frame title=format!("#{number} {}", shown.card.ticket.subject)>
            <header class="title">
                <h1><a class="up" href="/tickets">{texts.tickets}</a>" "<span>{format!("#{number}")}</span></h1>
                <Live language latest />
            </header>
            <Problem />
            <TicketMain shown />
            {may_write.then(|| view! { <CommentForm number /> })}
        </Frame>
    }
}

/// What changes when the ticket does.
#[component]
pub fn TicketMain(shown: ShownTicket) -> impl IntoView {
    let texts = ticket_words();
    let ShownTicket {
        card,
        people,
        may_write,
        ..
    } = shown;
    let TicketCard {
        ticket,
        seen,
        timeline,
    } = card;
    let seen = Some(seen).filter(|seen| ticket.status.is_live() && !seen.is_empty());
    let lines = timeline.into_iter().map(|entry| view! { <Line entry /> });
    let lines = lines.collect_view();
    let number = ticket.number.to_string();
    view! {
        <article class="ticket" id="ticket" data-number=number>
            <h2 class="subject"><Urgency priority=ticket.priority />{ticket.subject.clone()}</h2>
            <Facts ticket=ticket.clone() />
            {may_write.then(|| view! { <Changes ticket people /> })}
            {seen.map(|seen| view! { <SeenList title=texts.seen_red seen /> })}
            <section>
                <h2>{texts.timeline}</h2>
                <ol class="happened">{lines}</ol>
            </section>
        </article>
    }
    .into_any()
}

#[component]
fn Facts(ticket: Ticket) -> impl IntoView {
    let texts = ticket_words();
    let domain = ticket.domain.map(|domain| {
        let path = format!("/domains/{domain}");
        view! { <div><dt>{texts.domain}</dt><dd><a href=path><code>{domain.to_string()}</code></a></dd></div> }
    });
    let tenant = ticket
        .tenant
        .map(|tenant| view! { <div><dt>{words().tenant}</dt><dd>{tenant}</dd></div> });
    let with = ticket.assigned_to.unwrap_or_else(|| texts.nobody.to_owned());
    view! {
        <dl class="facts" aria-label=texts.facts>
            <div><dt>{texts.status}</dt><dd class=format!("state {}", ticket.status)>{(texts.state)(ticket.status)}</dd></div>
            <div><dt>{texts.priority}</dt><dd>{(texts.urgency)(ticket.priority)}</dd></div>
            <div><dt>{texts.assigned_to}</dt><dd>{with}</dd></div>
            <div><dt>{texts.kind_name}</dt><dd>{(texts.kind)(ticket.kind)}</dd></div>
            {domain}
            {tenant}
            <div><dt>{texts.occurrences}</dt><dd>{ticket.occurrences}</dd></div>
            <div><dt>{texts.seen}</dt><dd><Ago at=ticket.last_seen_at /></dd></div>
            <div><dt>{texts.opened_at}</dt><dd><Moment at=ticket.created_at /></dd></div>
        </dl>
    }
    .into_any()
}

/// Each says which version it changes, so that nobody's change is lost.
#[component]
fn Changes(ticket: Ticket, people: Vec<String>) -> impl IntoView {
    let texts = ticket_words();
    let username = Reader::here().username;
    let action = format!("/tickets/{}/edit", ticket.number);
    let version = ticket.version.to_string();
    let is_live = ticket.status.is_live();
    let turn = if is_live {
        (texts.resolve, Status::Resolved)
    } else {
        (texts.reopen, Status::Open)
    };
    let takes = people.contains(&username) && ticket.assigned_to.as_deref() != Some(username.as_str());
    let take = takes.then(|| {
        view! {
            <form method="post" action=action.clone()>
                <input type="hidden" name="version" value=version.clone() />
                <input type="hidden" name="assigned_to" value=username />
                <button class="secondary">{texts.take}</button>
            </form>
        }
    });
    let statuses = Status::ALL.iter().map(|one| {
        view! { <option value=one.as_str() selected=*one == ticket.status>{(texts.state)(*one)}</option> }
    });
    let priorities = Priority::ALL.iter().map(|one| {
        view! { <option value=one.as_str() selected=*one == ticket.priority>{(texts.urgency)(*one)}</option> }
    });
    let with = ticket.assigned_to.clone().unwrap_or_default();
    let person =
        |name: String| view! { <option value=name.clone() selected=name == with>{name.clone()}</option> };
    let assigned = (!people.is_empty()).then(|| {
        view! {
            <label>{texts.assigned_to}<select name="assigned_to"><option value="">{texts.nobody}</option>{people.into_iter().map(person).collect_view()}</select></label>
        }
    });
    view! {
        <div class="changes">
            <form method="post" action=action.clone()>
                <input type="hidden" name="version" value=version.clone() />
                <input type="hidden" name="status" value=turn.1.as_str() />
                <button class=if is_live { "primary" } else { "secondary" }>{turn.0}</button>
            </form>
            {take}
            <details>
                <summary>{words().edit}</summary>
                <form class="fields" method="post" action=action>
                    <input type="hidden" name="version" value=version />
                    <label>{texts.subject}<input name="subject" maxlength="200" required value=ticket.subject /></label>
                    <label>{texts.status}<select name="status">{statuses.collect_view()}</select></label>
                    <label>{texts.priority}<select name="priority">{priorities.collect_view()}</select></label>
                    {assigned}
                    <div class="act"><button class="primary">{texts.save}</button></div>
                </form>
            </details>
        </div>
    }
    .into_any()
}

#[component]
fn CommentForm(number: i64) -> impl IntoView {
    let texts = ticket_words();
    let written = use_context::<Refused>().map(|refused| refused.written.body);
    view! {
        <form class="fields comment" method="post" action=format!("/tickets/{number}/comments")>
            <label for="comment">{texts.comment}</label>
            <textarea id="comment" name="body" rows="4" maxlength="20000" required>{written}</textarea>
            <div class="act"><button class="primary">{texts.add_comment}</button></div>
        </form>
    }
}

#[component]
fn Line(entry: Entry) -> impl IntoView {
    let texts = ticket_words();
    let Entry { at, who, what } = entry;
    let (class, said) = happened(what, texts);
    let who = who.unwrap_or_else(|| texts.the_desk.to_owned());
    view! {
        <li class=class>
            <p class="when"><b>{who}</b>" "<Moment at /></p>
            <div class="what">{said}</div>
        </li>
    }
    .into_any()
}

/// A line's look, and what it says.
fn happened(what: ticket::Moment, texts: &'static TicketWords) -> (&'static str, AnyView) {
    use ticket::Moment as M;
    match what {
        M::Opened { body } => (
            "said",
            view! { <p>{texts.by_opening}</p>{body.map(|body| view! { <p class="body">{body}</p> })} }
                .into_any(),
        ),
        M::Event {
            event_id,
            integration,
            event,
        } => {
            let from = if integration == DESK {
                texts.own_checks.to_owned()
            } else {
                integration
            };
            (
                "report",
                view! { <p>{texts.reported}" "<b>{from}</b>" "<a href=format!("/events?event={event_id}#event")><code>{event}</code></a></p> }.into_any(),
            )
        }
        M::EarlierEvents { count } => ("report", view! { <p>{(texts.earlier)(count)}</p> }.into_any()),
        M::Comment { body } => ("said", view! { <p class="body">{body}</p> }.into_any()),
        M::Status { before, after } => (
            "change",
            changed(
                texts.set_status,
                Some((texts.state)(before).to_owned()),
                (texts.state)(after).to_owned(),
            ),
        ),
        M::Priority { before, after } => (
            "change",
            changed(
                texts.set_priority,
                Some((texts.urgency)(before).to_owned()),
                (texts.urgency)(after).to_owned(),
            ),
        ),
        M::Assigned { before, after } => (
            "change",
            changed(
                texts.set_assigned,
                before,
                after.unwrap_or_else(|| texts.nobody.to_owned()),
            ),
        ),
        M::Subject { before, after } => ("change", changed(texts.set_subject, Some(before), after)),
        M::Reopened { .. } => ("report", view! { <p>{texts.reopened}</p> }.into_any()),
        M::Recovered {
            resolved,
            reported_from_outside,
            before,
            after,
        } => {
            let said = if resolved {
                texts.proved_over
            } else {
                texts.seems_over
            };
            let outside = reported_from_outside
                .filter(|_| before.is_empty())
                .map(|from| (texts.from_outside)(&from));
            (
                "proof",
                view! {
                    <p><b>{said}</b></p>
                    {outside.map(|said| view! { <p>{said}</p> })}
                    <div class="both">
                        {(!before.is_empty()).then(|| view! { <SeenList title=texts.was seen=before /> })}
                        <SeenList title=texts.is seen=after />
                    </div>
                }
                .into_any(),
            )
        }
        M::Deployed { integration } => (
            "report",
            view! { <p>{(texts.deployed_by)(&integration)}</p> }.into_any(),
        ),
        M::Notified { event, to } => (
            "change",
            view! { <p>{texts.notified}" "<b>{to}</b>" "<code>{event}</code></p> }.into_any(),
        ),
    }
}

fn changed(what: &'static str, before: Option<String>, after: String) -> AnyView {
    view! { <p>{what}": "{before.map(|before| view! { <del>{before}</del>" " })}<ins>{after}</ins></p> }
        .into_any()
}
