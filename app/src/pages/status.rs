//! `/status`: the Desk itself: its hosts, its sweeps, its database, its queue, who sends it webhooks, and what it was
//! not given.

use crate::{
    door::Door,
    fault::Fault,
    live::Live,
    pages::trouble::Trouble,
    parts::{
        frame::Frame,
        icon::Mark,
        integrations::{Integrations, ShownOnce},
        moment::{Ago, Moment},
        queue::Queue,
    },
    reader::{Reader, audit_words, self_words, words},
    refused::Refused,
    words::span,
};
use leptos::prelude::*;
use model::{
    Error, State,
    audit::Audits,
    board::Cell,
    health::{Database, Health, HostHealth, Sweeps},
    job::Jobs,
    webhook::{IntegrationSeen, NewCredential},
};

#[component]
pub fn StatusPage() -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load().await {
                    Ok((shown, latest)) => view! { <StatusFrame shown latest /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

async fn load() -> Result<(ShownStatus, i64), Fault> {
    let door = Door::open()?;
    let latest = door.desk.last_event();
    Ok((ShownStatus::load(door).await?, latest))
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ShownStatus {
    health: Health,
    jobs: Jobs,
    integrations: Vec<IntegrationSeen>,
}

impl ShownStatus {
    pub async fn load(Door { desk, who, .. }: Door) -> Result<Self, Fault> {
        Ok(Self {
            health: desk.health(&who).await?.into_inner(),
            jobs: desk.jobs(&who, None, DEAD).await?.into_inner(),
            integrations: desk.integrations(&who).await?,
        })
    }
}

#[component]
fn StatusFrame(shown: ShownStatus, latest: i64) -> impl IntoView {
    let words = words();
    let language = Reader::here().language;
    let refused: Option<Refused> = use_context();
    let problem = refused.map(|refused| {
        Fault(refused.error.clone()).answer();
        match refused.error {
            // No reloading helps against these.
            Error::Conflict { why } => format!("{why}."),
            error => (words.fault)(&error),
        }
    });
    let made: Option<NewCredential> = use_context();
    view! {
        <Frame title=words.status.to_owned()>
            <header class="title"><h1>{words.status}</h1><Live language latest /></header>
            {problem.map(|text| view! { <p class="problem" role="alert">{text}</p> })}
            // Beside what is swapped while one looks: nobody sees it again.
            {made.map(|made| view! { <ShownOnce made /> })}
            <StatusMain shown />
        </Frame>
    }
    .into_any()
}

/// What changes while one looks.
#[component]
pub fn StatusMain(shown: ShownStatus) -> impl IntoView {
    let (words, texts) = (words(), self_words());
    let ShownStatus {
        health,
        jobs,
        integrations,
    } = shown;
    let Health {
        version,
        database,
        sweeps,
        audits,
        hosts,
        missing_secrets,
        domains,
        ..
    } = health;
    view! {
        <div id="status" class="self">
            <dl class="facts">
                <SweepFacts sweeps />
                <AuditFacts audits />
                <div><dt>{words.database}</dt><dd><DatabaseState database /></dd></div>
                <div><dt>{words.watched}</dt><dd>{domains}</dd></div>
                <div><dt>{words.version}</dt><dd><code>{version}</code></dd></div>
                <div><dt>{words.api}</dt><dd><a href="/api/docs" rel="external">"/api/docs"</a></dd></div>
            </dl>
            <section>
                <h2>{words.hosts}</h2>
                <Hosts hosts />
            </section>
            <section>
                <h2 id="queue">{texts.queue}</h2>
                <Queue jobs />
            </section>
            <section>
                <h2 id="integrations">{texts.integrations}</h2>
                <Integrations all=integrations />
            </section>
            <section>
                <h2>{words.secrets}</h2>
                <Secrets missing=missing_secrets />
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn SweepFacts(sweeps: Sweeps) -> impl IntoView {
    let words = words();
    let took = sweeps.last.map(|last| span(last.ended_at.since(last.begun_at)));
    let last = sweeps
        .last
        .map(|last| view! { <Ago at=last.begun_at /> }.into_any());
    let next = sweeps.next_at.map(|at| view! { <Moment at /> }.into_any());
    let or_not_yet = |said: Option<AnyView>| said.unwrap_or_else(|| words.not_yet.into_any());
    view! {
        <div><dt>{words.last_sweep}</dt><dd>{or_not_yet(last)}</dd></div>
        <div><dt>{words.took}</dt><dd>{took.unwrap_or_else(|| words.sweeping_now.to_owned())}</dd></div>
        <div><dt>{words.next_sweep}</dt><dd>{or_not_yet(next)}</dd></div>
        <div><dt>{words.period}</dt><dd>{span(sweeps.period)}</dd></div>
    }
    .into_any()
}

#[component]
fn AuditFacts(audits: Audits) -> impl IntoView {
    let (texts, words) = (audit_words(), words());
    let last = audits.last_at.map(|at| view! { <Ago at /> }.into_any());
    let next = audits.next_at.map(|at| view! { <Moment at /> }.into_any());
    view! {
        <div><dt>{texts.last_audit}</dt><dd>{last.unwrap_or_else(|| words.not_yet.into_any())}</dd></div>
        <div><dt>{texts.next_audit}</dt><dd>{next.unwrap_or_else(|| texts.never.into_any())}</dd></div>
    }
    .into_any()
}

#[component]
fn DatabaseState(database: Database) -> impl IntoView {
    let words = words();
    let (state, said) = match database.bytes {
        Some(bytes) => (
            State::Ok,
            format!("{}, {} MB", words.answers, bytes.div_ceil(1_000_000)),
        ),
        None => (State::Fail, words.does_not_answer.to_owned()),
    };
    view! { <Mark cell=Some(shown(state)) />{database.engine}" · "{said} }
}

#[component]
fn Hosts(hosts: Vec<HostHealth>) -> impl IntoView {
    let words = words();
    if hosts.is_empty() {
        return view! { <p class="quiet">{words.no_hosts}</p> }.into_any();
    }
    let hosts = hosts.into_iter().map(|host| {
        let (state, class, said) = match (host.reachable, host.fault) {
            (Some(true), _) => (State::Ok, "ok", words.reachable.to_owned()),
            (Some(false), why) => (
                State::Unknown,
                "unknown",
                format!("{}: {}", words.unreachable, why.unwrap_or_default()),
            ),
            (None, _) => (State::Skipped, "skipped", words.not_yet.to_owned()),
        };
        let via = if host.via == LOCAL {
            words.this_machine.to_owned()
        } else {
            host.via
        };
        view! {
            <li class=class>
                <Mark cell=Some(shown(state)) />
                <div>
                    <h3>{host.name}" "<code>{via}</code></h3>
                    <p>{said}</p>
                </div>
                <p class="sites">{host.sites.join(", ")}</p>
            </li>
        }
    });
    view! { <ul class="hosts">{hosts.collect_view()}</ul> }.into_any()
}

/// Their keys; a value never comes here.
#[component]
fn Secrets(missing: Vec<String>) -> impl IntoView {
    let words = words();
    if missing.is_empty() {
        return view! { <p class="quiet"><Mark cell=Some(shown(State::Ok)) />{words.no_secret_missing}</p> }
            .into_any();
    }
    let missing = missing.into_iter().map(|key| {
        view! { <li class="warn"><Mark cell=Some(shown(State::Warn)) /><div><h3><code>{key}</code></h3><p>{words.secret_missing}</p></div></li> }
    });
    view! { <ul class="hosts">{missing.collect_view()}</ul> }.into_any()
}

fn shown(state: State) -> Cell {
    Cell {
        state,
        announced: true,
    }
}

/// What the engine calls the machine it runs on.
const LOCAL: &str = "local";
/// Jobs that were given up, on one page.
const DEAD: u32 = 50;
