//! `/events`: the webhooks as they came in, what they caused, and each with its payload.

use crate::{
    door::Door,
    fault::Fault,
    gate::Can,
    live::Live,
    pages::trouble::Trouble,
    parts::{
        frame::Frame,
        icon::Icon,
        json::Json,
        moment::{Ago, Moment},
        ticket::Problem,
    },
    reader::{Reader, ticket_words},
};
use desk::webhooks::WantedEvents;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    Permission,
    access::Grant,
    webhook::{Webhook, WebhookCard},
};

#[component]
pub fn EventsPage() -> impl IntoView {
    let filter = EventFilter::read(&use_query_map().get_untracked());
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(filter).await {
                    Ok(shown) => view! { <EventsFrame shown /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What the address narrows the list to, and which one is open.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EventFilter {
    integration: String,
    event_type: String,
    open: Option<i64>,
    before: Option<i64>,
}

impl EventFilter {
    pub fn read(query: &ParamsMap) -> Self {
        let text = |key: &str| query.get(key).unwrap_or_default().trim().to_owned();
        Self {
            integration: text("integration"),
            event_type: text("type"),
            open: text("event").parse().ok(),
            before: text("before").parse().ok(),
        }
    }

    fn wanted(&self) -> WantedEvents {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        WantedEvents {
            integration: some(&self.integration),
            event: some(&self.event_type),
            since: None,
            before: self.before,
            limit: SHOWN,
        }
    }

    /// With what else it should say.
    fn address(&self, key: &str, value: &str) -> String {
        let mut pairs = vec![
            ("integration", self.integration.as_str()),
            ("type", &self.event_type),
            (key, value),
        ];
        pairs.retain(|(_, value)| !value.is_empty());
        let said: Vec<String> = pairs
            .into_iter()
            .map(|(key, value)| format!("{key}={}", crate::narrow::percent_encoded(value)))
            .collect();
        match said.as_slice() {
            [] => "/events".to_owned(),
            said => format!("/events?{}", said.join("&")),
        }
    }
}

#[derive(Clone, Debug)]
pub struct ShownEvents {
    filter: EventFilter,
    items: Vec<Webhook>,
    next: Option<String>,
    open: Option<WebhookCard>,
    sees_payload: bool,
    latest: i64,
}

impl ShownEvents {
    pub async fn load(door: Door, filter: EventFilter) -> Result<Self, Fault> {
        let Door { desk, who, .. } = door;
        let latest = desk.last_event();
        let page = desk.webhooks(&who, &filter.wanted()).await?.into_inner();
        let open = match filter.open {
            Some(id) => Some(desk.webhook(&who, id).await?.into_inner()),
            None => None,
        };
        Ok(Self {
            filter,
            items: page.items,
            next: page.next_cursor,
            open,
            sees_payload: who.may(Permission::SeeEvents) == Ok(Grant::Whole),
            latest,
        })
    }
}

async fn load(filter: EventFilter) -> Result<ShownEvents, Fault> {
    ShownEvents::load(Door::open()?, filter).await
}

#[component]
fn EventsFrame(shown: ShownEvents) -> impl IntoView {
    let texts = ticket_words();
    let language = Reader::here().language;
    let latest = shown.latest;
    let is_open = shown.open.is_some();
    let (open, filter, sees) = (shown.open.clone(), shown.filter.clone(), shown.sees_payload);
    view! {
        <Frame title=texts.events.to_owned()>
            <header class="title"><h1>{texts.events}</h1><Live language latest /></header>
            <Problem />
            <p class="lead">{texts.events_lead}</p>
            <Narrowing filter=filter.clone() />
            <div class="events-and-one" class:open=is_open>
                <EventsMain shown />
                {open.map(|card| view! { <OpenEvent card filter sees_payload=sees /> })}
            </div>
        </Frame>
    }
}

#[component]
fn Narrowing(filter: EventFilter) -> impl IntoView {
    let texts = ticket_words();
    let types = TYPES.into_iter().map(|one| {
        view! { <option value=one selected=filter.event_type == one>{one}</option> }
    });
    view! {
        <search class="narrowing">
            <form action="/events" method="get">
                <input type="search" name="integration" value=filter.integration.clone() placeholder=texts.any_integration aria-label=texts.integration />
                <select name="type" aria-label=texts.event_type><option value="">{texts.any_type}</option>{types.collect_view()}</select>
                <button>{texts.filter}</button>
            </form>
        </search>
    }
    .into_any()
}

/// What changes when a webhook comes in.
#[component]
pub fn EventsMain(shown: ShownEvents) -> impl IntoView {
    let texts = ticket_words();
    let ShownEvents {
        filter, items, next, ..
    } = shown;
    if items.is_empty() {
        return view! { <div id="events" class="empty"><p>{texts.no_events}</p><p>{texts.no_events_help}</p></div> }
            .into_any();
    }
    let rows = items.into_iter().map(|item| {
        let open = filter.address("event", &item.event_id);
        let current = (filter.open.map(|id| id.to_string()) == Some(item.event_id.clone())).then_some("true");
        let name = if item.event.is_empty() { "—".to_owned() } else { item.event };
        let ticket = item.ticket.map(|number| view! { <a href=format!("/tickets/{number}")>{format!("#{number}")}</a> });
        view! {
            <tr class=item.state.as_str()>
                <td class="seen"><Ago at=item.received_at /></td>
                <td class="from">{item.integration}</td>
                <th scope="row"><a href=format!("{open}#event") aria-current=current><code>{name}</code></a></th>
                <td class="about">{item.domain.map(|domain| domain.to_string())}</td>
                <td class="fate">{(texts.fate)(item.state)}" "{ticket}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let older = next.map(
        |before| view! { <p><a class="more" href=filter.address("before", &before)>{texts.older}</a></p> },
    );
    view! {
        <div id="events">
            <table class="tickets events">
                <thead><tr>
                    <th scope="col">{texts.received}</th><th scope="col">{texts.integration}</th><th scope="col">{texts.event_type}</th>
                    <th scope="col">{texts.domain}</th><th scope="col">{texts.what_came_of_it}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {older}
        </div>
    }
    .into_any()
}

#[component]
fn OpenEvent(card: WebhookCard, filter: EventFilter, sees_payload: bool) -> impl IntoView {
    let texts = ticket_words();
    let WebhookCard {
        webhook,
        occurred_at,
        why,
        payload,
    } = card;
    let ticket = webhook
        .ticket
        .map(|number| view! { <a href=format!("/tickets/{number}")>{format!("#{number}")}</a> });
    let closed = filter.address("", "");
    view! {
        <section class="detail" id="event" aria-label=texts.payload tabindex="-1">
            <header>
                <div><h2>{webhook.event.clone()}</h2><p>{webhook.integration.clone()}" · "{(texts.fate)(webhook.state)}" "{ticket}</p></div>
                <a class="close" href=closed aria-label=texts.close><Icon name="cross" /></a>
            </header>
            <dl class="evidence">
                <dt>{texts.received}</dt><dd><Moment at=webhook.received_at /></dd>
                {occurred_at.map(|at| view! { <dt>{texts.occurred}</dt><dd><Moment at /></dd> })}
                {why.map(|why| view! { <dt>{texts.why}</dt><dd>{why}</dd> })}
            </dl>
            <h3>{texts.payload}</h3>
            {if sees_payload {
                view! { <Json value=payload /> }.into_any()
            } else {
                view! { <p class="quiet">{texts.payload_hidden}</p> }.into_any()
            }}
            <Can permission=Permission::EditDomains>
                <form class="act" method="post" action=format!("/events/{}/replay", webhook.event_id)>
                    <button class="secondary">{texts.replay}</button><span>{texts.replay_means}</span>
                </form>
            </Can>
        </section>
    }
    .into_any()
}

/// Those that the Desk understands.
const TYPES: [&str; 8] = [
    "infra.mail_tls.failed",
    "infra.cert.deployed",
    "admin.validation.failed",
    "onboard.started",
    "onboard.step",
    "onboard.completed",
    "onboard.failed",
    "wazuh.alert",
];
/// Events on a page.
const SHOWN: u32 = 100;
