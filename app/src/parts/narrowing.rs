//! The filter above the matrix: a plain form and links, which the live page follows while one types.

use crate::{
    narrow::Sight,
    parts::icon::{Mark, name_of},
    reader::words,
};
use leptos::prelude::*;
use model::{
    State,
    board::{Cell, Figures, Filter, Verdict},
};

#[component]
pub fn Narrowing(sight: Sight, figures: Figures, sites: Vec<String>) -> impl IntoView {
    let words = words();
    let site = sight.filter.site.clone();
    let unfolded = Some(sight.unfolded.to_string()).filter(|unfolded| !unfolded.is_empty());
    view! {
        <div class="narrowing">
            <form id="filter" role="search" method="get" action="/">
                <input type="search" name="q" value=sight.filter.q.clone() placeholder=words.filter aria-label=words.filter aria-keyshortcuts="/" autocomplete="off" />
                {(sites.len() > 1).then(|| view! { <SiteChoice sites site /> })}
                {sight.filter.state.map(|state| view! { <input type="hidden" name="state" value=state.as_str() /> })}
                {unfolded.map(|unfolded| view! { <input type="hidden" name="unfold" value=unfolded /> })}
                <noscript><button>{words.apply}</button></noscript>
            </form>
            <Tabs sight figures />
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
    let cell = |state, announced| Some(Cell { state, announced });
    let cells = [
        cell(State::Ok, false),
        cell(State::Warn, false),
        cell(State::Fail, true),
        cell(State::Fail, false),
        cell(State::Unknown, false),
        cell(State::Skipped, false),
    ];
    let shapes = cells.map(|cell| view! { <span><Mark cell />{name_of(cell, words)}</span> });
    view! { <p class="legend" role="note" aria-label=words.legend>{shapes.collect_view()}<span class="p2">{words.p2}</span></p> }
}

/// One link a verdict that occurs, with how many rows it has.
#[component]
pub fn Tabs(sight: Sight, figures: Figures) -> impl IntoView {
    let words = words();
    let all = std::iter::once((None, words.all, figures.domains));
    let each = Verdict::ALL.into_iter().map(|verdict| {
        let count = count(&figures, verdict);
        (Some(verdict), (words.rows_of)(verdict), count)
    });
    let tabs = all
        .chain(each)
        .filter(|(state, _, count)| *count > 0 || state.is_none() || *state == sight.filter.state);
    let tabs = tabs.map(|(state, name, count)| {
        let current = (state == sight.filter.state).then_some("true");
        let filter = Filter {
            state,
            ..sight.filter.clone()
        };
        let href = Sight {
            filter,
            unfolded: sight.unfolded.clone(),
        }
        .address(None);
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
