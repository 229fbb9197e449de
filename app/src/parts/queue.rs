//! The queue of jobs, and those that were given up and wait for a person.

use crate::{
    gate::Can,
    parts::{icon::Mark, moment::Ago},
    reader::self_words,
};
use leptos::prelude::*;
use model::{
    Permission, State,
    board::Cell,
    job::{DeadJob, Jobs},
};

#[component]
pub fn Queue(jobs: Jobs) -> impl IntoView {
    let words = self_words();
    let Jobs {
        depths,
        items,
        next_cursor,
    } = jobs;
    let shown = items.len();
    view! {
        <p class="quiet">{(words.depths)(depths.waiting, depths.in_flight, depths.dead)}</p>
        {items.is_empty().then(|| view! { <p class="quiet"><Mark cell=Some(shown_as(State::Ok)) />{words.none_dead}</p> })}
        {(shown > 0).then(|| view! { <ul class="hosts dead">{items.into_iter().map(|job| view! { <Dead job /> }).collect_view()}</ul> })}
        {next_cursor.map(|_| view! { <p class="quiet">{(words.more_dead)(shown)}</p> })}
    }
    .into_any()
}

#[component]
fn Dead(job: DeadJob) -> impl IntoView {
    let texts = self_words();
    let DeadJob {
        id,
        name,
        about,
        tries,
        error,
        tried_at,
        ..
    } = job;
    let label = format!("{name} {about}");
    view! {
        <li class="fail">
            <Mark cell=Some(shown_as(State::Fail)) />
            <div>
                <h3>{about}" "<code>{name}</code></h3>
                <p>{error}</p>
                <p class="sites">{(texts.tries)(tries)}" · "<Ago at=tried_at /></p>
            </div>
            <Can permission=Permission::EditDomains>
                <div class="acts">
                    <form method="post" action=format!("/jobs/{id}/retry")><button aria-label=format!("{}: {label}", texts.retry)>{texts.retry}</button></form>
                    <form method="post" action=format!("/jobs/{id}/drop")><button aria-label=format!("{}: {label}", texts.drop)>{texts.drop}</button></form>
                </div>
            </Can>
        </li>
    }
    .into_any()
}

fn shown_as(state: State) -> Cell {
    Cell {
        state,
        announced: true,
    }
}
