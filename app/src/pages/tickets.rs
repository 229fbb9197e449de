//! `/tickets`: what is open, whose it is, what comes next; filters in the address, several assigned at once.

use crate::{
    door::Door,
    fault::Fault,
    gate::Can,
    live::Live,
    pages::trouble::Trouble,
    parts::{
        frame::Frame,
        moment::Ago,
        ticket::{NewTicketForm, Problem, Urgency},
        views::TicketViews,
    },
    reader::{Reader, ticket_words},
};
use desk::tickets::Wanted;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    Permission,
    access::Grant,
    ticket::{Kind, Narrowed, Priority, Status, Ticket, View},
};

#[component]
pub fn TicketsPage() -> impl IntoView {
    let filter = Filter::read(&use_query_map().get_untracked());
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(filter).await {
                    Ok(list) => view! { <TicketsFrame list /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What the address narrows the list to. A value that does not exist narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// `all`, or statuses with commas between; empty: those that are live.
    status: String,
    priority: Option<Priority>,
    kind: Option<Kind>,
    /// A username, or `-` for nobody.
    who: String,
    words: String,
    before: Option<i64>,
}

impl Filter {
    pub fn read(query: &ParamsMap) -> Self {
        let text = |key: &str| query.get(key).unwrap_or_default().trim().to_owned();
        Self {
            status: text("status"),
            priority: Priority::parse(&text("priority")),
            kind: Kind::parse(&text("kind")),
            who: text("who"),
            words: text("q"),
            before: text("before").parse().ok(),
        }
    }

    fn statuses(&self) -> Vec<Status> {
        if self.status == "all" {
            return Vec::new();
        }
        let chosen: Vec<Status> = self.status.split(',').filter_map(Status::parse).collect();
        if chosen.is_empty() {
            Status::ALL
                .iter()
                .copied()
                .filter(|status| status.is_live())
                .collect()
        } else {
            chosen
        }
    }

    /// Whether it is more than one of the views.
    fn is_narrow(&self) -> bool {
        self.priority.is_some() || self.kind.is_some() || !self.words.is_empty() || !self.who.is_empty()
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            status: self.statuses(),
            priority: self.priority,
            assigned_to: self.assigned_to(),
            domain: None,
            kind: self.kind,
            words: Some(self.words.clone()),
            before: self.before,
            limit: SHOWN,
        }
    }

    fn assigned_to(&self) -> Option<String> {
        match self.who.as_str() {
            "" => None,
            "-" => Some(String::new()),
            name => Some(name.to_owned()),
        }
    }

    /// As a saved view keeps it.
    pub fn narrowed(&self) -> Narrowed {
        let status = match self.status.as_str() {
            "all" => Status::ALL.to_vec(),
            some => some.split(',').filter_map(Status::parse).collect(),
        };
        Narrowed {
            status,
            priority: self.priority,
            kind: self.kind,
            assigned_to: self.assigned_to(),
            q: Some(self.words.clone()).filter(|words| !words.is_empty()),
        }
    }

    /// As a saved view keeps it.
    pub fn of(view: &Narrowed) -> Self {
        let status: Vec<&str> = view.status.iter().map(|one| one.as_str()).collect();
        Self {
            status: if view.status == Status::ALL {
                "all".to_owned()
            } else {
                status.join(",")
            },
            priority: view.priority,
            kind: view.kind,
            who: match view.assigned_to.as_deref() {
                None => String::new(),
                Some("") => "-".to_owned(),
                Some(name) => name.to_owned(),
            },
            words: view.q.clone().unwrap_or_default(),
            before: None,
        }
    }

    /// What of it is set, by the names in the address.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let pairs = [
            ("status", self.status.as_str()),
            ("priority", self.priority.map_or("", Priority::as_str)),
            ("kind", self.kind.map_or("", Kind::as_str)),
            ("who", &self.who),
            ("q", &self.words),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty())
    }

    pub fn address(&self) -> String {
        let said: Vec<String> = self
            .pairs()
            .map(|(key, value)| format!("{key}={}", crate::narrow::percent_encoded(value)))
            .collect();
        match said.as_slice() {
            [] => "/tickets".to_owned(),
            said => format!("/tickets?{}", said.join("&")),
        }
    }
}

/// A page of the list, and what its forms offer.
#[derive(Clone, Debug)]
pub struct List {
    filter: Filter,
    tickets: Vec<Ticket>,
    next: Option<String>,
    live: i64,
    /// The reader's own.
    views: Vec<View>,
    /// Those who may have tickets; empty for who may not give them any.
    people: Vec<String>,
    latest: i64,
}

impl List {
    pub async fn load(door: Door, filter: Filter) -> Result<Self, Fault> {
        let Door { desk, who, .. } = door;
        let latest = desk.last_event();
        let page = desk.tickets(&who, &filter.wanted()).await?.into_inner();
        let gives = who.may(Permission::ChangeTickets) == Ok(Grant::Whole);
        Ok(Self {
            filter,
            tickets: page.items,
            next: page.next_cursor,
            live: desk.live_tickets(&who).await?,
            views: desk.views(&who).await?,
            people: if gives {
                desk.assignees(&who).await?
            } else {
                Vec::new()
            },
            latest,
        })
    }
}

async fn load(filter: Filter) -> Result<List, Fault> {
    List::load(Door::open()?, filter).await
}

