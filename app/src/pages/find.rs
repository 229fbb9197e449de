//! `/find`: what the command palette finds, as a page, for who has no scripts or no keys.

use crate::{
    door::Door,
    fault::Fault,
    live::Clock,
    pages::trouble::Trouble,
    parts::{
        frame::Frame,
        palette::{Found, FoundList},
    },
    reader::{Reader, words},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn FindPage() -> impl IntoView {
    let text = use_query_map().get_untracked().get("q").unwrap_or_default();
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(&text).await {
                    Ok(found) => view! { <FindFrame text found /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

async fn load(text: &str) -> Result<Found, Fault> {
    Found::load(Door::open()?, text).await
}

#[component]
fn FindFrame(text: String, found: Found) -> impl IntoView {
    let words = words();
    let language = Reader::here().language;
    view! {
        <Frame title=words.find.to_owned()>
            <header class="title"><h1>{words.find}</h1></header>
            <search class="narrowing">
                <form action="/find" method="get">
                    <input type="search" name="q" value=text placeholder=words.find_hint aria-label=words.find_hint autofocus />
                    <button>{words.find}</button>
                </form>
            </search>
            <FoundList found />
            <Clock language />
        </Frame>
    }
}
