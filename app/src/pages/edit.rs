//! `/domains/new` and `/domains/{domain}/edit`: what is watched, said by people.

use crate::{
    door::Door,
    fault::Fault,
    pages::trouble::Trouble,
    parts::{domain_form::DomainForm, frame::Frame},
    reader::words,
    refused::Refused,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Domain, DomainName, Error, Permission, draft::Draft};

#[component]
pub fn AddPage() -> impl IntoView {
    match sites() {
        Ok(sites) => view! { <AddMain sites /> }.into_any(),
        Err(fault) => view! { <Trouble fault /> }.into_any(),
    }
}

#[component]
fn AddMain(sites: Vec<String>) -> impl IntoView {
    let words = words();
    let (draft, refused) = sent();
    view! {
        <Frame title=words.add_domain.to_owned()>
            <header class="title"><h1><a class="up" href="/">{words.board}</a>" "<span>{words.add_domain}</span></h1></header>
            <p class="lead">{words.add_domain_lead}</p>
            <DomainForm draft=draft.unwrap_or_default() is_new=true sites action="/domains/new".to_owned() refused />
        </Frame>
    }
    .into_any()
}

#[component]
pub fn EditPage() -> impl IntoView {
    let name = use_params_map().get_untracked().get("domain").unwrap_or_default();
    match sites().and_then(|sites| Ok((sites, watched(&name)?))) {
        Ok((sites, domain)) => view! { <EditMain sites domain /> }.into_any(),
        Err(fault) => view! { <Trouble fault /> }.into_any(),
    }
}

#[component]
fn EditMain(sites: Vec<String>, domain: Domain) -> impl IntoView {
    let words = words();
    let (draft, refused) = sent();
    let draft = draft.unwrap_or_else(|| Draft::of(&domain));
    let place = format!("/domains/{}", domain.name);
    let name = domain.name.to_string();
    view! {
        <Frame title=format!("{} · {name}", words.edit)>
            <header class="title">
                <h1><a class="up" href="/">{words.board}</a>" "<a class="up" href=place.clone()>{name.clone()}</a>" "<span>{words.edit}</span></h1>
            </header>
            <DomainForm draft is_new=false sites action=format!("{place}/edit") refused />
            <details class="remove">
                <summary>{words.remove_domain}</summary>
                <p>{words.remove_means}</p>
                <form method="post" action=format!("{place}/remove")><button class="danger">{words.remove}" "{name}</button></form>
            </details>
        </Frame>
    }
    .into_any()
}

/// The sites there are, for who may edit; anybody else is told that they may not.
fn sites() -> Result<Vec<String>, Fault> {
    let Door { desk, who, .. } = Door::open()?;
    who.may(Permission::EditDomains)?;
    Ok(desk.sites(&who)?)
}

fn watched(name: &str) -> Result<Domain, Fault> {
    let Door { desk, who, .. } = Door::open()?;
    let name = DomainName::parse(name).map_err(|_| Error::not_found("domain"))?;
    Ok(desk.watched(&who, &name)?)
}

/// The form that came back, if this page answers one; its fault is the answer's status.
fn sent() -> (Option<Draft>, Option<Error>) {
    let refused: Option<Refused> = use_context();
    if let Some(refused) = &refused {
        Fault(refused.error.clone()).answer();
    }
    refused.map(|refused| (refused.draft, refused.error)).unzip()
}
