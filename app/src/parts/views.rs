//! The views of the list of tickets: those that everybody has, and one's own, each saved under a name.

use crate::{
    pages::tickets::Filter,
    parts::icon::Icon,
    reader::{Reader, ticket_words},
};
use leptos::prelude::*;
use model::{
    Permission,
    access::Grant,
    ticket::{Narrowed, Status, View},
};

#[component]
pub fn TicketViews(filter: Filter, saved: Vec<View>, live: i64) -> impl IntoView {
    let texts = ticket_words();
    let here = Filter::of(&filter.narrowed());
    let current = |view: &Filter| (*view == here).then_some("page");
    let everybodys = everybodys().into_iter().map(|(view, name)| {
        let count = (view == Filter::default()).then(|| view! { " "<b>{live}</b> });
        view! { <a href=view.address() aria-current=current(&view)>{name}{count}</a> }
    });
    let own = saved.iter().map(|View { name, narrowed }| {
        let view = Filter::of(narrowed);
        view! { <a class="own" href=view.address() aria-current=current(&view)>{name.clone()}</a> }
    });
    let is_everybodys = self::everybodys().iter().any(|(view, _)| *view == here);
    let shown = saved.iter().find(|view| Filter::of(&view.narrowed) == here);
    view! {
        <nav class="tabs" aria-label=texts.views>{everybodys.collect_view()}{own.collect_view()}</nav>
        {match shown {
            Some(view) => view! { <RemoveView name=view.name.clone() /> }.into_any(),
            None if is_everybodys => ().into_any(),
            None => view! { <SaveView filter=here /> }.into_any(),
        }}
    }
    .into_any()
}

/// Who does not see who has a ticket is offered no view by that.
fn everybodys() -> Vec<(Filter, &'static str)> {
    let texts = ticket_words();
    let reader = Reader::here();
    let sees_people = reader
        .role
        .is_some_and(|role| role.grant(Permission::SeeTickets) == Grant::Whole);
    let of = |status: &[Status], who: Option<&str>| {
        Filter::of(&Narrowed {
            status: status.to_vec(),
            assigned_to: who.map(str::to_owned),
            ..Narrowed::default()
        })
    };
    let views = [
        Some((of(&[], None), texts.open_ones)),
        sees_people.then(|| (of(&[], Some(&reader.username)), texts.mine)),
        sees_people.then(|| (of(&[], Some("")), texts.unassigned)),
        Some((of(&[Status::Resolved, Status::Closed], None), texts.done)),
        Some((of(Status::ALL, None), texts.all)),
    ];
    views.into_iter().flatten().collect()
}

/// Gives what is shown a name.
#[component]
fn SaveView(filter: Filter) -> impl IntoView {
    let texts = ticket_words();
    let kept = filter
        .pairs()
        .map(|(key, value)| view! { <input type="hidden" name=key value=value.to_owned() /> });
    let kept = kept.collect_view();
    view! {
        <details class="save-view">
            <summary><Icon name="plus" />{texts.save_view}</summary>
            <form method="post" action="/tickets/views">
                {kept}
                <input name="name" required maxlength="60" autocomplete="off" placeholder=texts.view_name aria-label=texts.view_name />
                <button>{texts.save}</button>
            </form>
        </details>
    }
}

#[component]
fn RemoveView(name: String) -> impl IntoView {
    let texts = ticket_words();
    view! {
        <form class="save-view" method="post" action="/tickets/views/remove">
            <input type="hidden" name="name" value=name />
            <button class="quiet">{texts.remove_view}</button>
        </form>
    }
}
