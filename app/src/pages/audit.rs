//! `/audit`: what every domain was worth in the last audit, what cost it points, and how that changes.

use crate::{
    door::Door,
    fault::Fault,
    gate::Can,
    live::Live,
    pages::trouble::Trouble,
    parts::{
        cycles::{Cycles, Tenants},
        frame::Frame,
        moment::{Ago, Moment},
        score::{Change, ScoreRow, figure, heads},
        ticket::Problem,
        trend::Trend,
    },
    reader::{Reader, audit_words, words},
};
use desk::audit::WantedCards;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    Permission, Timestamp,
    audit::{Cycle, Overview, Running, Scorecard, TenantScore},
};

#[component]
pub fn AuditPage() -> impl IntoView {
    let filter = AuditFilter::read(&use_query_map().get_untracked());
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(filter).await {
                    Ok(shown) => view! { <AuditFrame shown /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What the address narrows the scorecards to. A value that makes no sense narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    q: String,
    tenant: String,
    /// An earlier audit than the last.
    cycle: Option<i64>,
    after: i64,
}

impl AuditFilter {
    pub fn read(query: &ParamsMap) -> Self {
        let text = |key: &str| query.get(key).unwrap_or_default().trim().to_owned();
        Self {
            q: text("q"),
            tenant: text("tenant"),
            cycle: text("cycle").parse().ok(),
            after: text("after").parse().unwrap_or_default(),
        }
    }

    /// With what else it should say.
    pub fn address(&self, more: Option<(&str, &str)>) -> String {
        let cycle = self.cycle.map(|cycle| cycle.to_string()).unwrap_or_default();
        let mut pairs = vec![
            ("q", self.q.as_str()),
            ("tenant", &self.tenant),
            ("cycle", &cycle),
        ];
        if let Some((key, value)) = more {
            pairs.retain(|(name, _)| *name != key);
            pairs.push((key, value));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        let said: Vec<String> = pairs
            .into_iter()
            .map(|(key, value)| format!("{key}={}", crate::narrow::percent_encoded(value)))
            .collect();
        match said.as_slice() {
            [] => "/audit".to_owned(),
            said => format!("/audit?{}", said.join("&")),
        }
    }

    fn wanted(&self) -> WantedCards {
        WantedCards {
            cycle: self.cycle,
            tenant: Some(self.tenant.clone()).filter(|tenant| !tenant.is_empty()),
            q: self.q.clone(),
            after: self.after,
            limit: SHOWN,
        }
    }
}

#[derive(Clone, Debug)]
pub struct ShownAudit {
    filter: AuditFilter,
    pub overview: Overview,
    cards: Vec<Scorecard>,
    next: Option<String>,
    latest: i64,
}

impl ShownAudit {
    pub async fn load(door: Door, filter: AuditFilter) -> Result<Self, Fault> {
        let Door {
            desk, who, language, ..
        } = door;
        let latest = desk.last_event();
        let overview = desk.audit_overview(&who, filter.cycle, language).await?;
        let page = desk.scorecards(&who, &filter.wanted(), language).await?;
        let page = page.into_inner();
        Ok(Self {
            filter,
            overview: overview.into_inner(),
            cards: page.items,
            next: page.next_cursor,
            latest,
        })
    }
}

async fn load(filter: AuditFilter) -> Result<ShownAudit, Fault> {
    ShownAudit::load(Door::open()?, filter).await
}

#[component]
fn AuditFrame(shown: ShownAudit) -> impl IntoView {
    let texts = audit_words();
    let language = Reader::here().language;
    let latest = shown.latest;
    let narrowing = shown.overview.latest.is_some().then(|| {
        view! { <Narrowing filter=shown.filter.clone() tenants=shown.overview.tenants.clone() /> }
    });
    let overview = shown.overview.clone();
    view! {
        <Frame title=texts.audit.to_owned()>
            <header class="title">
                <h1>{texts.audit}</h1>
                <Live language latest />
                <div class="acts">
                    <Can permission=Permission::RunAudit>
                        <form method="post" action="/audit/cycle"><button class="primary">{texts.now}</button></form>
                    </Can>
                </div>
            </header>
            <Problem />
            <AuditState overview />
            {narrowing}
            <AuditMain shown />
        </Frame>
    }
}

/// The figures, the audit under way, the trend.
#[component]
pub fn AuditState(overview: Overview) -> impl IntoView {
    let is_running = overview.running.is_some().then_some("");
    let Overview {
        latest,
        running,
        next_at,
        trend,
        ..
    } = overview.clone();
    let under_way = running.map(|running| view! { <UnderWay running /> });
    let shown = match latest {
        Some(cycle) => {
            let id = cycle.cycle_id;
            let is_old = trend.first().is_some_and(|newest| newest.cycle_id != id);
            let ended = cycle.ended_at.unwrap_or(cycle.asked_at);
            view! {
                {is_old.then(|| view! { <p class="sweeping">{audit_words().older_one}" "<Moment at=ended />" · "<a class="more" href="/audit">{audit_words().to_latest}</a></p> })}
                <AuditFigures overview=overview cycle />
                {(trend.len() > 1).then(|| view! { <Trend cycles=trend shown=id /> })}
            }
            .into_any()
        }
        None => view! { <NoneYet next_at /> }.into_any(),
    };
    view! { <div id="audit-state" data-running=is_running>{under_way}{shown}</div> }.into_any()
}

#[component]
fn UnderWay(running: Running) -> impl IntoView {
    let texts = audit_words();
    let Running { done, of, .. } = running;
    view! {
        <p class="sweeping auditing">
            <span>{(texts.running)(done, of)}</span>
            <progress value=done.to_string() max=of.max(1).to_string() aria-label=texts.progress></progress>
        </p>
    }
}

#[component]
fn AuditFigures(overview: Overview, cycle: Cycle) -> impl IntoView {
    let texts = audit_words();
    let earlier = overview.trend.iter().filter(|one| one.cycle_id < cycle.cycle_id);
    let before = earlier.map(|one| one.mean).next().flatten();
    let count = |wanted: fn(u8) -> bool| -> i64 {
        let ranges = overview.distribution.iter().filter(|range| wanted(range.from));
        ranges.map(|range| range.domains).sum()
    };
    let (whole, low) = (count(|from| from == 100), count(|from| from == 0));
    let of_low = if low > 0 { "fail" } else { "none" };
    let is_last = overview
        .trend
        .first()
        .is_some_and(|last| last.cycle_id == cycle.cycle_id);
    let ended = cycle.ended_at.filter(|_| is_last);
    let ended = ended.map(|at| view! { {texts.last}" "<Ago at />" · " });
    let next = match overview.next_at {
        Some(at) => view! { {texts.next}" "<Moment at /> }.into_any(),
        None => texts.never.into_any(),
    };
    view! {
        <section class="figures" aria-label=words().summary>
            <div><b>{figure(overview.mean)}<small>"/100"</small></b><span>{texts.mean}" "<Change score=overview.mean before /></span></div>
            <div><b>{cycle.domains}</b><span>{texts.domains}</span></div>
            <div class:none=whole == 0><b>{whole}</b><span>{texts.whole}</span></div>
            <div class=of_low><b>{low}</b><span>{texts.low}</span></div>
            {(overview.unscored > 0).then(|| view! { <div class="unknown"><b>{overview.unscored}</b><span>{texts.unscored}</span></div> })}
            <p class="sweep">{ended}{next}</p>
        </section>
    }
    .into_any()
}

/// What will be here, when, and how to have it now.
#[component]
fn NoneYet(next_at: Option<Timestamp>) -> impl IntoView {
    let texts = audit_words();
    let may = Reader::here().may(Permission::RunAudit);
    view! {
        <div class="empty">
            <p>{texts.none_yet}</p>
            {next_at.map(|at| view! { <p>{texts.first_at}" "<Moment at /></p> })}
            <p>{if may { texts.press } else { texts.ask }}</p>
        </div>
    }
}

#[component]
fn Narrowing(filter: AuditFilter, tenants: Vec<TenantScore>) -> impl IntoView {
    let texts = audit_words();
    let mut names: Vec<String> = tenants.into_iter().filter_map(|one| one.tenant).collect();
    names.sort();
    let chosen = filter.tenant.clone();
    let options = names
        .into_iter()
        .map(|name| view! { <option value=name.clone() selected=name == chosen>{name.clone()}</option> });
    let options = options.collect_view();
    view! {
        <search class="narrowing">
            <form action="/audit" method="get">
                {filter.cycle.map(|cycle| view! { <input type="hidden" name="cycle" value=cycle.to_string() /> })}
                <input type="search" name="q" value=filter.q placeholder=texts.find aria-label=texts.find />
                <select name="tenant" aria-label=texts.tenant><option value="">{texts.every_tenant}</option>{options}</select>
                <button>{texts.filter}</button>
            </form>
        </search>
    }
    .into_any()
}

/// The scorecards, and beside them tenants and audits.
#[component]
pub fn AuditMain(shown: ShownAudit) -> impl IntoView {
    let ShownAudit {
        filter,
        overview,
        cards,
        next,
        ..
    } = shown;
    let Overview {
        latest,
        tenants,
        trend,
        ..
    } = overview;
    let Some(latest) = latest else {
        return view! { <div id="audit"></div> }.into_any();
    };
    let list_filter = filter.clone();
    view! {
        <div id="audit" class="audit">
            <Scores filter=list_filter cards next />
            <aside>
                <Tenants tenants filter=filter.clone() />
                <Cycles cycles=trend shown=latest.cycle_id />
            </aside>
        </div>
    }
    .into_any()
}

#[component]
fn Scores(filter: AuditFilter, cards: Vec<Scorecard>, next: Option<String>) -> impl IntoView {
    let texts = audit_words();
    if cards.is_empty() {
        return view! { <div class="empty"><p>{texts.none_match}</p></div> }.into_any();
    }
    let rows = cards.into_iter().map(|card| view! { <ScoreRow card /> });
    let rows = rows.collect_view();
    let heads = heads().map(|name| view! { <th scope="col" class="share">{name}</th> });
    let next = next.map(|after| {
        let more = filter.address(Some(("after", &after)));
        view! { <p><a class="more" href=more>{texts.next_page}</a></p> }
    });
    view! {
        <section>
            <h2 class="unseen">{texts.scorecards}</h2>
            <table class="scores">
                <thead><tr><th scope="col">{texts.score}</th><th scope="col">{texts.domain}</th>{heads.collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {next}
        </section>
    }
    .into_any()
}

/// Scorecards on a page.
const SHOWN: u32 = 100;
