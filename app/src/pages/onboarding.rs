//! `/onboarding`: how many domains have come how far, where each stands, since when, and what it waits for.

use crate::{
    door::Door,
    fault::Fault,
    live::Live,
    pages::trouble::Trouble,
    parts::{
        frame::Frame,
        funnel::{Chosen, FunnelChart},
        icon::Mark,
        moment::Ago,
        story::{StoryPanel, Waiting, cell_of, said},
    },
    reader::{Reader, onboarding_words},
};
use desk::onboarding::{Cursor, Wanted};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    DomainName, Permission,
    access::Grant,
    onboarding::{Funnel, Onboarding, Stage, Story},
};

#[component]
pub fn OnboardingPage() -> impl IntoView {
    let filter = OnboardingFilter::read(&use_query_map().get_untracked());
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(filter).await {
                    Ok(shown) => view! { <OnboardingFrame shown /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What the address narrows the list to, and whose story is open. A value that does not exist narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OnboardingFilter {
    stage: Option<Stage>,
    step: String,
    words: String,
    open: Option<DomainName>,
    after: String,
}

impl OnboardingFilter {
    pub fn read(query: &ParamsMap) -> Self {
        let text = |key: &str| query.get(key).unwrap_or_default().trim().to_owned();
        Self {
            stage: Stage::parse(&text("stage")),
            step: text("step"),
            words: text("q"),
            open: DomainName::parse(&text("domain")).ok(),
            after: text("after"),
        }
    }

    fn wanted(&self) -> Wanted {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Wanted {
            stage: self.stage,
            step: some(&self.step),
            words: self.words.clone(),
            after: Cursor::parse(&self.after),
            limit: SHOWN,
        }
    }

    fn chosen(&self) -> Chosen {
        (self.stage, self.step.clone())
    }

    fn is_narrow(&self) -> bool {
        self.chosen() != (None, String::new()) || !self.words.is_empty()
    }

    fn address(&self) -> String {
        let open = self.open.as_ref().map_or("", DomainName::as_str);
        let pairs = [
            ("stage", self.stage.map_or("", Stage::as_str)),
            ("step", &self.step),
            ("q", &self.words),
            ("after", &self.after),
            ("domain", open),
        ];
        let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let said: Vec<String> = said
            .map(|(key, value)| format!("{key}={}", crate::narrow::percent_encoded(value)))
            .collect();
        match said.as_slice() {
            [] => "/onboarding".to_owned(),
            said => format!("/onboarding?{}", said.join("&")),
        }
    }

    fn opening(&self, open: Option<DomainName>) -> String {
        let there = Self { open, ..self.clone() };
        there.address()
    }

    fn choosing(&self, (stage, step): Chosen) -> String {
        let there = Self {
            stage,
            step,
            words: self.words.clone(),
            ..Self::default()
        };
        there.address()
    }
}

#[derive(Clone, Debug)]
pub struct ShownOnboarding {
    filter: OnboardingFilter,
    funnel: Funnel,
    open: Option<Story>,
    is_own: bool,
    latest: i64,
}

impl ShownOnboarding {
    pub async fn load(door: Door, filter: OnboardingFilter) -> Result<Self, Fault> {
        let Door {
            desk, who, language, ..
        } = door;
        let latest = desk.last_event();
        let funnel = desk.funnel(&who, &filter.wanted(), language).await?.into_inner();
        // Who sees counts alone is shown nobody's story.
        let open = filter.open.as_ref().filter(|_| funnel.items.is_some());
        let open = match open {
            Some(domain) => Some(desk.onboarding(&who, domain, language).await?.into_inner()),
            None => None,
        };
        Ok(Self {
            filter,
            funnel,
            open,
            is_own: who.may(Permission::SeeOnboarding) == Ok(Grant::Own),
            latest,
        })
    }
}

async fn load(filter: OnboardingFilter) -> Result<ShownOnboarding, Fault> {
    ShownOnboarding::load(Door::open()?, filter).await
}

#[component]
fn OnboardingFrame(shown: ShownOnboarding) -> impl IntoView {
    let texts = onboarding_words();
    let language = Reader::here().language;
    let latest = shown.latest;
    let finds = shown.funnel.items.is_some() && !is_empty(&shown.funnel);
    let filter = shown.filter.clone();
    view! {
        <Frame title=texts.title.to_owned()>
            <header class="title"><h1>{texts.title}</h1><Live language latest /></header>
            <p class="lead">{texts.lead}</p>
            {finds.then(|| view! { <Narrowing filter /> })}
            <OnboardingMain shown />
        </Frame>
    }
}

#[component]
fn Narrowing(filter: OnboardingFilter) -> impl IntoView {
    let texts = onboarding_words();
    let stage = filter.stage.map_or("", Stage::as_str);
    let all = filter
        .is_narrow()
        .then(|| view! { <a href="/onboarding">{texts.all}</a> });
    view! {
        <search class="narrowing">
            <form action="/onboarding" method="get">
                <input type="hidden" name="stage" value=stage disabled=stage.is_empty() />
                <input type="hidden" name="step" value=filter.step.clone() disabled=filter.step.is_empty() />
                <input type="search" name="q" value=filter.words placeholder=texts.find aria-label=texts.find aria-keyshortcuts="/" />
                <button>{texts.filter}</button>
            </form>
            <nav class="tabs" aria-label=texts.filter>{all}</nav>
        </search>
    }
    .into_any()
}

/// What changes when the wizard says something, or a check proves something.
#[component]
pub fn OnboardingMain(shown: ShownOnboarding) -> impl IntoView {
    let ShownOnboarding {
        filter,
        funnel,
        open,
        is_own,
        ..
    } = shown;
    if is_empty(&funnel) {
        return view! { <Nothing is_own /> }.into_any();
    }
    let is_open = open.is_some();
    let closed = filter.opening(None);
    let ways = filter.clone();
    let address: Option<Box<dyn Fn(Chosen) -> String + Send>> = match funnel.items {
        Some(_) => Some(Box::new(move |chosen| ways.choosing(chosen))),
        None => None,
    };
    let chart = view! { <FunnelChart funnel=funnel.clone() chosen=filter.chosen() address /> };
    view! {
        <div id="onboarding">
            {chart}
            <div class="events-and-one" class:open=is_open>
                <List filter funnel />
                {open.map(|story| view! { <StoryPanel story closed /> })}
            </div>
        </div>
    }
    .into_any()
}

fn is_empty(funnel: &Funnel) -> bool {
    funnel.stages.first().is_none_or(|start| start.reached == 0)
}

#[component]
fn Nothing(is_own: bool) -> impl IntoView {
    let texts = onboarding_words();
    let help = if is_own {
        view! { <p>{texts.none_yours}</p> }.into_any()
    } else {
        view! { <p>{texts.none_help}</p><pre tabindex="0"><code>{EXAMPLE}</code></pre> }.into_any()
    };
    view! { <div id="onboarding" class="empty"><p>{texts.none}</p>{help}</div> }
}

#[component]
fn List(filter: OnboardingFilter, funnel: Funnel) -> impl IntoView {
    let texts = onboarding_words();
    let Some(items) = funnel.items else {
        return view! { <p class="quiet">{texts.counts_alone}</p> }.into_any();
    };
    if items.is_empty() {
        return view! { <p class="quiet">{texts.none_match}</p> }.into_any();
    }
    let more = funnel.next_cursor.map(|after| {
        let further = OnboardingFilter {
            after,
            open: None,
            ..filter.clone()
        };
        view! { <p><a class="more" href=further.address()>{texts.more}</a></p> }
    });
    let rows = items.into_iter().map(|item| {
        let is_open = filter.open.as_ref() == Some(&item.domain);
        let href = format!("{}#story", filter.opening(Some(item.domain.clone())));
        view! { <Row item href is_open /> }
    });
    view! {
        <div>
            <table class="tickets onboarding">
                <thead><tr>
                    <th scope="col">{texts.domain}</th><th scope="col">{texts.stands}</th>
                    <th scope="col">{texts.waits}</th><th scope="col">{texts.since}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            {more}
        </div>
    }
    .into_any()
}

#[component]
fn Row(item: Onboarding, href: String, is_open: bool) -> impl IntoView {
    let (stands, cell) = (said(&item), cell_of(&item));
    let (name, domain) = (item.domain.to_string(), item.domain.clone());
    let is_stuck = item.stuck && item.stage != Stage::Failed;
    let stuck = is_stuck.then(|| view! { <small>{onboarding_words().stuck}</small> });
    view! {
        <tr data-stage=item.stage.as_str() class:stuck=is_stuck data-domain=item.domain.to_string()>
            <th scope="row" class="subject"><a href=href aria-current=is_open.then_some("true")>{name}</a>" "<small>{item.tenant}</small></th>
            <td class="stands"><Mark cell />{stands}" "{stuck}</td>
            <td class="waits"><Waiting wait=item.waits_for domain /></td>
            <td class="seen"><Ago at=item.since /></td>
        </tr>
    }
    .into_any()
}

/// What makes a domain appear, for who has the wizard's secret.
const EXAMPLE: &str = r#"curl -H "X-Webhook-Secret: $WEBHOOK_SECRET_VM112" /api/v1/webhooks/onboard \
  -d '{"event": "onboard.started", "data": {"domain": "padaria.example", "tenant": "padaria"}}'"#;
/// Domains on a page.
const SHOWN: u32 = 100;
