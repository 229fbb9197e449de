//! A domain's onboarding: what it waits for, and how it came there.

use crate::{
    gate::Can,
    parts::{
        icon::{Icon, Mark},
        moment::{Ago, Moment},
    },
    reader::onboarding_words,
};
use leptos::prelude::*;
use model::{
    DomainName, Permission, State,
    board::Cell,
    onboarding::{NotGreen, Onboarding, Stage, Story, Told, Wait},
};

/// The panel beside the list; `closed` is the list without it.
#[component]
pub fn StoryPanel(story: Story, closed: String) -> impl IntoView {
    let texts = onboarding_words();
    let Story {
        onboarding, events, ..
    } = story;
    let (tone, domain, wait) = (
        tone(&onboarding),
        onboarding.domain.clone(),
        onboarding.waits_for.clone(),
    );
    let checks = onboarding.watched.then(|| {
        view! { <p class="links"><a href=format!("/domains/{domain}")>{texts.checks_of}</a></p> }
    });
    let events = events.into_iter().map(|told| view! { <Event told /> });
    view! {
        <section class="detail" id="story" aria-labelledby="story-title">
            <header>
                <Mark cell=cell_of(&onboarding) />
                <div>
                    <h2 id="story-title" tabindex="-1">{onboarding.domain.to_string()}</h2>
                    <p>{onboarding.tenant.clone().map(|tenant| format!("{tenant} · "))}{said(&onboarding)}" "<Ago at=onboarding.since /></p>
                </div>
                <a class="close" href=closed aria-label=texts.close title=texts.close><Icon name="cross" /></a>
            </header>
            <h3>{texts.waits}</h3>
            <div class=format!("verdict {tone}")><Waiting wait domain whole=true /></div>
            {checks}
            <h3>{texts.story}</h3>
            <ol class="happened">{events.collect_view()}</ol>
        </section>
    }
    .into_any()
}

/// What a domain waits for: in a list as one line, in its panel with every check.
#[component]
pub fn Waiting(wait: Wait, domain: DomainName, #[prop(optional)] whole: bool) -> impl IntoView {
    let texts = onboarding_words();
    match wait {
        Wait::Wizard { next } => {
            let said = next.map_or_else(|| texts.end_is_next.to_owned(), |step| (texts.next)(&step));
            view! { <span>{said}</span> }.into_any()
        }
        Wait::Repair { why, ticket } => {
            let why = why.unwrap_or_else(|| texts.no_reason.to_owned());
            let ticket = ticket.map(|number| {
                view! { " · "<a href=format!("/tickets/{number}")>{texts.ticket}" #"{number}</a> }
            });
            view! { <span>{why}{ticket}</span> }.into_any()
        }
        Wait::Checks { checks } if checks.is_empty() => view! { <span>{texts.first_look}</span> }.into_any(),
        Wait::Checks { checks } if whole => {
            let checks = checks.into_iter().map(|check| view! { <OneCheck check domain=domain.clone() /> });
            view! { <p>{texts.not_green}</p><ul class="not-green">{checks.collect_view()}</ul> }.into_any()
        }
        Wait::Checks { checks } => {
            let labels: Vec<&str> = checks.iter().take(NAMED).map(|one| one.label.as_str()).collect();
            let others = checks.len().saturating_sub(NAMED);
            let others = (others > 0).then(|| format!(" +{others}"));
            view! { <span>{texts.not_green}": "<b>{labels.join(", ")}</b>{others}</span> }.into_any()
        }
        Wait::Watching => view! {
            <span>{texts.not_watched}<Can permission=Permission::EditDomains>" · "<a href="/domains/new">{texts.watch_it}</a></Can></span>
        }
        .into_any(),
        Wait::Nothing => view! { <span>{texts.nothing}</span> }.into_any(),
    }
}

#[component]
fn OneCheck(check: NotGreen, domain: DomainName) -> impl IntoView {
    let cell = check.state.map(|state| Cell {
        state,
        announced: true,
    });
    let href = format!("/?open={domain}/{}", check.check);
    view! { <li><Mark cell named=true /><a href=href>{check.label}</a></li> }
}

#[component]
fn Event(told: Told) -> impl IntoView {
    let texts = onboarding_words();
    let class = match told.event.as_str() {
        "onboard.failed" => "report",
        "onboard.completed" => "proof",
        _ => "said",
    };
    let ticket = told.ticket.map(|number| {
        view! { " · "<a href=format!("/tickets/{number}")>{texts.ticket}" #"{number}</a> }
    });
    let step = told.step.map(|step| view! { " "<b>{step}</b> });
    let why = told.why.map(|why| view! { <p class="body">{why}</p> });
    let href = format!("/events?event={}#event", told.event_id);
    view! {
        <li class=class>
            <p class="when"><Moment at=told.at /></p>
            <p class="what"><a href=href>{(texts.event)(&told.event)}</a>{step}{ticket}</p>
            {why}
        </li>
    }
    .into_any()
}

/// Where it stands, in words.
pub fn said(onboarding: &Onboarding) -> String {
    let texts = onboarding_words();
    match (onboarding.stage, &onboarding.step) {
        (Stage::Failed, Some(step)) => (texts.stopped_at)(step),
        (Stage::Step, Some(step)) => step.clone(),
        (stage, _) => (texts.stage)(stage).to_owned(),
    }
}

/// The same as a shape: nothing is green without evidence.
pub fn cell_of(onboarding: &Onboarding) -> Option<Cell> {
    let state = match onboarding.stage {
        Stage::Failed => State::Fail,
        _ if onboarding.stuck => State::Warn,
        Stage::Proved => State::Ok,
        Stage::Completed => State::Unknown,
        Stage::Started | Stage::Step => return None,
    };
    Some(Cell {
        state,
        announced: true,
    })
}

fn tone(onboarding: &Onboarding) -> &'static str {
    match cell_of(onboarding) {
        Some(cell) => cell.state.as_str(),
        None => "pending",
    }
}

/// Checks that a line of the list names.
const NAMED: usize = 2;
