//! What stands beside the scorecards: the customers, and the audits that there were.

use crate::{
    pages::audit::AuditFilter,
    parts::{
        moment::Moment,
        score::{class_of, figure},
    },
    reader::audit_words,
    words::span,
};
use leptos::prelude::*;
use model::audit::{Cycle, TenantScore};

/// The worst first.
#[component]
pub fn Tenants(tenants: Vec<TenantScore>, filter: AuditFilter) -> impl IntoView {
    let texts = audit_words();
    let row = |one: TenantScore| {
        let name = match one.tenant {
            Some(name) => {
                let place = filter.address(Some(("tenant", &name)));
                view! { <a href=place>{name}</a> }.into_any()
            }
            None => view! { <span class="quiet">{texts.no_tenant}</span> }.into_any(),
        };
        view! { <li><b class=class_of(one.mean)>{figure(one.mean)}</b><span>{name}</span><small>{(texts.count)(one.domains)}</small></li> }
    };
    view! {
        <section>
            <h2>{texts.by_tenant}</h2>
            {folded(tenants.into_iter().map(row).collect())}
        </section>
    }
    .into_any()
}

/// Newest first.
#[component]
pub fn Cycles(cycles: Vec<Cycle>, shown: i64) -> impl IntoView {
    let texts = audit_words();
    let row = |cycle: Cycle| {
        let who = cycle
            .asked_by
            .unwrap_or_else(|| (texts.asked_by)(cycle.origin).to_owned());
        let ended = cycle.ended_at.unwrap_or(cycle.asked_at);
        let took = (texts.took)(&span(ended.since(cycle.began_at.unwrap_or(cycle.asked_at))));
        let current = (cycle.cycle_id == shown).then_some("true");
        view! {
            <li>
                <b class=class_of(cycle.mean)>{figure(cycle.mean)}</b>
                <span><a href=format!("/audit?cycle={}", cycle.cycle_id) aria-current=current><Moment at=ended /></a></span>
                <small>{format!("{who} · {} · {took}", (texts.count)(cycle.domains))}</small>
            </li>
        }
    };
    view! {
        <section>
            <h2>{texts.cycles}</h2>
            {folded(cycles.into_iter().map(row).collect())}
        </section>
    }
    .into_any()
}

/// The first of them, the others folded away.
fn folded<V: IntoView + 'static>(mut rows: Vec<V>) -> impl IntoView {
    let others = rows.split_off(rows.len().min(FIRST));
    let others = (!others.is_empty()).then(|| {
        view! { <details><summary>{(audit_words().more)(others.len())}</summary><ul class="worth">{others}</ul></details> }
    });
    view! { <ul class="worth">{rows}</ul>{others} }
}

const FIRST: usize = 8;
