//! `/domains/{domain}`: everything about one domain: its TLS card, the four truths, every step, its history.

use crate::{
    door::Door,
    fault::Fault,
    gate::Can,
    live::Live,
    pages::{tickets::TicketsOfDomain, trouble::Trouble},
    parts::{
        calendar::Days,
        detail::Command,
        evidence::{EvidenceList, Lifetime},
        frame::Frame,
        icon::{Mark, cell_of, class_of, name_of},
        moment::Ago,
        run_now::RunNow,
        sentence::Sentence,
        strip::History,
        truths::TruthColumns,
    },
    reader::{Reader, audit_words, words},
    words::Words,
};
use desk::tickets::Wanted;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{
    CheckId, DomainName, Error, Group, Permission, SpokenStep, State,
    board::{Card, Strip},
    history::Calendar,
    ticket::Ticket,
};
use std::collections::BTreeMap;

#[component]
pub fn DomainPage() -> impl IntoView {
    let name = use_params_map().get_untracked().get("domain").unwrap_or_default();
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(&name).await {
                    Ok(shown) => view! { <DomainFrame shown /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// A domain's card, with the command that reproduces each step that is not well.
#[derive(Clone, Debug)]
pub struct Shown {
    pub card: Card,
    pub commands: BTreeMap<CheckId, String>,
    /// Each check's last months.
    pub calendars: Vec<Calendar>,
    /// Its newest tickets.
    pub tickets: Vec<Ticket>,
    /// In the last audit, for who may read that.
    pub score: Option<u8>,
}

impl Shown {
    pub async fn load(door: Door, domain: &DomainName) -> Result<Self, Fault> {
        let Door {
            desk, who, language, ..
        } = door;
        let card = desk.card(&who, domain, language).await?.into_inner();
        let mut commands = BTreeMap::new();
        for step in card.status.steps.iter().filter(|step| step.ok == Some(false)) {
            let detail = desk.detail(&who, domain, &step.id, language).await?;
            if let Some(command) = detail.into_inner().reproduce {
                commands.insert(step.id.clone(), command);
            }
        }
        let calendars = desk.calendars(&who, domain, language).await?;
        let wanted = Wanted {
            domain: Some(domain.clone()),
            limit: TICKETS,
            ..Wanted::default()
        };
        let tickets = desk.tickets(&who, &wanted).await?.into_inner().items;
        let score = match who.may(Permission::ReadAudit) {
            Ok(_) => desk.last_score(&who, domain).await?,
            Err(_) => None,
        };
        Ok(Self {
            card,
            commands,
            calendars,
            tickets,
            score,
        })
    }
}

async fn load(name: &str) -> Result<Shown, Fault> {
    let domain = DomainName::parse(name).map_err(|_| Error::not_found("domain"))?;
    Shown::load(Door::open()?, &domain).await
}

#[component]
pub fn DomainFrame(shown: Shown) -> impl IntoView {
    let language = Reader::here().language;
    let name = shown.card.status.domain.clone();
    let latest = shown.card.last_event;
    let edit = format!("/domains/{name}/edit");
    view! {
        <Frame title=name.to_string()>
            <header class="title">
                <h1><a class="up" href="/">{words().board}</a>" "<span>{name.to_string()}</span></h1>
                <Live language latest />
                <div class="acts">
                    <Can permission=Permission::EditDomains><a class="secondary" href=edit>{words().edit}</a></Can>
                    <RunNow domain=name />
                </div>
            </header>
            <DomainMain shown />
        </Frame>
    }
}

/// What changes when a check changes.
#[component]
pub fn DomainMain(shown: Shown) -> impl IntoView {
    let words = words();
    let Shown {
        card,
        mut commands,
        calendars,
        tickets,
        score,
    } = shown;
    let calendars = calendars
        .into_iter()
        .map(|calendar| (calendar.check.clone(), calendar));
    let mut calendars: BTreeMap<CheckId, Calendar> = calendars.collect();
    let mut strips: BTreeMap<CheckId, Strip> = card
        .history
        .iter()
        .map(|strip| (strip.check.clone(), strip.clone()))
        .collect();
    let name = card.status.domain.clone();
    let groups = Group::ALL.into_iter().filter_map(|group| {
        let steps: Vec<SpokenStep> = card.status.steps.iter().filter(|step| step.group == group).cloned().collect();
        let (commands, strips, calendars) = (&mut commands, &mut strips, &mut calendars);
        let shown: Vec<_> = steps
            .into_iter()
            .map(|step| {
                let (command, strip) = (commands.remove(&step.id), strips.remove(&step.id));
                let calendar = calendars.remove(&step.id);
                view! { <Step domain=name.clone() step command strip calendar /> }
            })
            .collect();
        (!shown.is_empty()).then(|| view! { <section class="group" id=group.as_str()><h3>{(words.group)(group)}</h3><ol class="steps">{shown}</ol></section> })
    });
    let groups = groups.collect_view();
    view! {
        <div class="domain" id="domain" data-domain=card.status.domain.to_string()>
            <Facts card=card.clone() score />
            {card.status.steps.is_empty().then(|| view! { <p class="sweeping">{words.first_sweep}</p> })}
            <TlsCard steps=card.status.steps.clone() />
            <TicketsOfDomain tickets />
            <section class="truths-section">
                <h2>{words.four_truths}</h2>
                <TruthColumns truths=card.truths />
            </section>
            <section>
                <h2>{words.all_steps}<small>{words.history}</small></h2>
                {groups}
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Facts(card: Card, #[prop(optional_no_strip)] score: Option<u8>) -> impl IntoView {
    let words = words();
    let aliases: Vec<String> = card.aliases.iter().map(ToString::to_string).collect();
    let checked = card.status.checked_at;
    view! {
        <dl class="facts">
            <div><dt>{words.readiness}</dt><dd class=format!("word {}", card.verdict.as_str())>{(words.verdict)(card.verdict)}</dd></div>
            <div><dt>{words.mail_host}</dt><dd><code>{card.status.mail_host.to_string()}</code></dd></div>
            {(!aliases.is_empty()).then(|| view! { <div><dt>{words.aliases}</dt><dd><code>{aliases.join(", ")}</code></dd></div> })}
            {(!card.status.site.is_empty()).then(|| view! { <div><dt>{words.site}</dt><dd>{card.status.site.clone()}</dd></div> })}
            {card.tenant.clone().map(|tenant| view! { <div><dt>{words.tenant}</dt><dd>{tenant}</dd></div> })}
            {score.map(|score| view! { <div><dt>{audit_words().last_score}</dt><dd><a href=format!("/audit?q={}", card.status.domain)>{(audit_words().of_hundred)(score)}</a></dd></div> })}
            <div><dt>{words.sweep}</dt><dd>{checked.map_or_else(|| words.not_yet.into_any(), |at| view! { <Ago at /> }.into_any())}</dd></div>
        </dl>
    }
    .into_any()
}

/// What clients get at each door, what was issued for them, and when the server was last given it.
#[component]
fn TlsCard(steps: Vec<SpokenStep>) -> impl IntoView {
    let words = words();
    let columns = ON_THE_CARD.map(|(id, title)| {
        let step = steps.iter().find(|step| step.id.as_str() == id);
        let cell = step.map(cell_of);
        let leaf = step.and_then(|step| step.evidence.leaf.clone());
        view! {
            <li class=class_of(cell)>
                <h3><Mark cell />{title(words)}</h3>
                <p class="state">{name_of(cell, words)}</p>
                {leaf.map(|leaf| view! { <p class="cn"><code>{leaf.cn.clone().unwrap_or_else(|| "—".to_owned())}</code></p><Lifetime leaf /> })}
            </li>
        }
    });
    view! {
        <section>
            <h2 class="unseen">{words.mail_tls}</h2>
            <ul class="tls-card">{columns.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Step(
    domain: DomainName,
    step: SpokenStep,
    #[prop(optional_no_strip)] command: Option<String>,
    #[prop(optional_no_strip)] strip: Option<Strip>,
    #[prop(optional_no_strip)] calendar: Option<Calendar>,
) -> impl IntoView {
    let words = words();
    let seen = cell_of(&step);
    let hint = step.hint.clone();
    view! {
        <li class=format!("step {}", step.state) id=step.id.to_string()>
            <Mark cell=Some(seen) named=true />
            <div class="said">
                <h3>{step.label.clone()}" "<small>{format!("{:?}", step.priority)}</small></h3>
                <p><Sentence text=step.message.clone() /></p>
                {(!hint.is_empty()).then(|| view! { <p class="hint"><b>{words.what_to_do}": "</b><Sentence text=hint /></p> })}
                {command.map(|command| view! { <Command command /> })}
                <details>
                    <summary>{words.evidence}</summary>
                    <EvidenceList step=step.clone() />
                </details>
            </div>
            {(step.state != State::Skipped).then(|| view! {
                <div class="past">
                    {strip.map(|strip| view! { <History strip axis=false /> })}
                    {calendar.map(|calendar| view! { <Days calendar /> })}
                    <RunNow domain check=step.id.clone() />
                </div>
            })}
        </li>
    }
    .into_any()
}

/// The newest, whatever became of them.
const TICKETS: u32 = 5;

/// The check behind each column, and what people call it.
type OnTheCard = (&'static str, fn(&Words) -> &'static str);

const ON_THE_CARD: [OnTheCard; 4] = [
    ("imap_cert_san_993", |words| words.card_imap),
    ("admin_cert_6071", |words| words.card_admin),
    ("cert_san", |words| words.card_issued),
    ("cert_deployed_global", |words| words.card_deployed),
];
