//! The filter above the matrix: a plain form and links, which the live page follows while one types.

use crate::{narrow, parts::icon::Mark, reader::words};
use leptos::prelude::*;
use model::{
    State,
    board::{Figures, Filter, Verdict},
};

#[component]
pub fn Narrowing(filter: Filter, figures: Figures, sites: Vec<String>) -> impl IntoView {
    let words = words();
    let site = filter.site.clone();
    view! {
        <div class="narrowing">
            <form id="filter" role="search" method="get" action="/">
                <input type="search" name="q" value=filter.q.clone() placeholder=words.filter aria-label=words.filter aria-keyshortcuts="/" autocomplete="off" />
                {(sites.len() > 1).then(|| view! { <SiteChoice sites site /> })}
                {filter.state.map(|state| view! { <input type="hidden" name="state" value=state.as_str() /> })}
                <noscript><button>{words.apply}</button></noscript>
            </form>
            <Tabs filter figures />
        </div>
    }
    .into_any()
}

#[component]
fn SiteChoice(sites: Vec<String>, site: Option<String>) -> impl IntoView {
    let words = words();
    view! {
        <select name="site" aria-label=words.site>
            <option value="">{words.all_sites}</option>
            {sites.into_iter().map(|name| {
                let selected = site.as_ref() == Some(&name);
                view! { <option value=name.clone() selected=selected>{name.clone()}</option> }
            }).collect_view()}
        </select>
    }
}

/// What the shapes mean.
#[component]
pub fn Legend() -> impl IntoView {
    let words = words();
    let shapes = State::ALL.into_iter().map(|state| {
        view! { <Mark state=Some(state) /><span>{(words.state)(Some(state))}</span> }
    });
    view! { <p class="legend" role="note" aria-label=words.legend>{shapes.collect_view()}</p> }
}

/// One link a verdict that occurs, with how many rows it has.
#[component]
pub fn Tabs(filter: Filter, figures: Figures) -> impl IntoView {
    let words = words();
    let all = std::iter::once((None, words.all, figures.domains));
    let each = Verdict::ALL.into_iter().map(|verdict| {
        let count = count(&figures, verdict);
        (Some(verdict), (words.rows_of)(verdict), count)
    });
    let tabs = all
        .chain(each)
        .filter(|(state, _, count)| *count > 0 || state.is_none() || *state == filter.state);
    let tabs = tabs.map(|(state, name, count)| {
        let current = (state == filter.state).then_some("true");
        let query = narrow::query(&Filter {
            state,
            ..filter.clone()
        });
        let href = if query.is_empty() {
            "/".to_owned()
        } else {
            format!("/?{query}")
        };
        view! {
            <a href=href data-state=state.map_or("", Verdict::as_str) aria-current=current>
                {name}" "<b>{count}</b>
            </a>
        }
    });
    view! { <nav class="tabs" id="tabs" aria-label=words.by_state>{tabs.collect_view()}</nav> }.into_any()
}

fn count(figures: &Figures, verdict: Verdict) -> usize {
    match verdict {
        Verdict::Fail => figures.fail,
        Verdict::Unknown => figures.unknown,
        Verdict::Warn => figures.warn,
        Verdict::Pending => figures.pending,
        // "Ready" in the figures counts those with a warning too; in the filter they stand apart.
        Verdict::Ready => figures.ready.saturating_sub(figures.warn),
    }
}
