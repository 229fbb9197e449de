//! `/people`: who can log in, which browsers are, and the trail of what people changed. For a `super_admin` alone;
//! to anybody else it does not exist.

use crate::{
    door::Door,
    fault::Fault,
    live::Clock,
    pages::trouble::{NotFound, Trouble},
    parts::{
        frame::Frame,
        moment::{Ago, Moment},
    },
    reader::{Reader, words},
    refused::Refused,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{
    Error, Role,
    people::{Session, User},
    trail::{Entry, Fields, Trail},
};

#[component]
pub fn PeoplePage() -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load().await {
                    Ok(people) => view! { <PeopleMain people /> }.into_any(),
                    Err(Fault(Error::Denied)) => view! { <NotFound /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

struct People {
    users: Vec<User>,
    sessions: Vec<Session>,
    trail: Trail,
}

async fn load() -> Result<People, Fault> {
    let Door { desk, who, .. } = Door::open()?;
    let before = use_query_map().get_untracked().get("trail");
    Ok(People {
        users: desk.users(&who).await?,
        sessions: desk.sessions(&who).await?,
        trail: desk
            .trail(&who, before.and_then(|id| id.parse().ok()), TRAIL)
            .await?,
    })
}

#[component]
fn PeopleMain(people: People) -> impl IntoView {
    let words = words();
    let language = Reader::here().language;
    let refused: Option<Refused> = use_context();
    let problem = refused.map(|refused| {
        Fault(refused.error.clone()).answer();
        match refused.error {
            Error::Invalid { field, why } if field == "username" => format!("{}: {why}.", words.username),
            Error::Invalid { field, why } if field == "password" => format!("{}: {why}.", words.password),
            // No reloading helps against these.
            Error::Conflict { why } => format!("{why}."),
            error => (words.fault)(&error),
        }
    });
    view! {
        <Frame title=words.people.to_owned()>
            <header class="title"><h1>{words.people}</h1><Clock language /></header>
            {problem.map(|text| view! { <p class="problem" role="alert">{text}</p> })}
            <div class="people">
                <section>
                    <h2>{words.users}</h2>
                    <ul class="users">{people.users.into_iter().map(|user| view! { <UserRow user /> }).collect_view()}</ul>
                    <AddUser />
                </section>
                <section>
                    <h2>{words.sessions}</h2>
                    <Sessions sessions=people.sessions />
                </section>
                <section>
                    <h2 id="trail">{words.trail}</h2>
                    <p class="quiet">{words.trail_lead}</p>
                    <TrailList trail=people.trail />
                </section>
            </div>
        </Frame>
    }
    .into_any()
}

#[component]
fn UserRow(user: User) -> impl IntoView {
    let words = words();
    let User {
        username,
        role,
        active,
        must_change_password,
        created_at,
    } = user;
    let action = format!("/people/users/{username}");
    let (turn, turned) = if active {
        (words.deactivate, "false")
    } else {
        (words.activate, "true")
    };
    let notes = [
        (!active).then_some(words.inactive),
        must_change_password.then_some(words.must_change),
    ];
    let notes = notes.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <li class:off=!active>
            <div class="name">
                <h3>{username.clone()}</h3>
                <p>{notes}</p>
            </div>
            <p class="since"><Moment at=created_at /></p>
            <form method="post" action=action.clone() aria-label=format!("{} {username}", words.role)>
                <select name="role" aria-label=format!("{} {username}", words.role)><RoleOptions chosen=role /></select>
                <button>{words.save}</button>
            </form>
            <form method="post" action=action.clone()>
                <input type="hidden" name="active" value=turned />
                <button aria-label=format!("{turn} {username}")>{turn}</button>
            </form>
            <details>
                <summary aria-label=format!("{} {username}", words.set_password)>{words.set_password}</summary>
                <form method="post" action=action>
                    <p class="quiet">{words.set_password_means}</p>
                    <label>
                        {words.new_password}
                        <input name="password" type="password" autocomplete="new-password" minlength="12" required />
                    </label>
                    <button>{words.set_password}</button>
                </form>
            </details>
        </li>
    }
    .into_any()
}

#[component]
fn RoleOptions(chosen: Role) -> impl IntoView {
    let option = |role: Role| {
        view! { <option value=role.as_str() selected=role == chosen>{role.as_str()}</option> }
    };
    Role::ALL.map(option).collect_view()
}

#[component]
fn AddUser() -> impl IntoView {
    let words = words();
    view! {
        <details class="add">
            <summary>{words.add_user}</summary>
            <form class="fields" method="post" action="/people/users">
                <p class="quiet">{words.add_user_lead}</p>
                <label for="new-username">{words.username}</label>
                <input id="new-username" name="username" autocomplete="off" autocapitalize="none" spellcheck="false" required aria-describedby="new-username-hint" />
                <p class="help" id="new-username-hint">{words.username_hint}</p>
                <label for="new-role">{words.role}</label>
                <select id="new-role" name="role"><RoleOptions chosen=Role::Technician /></select>
                <label for="new-password">{words.password}</label>
                <input id="new-password" name="password" type="password" autocomplete="new-password" minlength="12" required aria-describedby="new-password-hint" />
                <p class="help" id="new-password-hint">{words.new_password_hint}</p>
                <div class="act"><button class="primary">{words.add_user}</button></div>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<Session>) -> impl IntoView {
    let words = words();
    if sessions.is_empty() {
        return view! { <p class="quiet">{words.no_sessions}</p> }.into_any();
    }
    let rows = sessions.into_iter().map(|session| {
        let from = session.address.map(|address| address.to_string());
        view! {
            <tr>
                <th scope="row">{session.username.clone()}</th>
                <td data-label=words.last_seen><Ago at=session.seen_at /></td>
                <td data-label=words.signed_in><Moment at=session.opened_at /></td>
                <td data-label=words.address><code>{from}</code></td>
                <td data-label=words.browser class="agent">{session.user_agent}</td>
                <td>
                    <form method="post" action=format!("/people/sessions/{}/end", session.id)>
                        <button aria-label=format!("{} {}", words.end_session, session.username)>{words.end_session}</button>
                    </form>
                </td>
            </tr>
        }
    });
    view! {
        <table class="plain">
            <thead><tr>
                <th scope="col">{words.username}</th><th scope="col">{words.last_seen}</th><th scope="col">{words.signed_in}</th>
                <th scope="col">{words.address}</th><th scope="col">{words.browser}</th><td></td>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn TrailList(trail: Trail) -> impl IntoView {
    let words = words();
    if trail.items.is_empty() {
        return view! { <p class="quiet">{words.no_trail}</p> }.into_any();
    }
    let rows = trail.items.into_iter().map(|Entry { id, deed, hash }| {
        let from = deed.address.map(|address| address.to_string());
        let changed = changed(&deed.before, &deed.after).into_iter().map(|(name, was, is)| {
            view! {
                <li><span>{name}</span>" "{was.map(|was| view! { <del>{was}</del> })}" "{is.map(|is| view! { <ins>{is}</ins> })}</li>
            }
        });
        view! {
            <li id=format!("trail-{id}")>
                <p><b>{deed.actor}</b>" "{(words.deed)(deed.action)}" "<b>{deed.object}</b></p>
                <ul class="changed">{changed.collect_view()}</ul>
                <p class="quiet"><Moment at=deed.at />" "<code>{from}</code>" "<code title=hash.clone()>{short(&hash)}</code></p>
            </li>
        }
    });
    let older = trail.next_cursor.map(|before| {
        view! { <p><a class="more" href=format!("/people?trail={before}#trail")>{words.older}</a></p> }
    });
    view! { <ol class="trail">{rows.collect_view()}</ol>{older} }.into_any()
}

/// Each field that changed, as it was and as it is.
fn changed(before: &Fields, after: &Fields) -> Vec<(String, Option<String>, Option<String>)> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let change = |name: &String| (name.clone(), before.get(name).cloned(), after.get(name).cloned());
    names.into_iter().map(change).collect()
}

fn short(hash: &str) -> String {
    hash.chars().take(8).collect()
}

/// Entries on a page.
const TRAIL: u32 = 30;