#[component]
fn TicketsFrame(list: List) -> impl IntoView {
    let texts = ticket_words();
    let language = Reader::here().language;
    let latest = list.latest;
    view! {
        <Frame title=texts.tickets.to_owned()>
            <header class="title"><h1>{texts.tickets}</h1><Live language latest /></header>
            <Problem />
            <Narrowing list=list.clone() />
            <TicketsMain list />
            <Can permission=Permission::WriteTickets><NewTicketForm /></Can>
        </Frame>
    }
}

#[component]
fn Narrowing(list: List) -> impl IntoView {
    let texts = ticket_words();
    let filter = &list.filter;
    let person = |name: &String| view! { <option value=name.clone() selected=*name == filter.who>{name.clone()}</option> };
    let priorities = Priority::ALL.iter().rev().map(|one| {
        view! { <option value=one.as_str() selected=filter.priority == Some(*one)>{(texts.urgency)(*one)}</option> }
    });
    let kinds = Kind::ALL.iter().map(|one| {
        view! { <option value=one.as_str() selected=filter.kind == Some(*one)>{(texts.kind)(*one)}</option> }
    });
    view! {
        <search class="narrowing">
            <form action="/tickets" method="get">
                <input type="hidden" name="status" value=filter.status.clone() disabled=filter.status.is_empty() />
                <input type="search" name="q" value=filter.words.clone() placeholder=texts.find aria-label=texts.find title=texts.keys />
                <select name="priority" aria-label=texts.priority><option value="">{texts.any_priority}</option>{priorities.collect_view()}</select>
                <select name="kind" aria-label=texts.kind_name><option value="">{texts.any_kind}</option>{kinds.collect_view()}</select>
                {(!list.people.is_empty()).then(|| view! {
                    <select name="who" aria-label=texts.assigned_to>
                        <option value="">{texts.anyone}</option><option value="-" selected=filter.who == "-">{texts.nobody}</option>
                        {list.people.iter().map(person).collect_view()}
                    </select>
                })}
                <button>{texts.filter}</button>
            </form>
            <TicketViews filter=filter.clone() saved=list.views.clone() live=list.live />
        </search>
    }
    .into_any()
}

/// What changes when a ticket does.
#[component]
pub fn TicketsMain(list: List) -> impl IntoView {
    let texts = ticket_words();
    let List {
        filter,
        tickets,
        next,
        people,
        ..
    } = list;
    if tickets.is_empty() {
        let (said, help) = if filter.is_narrow() {
            (texts.none_match, None)
        } else {
            (texts.none, Some(texts.none_help))
        };
        return view! { <div id="tickets" class="empty"><p>{said}</p>{help.map(|help| view! { <p>{help}</p> })}</div> }
            .into_any();
    }
    let chooses = !people.is_empty();
    let rows = tickets.into_iter().map(|ticket| view! { <Row ticket chooses /> });
    let older = next.map(|before| {
        let address = filter.address();
        let sign = if address.contains('?') { '&' } else { '?' };
        view! { <p><a class="more" href=format!("{address}{sign}before={before}")>{texts.older}</a></p> }
    });
    let rows = rows.collect_view();
    view! {
        <form id="tickets" method="post" action="/tickets/assign">
            <input type="hidden" name="next" value=filter.address() />
            <table class="tickets">
                <thead><tr>
                    {chooses.then(|| view! { <td></td> })}
                    <th scope="col">{texts.number}</th><th scope="col">{texts.subject}</th><th scope="col">{texts.kind_name}</th>
                    <th scope="col">{texts.status}</th><th scope="col">{texts.assigned_to}</th><th scope="col">{texts.seen}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {chooses.then(|| view! { <AssignChosen people /> })}
            {older}
        </form>
    }
    .into_any()
}

/// The newest tickets of one domain, where it has any.
#[component]
pub fn TicketsOfDomain(tickets: Vec<Ticket>) -> impl IntoView {
    let texts = ticket_words();
    let rows = tickets
        .into_iter()
        .map(|ticket| view! { <Row ticket chooses=false /> });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section id="tickets-of-domain"><h2>{texts.tickets_of_domain}</h2><table class="tickets"><tbody>{rows}</tbody></table></section>
        }
    })
}

#[component]
fn Row(ticket: Ticket, chooses: bool) -> impl IntoView {
    let texts = ticket_words();
    let number = ticket.number;
    let repeats = (ticket.occurrences > 1).then(|| (texts.times)(ticket.occurrences));
    view! {
        <tr class=ticket.status.as_str()>
            {chooses.then(|| view! { <td class="choose"><input type="checkbox" name="ticket" value=number.to_string() aria-label=format!("{} #{number}", texts.choose) /></td> })}
            <th scope="row"><Urgency priority=ticket.priority />{number}</th>
            <td class="subject"><a href=format!("/tickets/{number}")>{ticket.subject}</a>" "<small>{repeats}</small></td>
            <td class="kind">{(texts.kind)(ticket.kind)}</td>
            <td class="status">{(texts.state)(ticket.status)}</td>
            <td class="with">{ticket.assigned_to}</td>
            <td class="seen"><Ago at=ticket.last_seen_at /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn AssignChosen(people: Vec<String>) -> impl IntoView {
    let texts = ticket_words();
    let options = people
        .into_iter()
        .map(|name| view! { <option value=name.clone()>{name.clone()}</option> });
    view! {
        <p class="assign">
            <label for="assign-to">{texts.assign_chosen}</label>
            <select id="assign-to" name="assigned_to">{options.collect_view()}<option value="">{texts.nobody}</option></select>
            <button class="secondary">{texts.assign}</button>
        </p>
    }
}

/// Tickets on a page.
const SHOWN: u32 = 100;
