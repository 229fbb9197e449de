//! Who may send webhooks; for a `super_admin` with what they prove themselves by, to be rotated.

use crate::{
    parts::{
        icon::Mark,
        moment::{Ago, Moment},
    },
    reader::{self_words, words},
};
use leptos::prelude::*;
use model::{
    State,
    board::Cell,
    webhook::{CredentialState, IntegrationSeen, NewCredential, Origin, PreviousCredential},
};

#[component]
pub fn Integrations(all: Vec<IntegrationSeen>) -> impl IntoView {
    let words = self_words();
    if all.is_empty() {
        return view! { <p class="quiet">{words.none}</p> }.into_any();
    }
    let rows = all.into_iter().map(|one| {
        let (state, class) = if one.takes_calls {
            (State::Ok, "ok")
        } else {
            (State::Warn, "warn")
        };
        let seen = match one.last_seen_at {
            _ if !one.takes_calls => words.takes_none.into_any(),
            Some(at) => view! { {words.last_seen}" "<Ago at /> }.into_any(),
            None => words.never_seen.into_any(),
        };
        let credentials = one.credentials.into_iter().flatten();
        let credentials: Vec<_> = credentials
            .map(|state| view! { <CredentialRow name=one.name.clone() state /> })
            .collect();
        view! {
            <li class=class>
                <Mark cell=Some(Cell { state, announced: true }) />
                <div>
                    <h3>{one.name.clone()}</h3>
                    <p>{seen}</p>
                    {(!credentials.is_empty()).then(|| view! { <ul class="credentials">{credentials}</ul> })}
                </div>
            </li>
        }
    });
    view! { <ul class="hosts integrations">{rows.collect_view()}</ul> }.into_any()
}

#[component]
fn CredentialRow(name: String, state: CredentialState) -> impl IntoView {
    let words = self_words();
    let CredentialState {
        credential,
        origin,
        rotated_at,
        rotated_by,
        used_at,
        previous,
    } = state;
    let title = (words.credential)(credential);
    let path = format!("/integrations/{name}/{credential}");
    let is_changing = previous.is_some();
    let is_used = used_at.is_some();
    let rotated = rotated_at
        .filter(|_| origin == Origin::Rotated)
        .map(|at| view! { " "<Ago at />" "{words.rotated_by}" "{rotated_by.unwrap_or_default()} });
    let used = match used_at {
        Some(at) => Some(view! { " · "{words.used}" "<Ago at /> }.into_any()),
        None if origin == Origin::Rotated => Some(view! { " · "{words.not_used} }.into_any()),
        None => None,
    };
    let (act, means) = if origin == Origin::None {
        (words.make, words.make_means)
    } else {
        (words.rotate, words.rotate_means)
    };
    view! {
        <li>
            <p class:warn=origin == Origin::Unreadable><b>{title}</b>" "{(words.origin)(origin)}{rotated}{used}</p>
            // A third would end the first: the change before it is finished first.
            {(!is_changing || !is_used).then(|| view! {
                <details>
                    <summary aria-label=format!("{act}: {title} {name}")>{act}</summary>
                    <form method="post" action=format!("{path}/rotate")>
                        <p>{means}</p>
                        <button aria-label=format!("{act}: {title} {name}")>{act}</button>
                    </form>
                </details>
            })}
            {previous.map(|previous| view! { <Previous path=path.clone() about=format!("{title} {name}") previous is_used /> })}
        </li>
    }
    .into_any()
}

#[component]
fn Previous(path: String, about: String, previous: PreviousCredential, is_used: bool) -> impl IntoView {
    let words = self_words();
    let PreviousCredential { used_at, ends_at } = previous;
    let used = match used_at {
        Some(at) => view! { {words.used}" "<Ago at /> }.into_any(),
        None => words.not_used.into_any(),
    };
    let ends = match ends_at {
        Some(at) => view! { {words.ends}" "<Moment at /> }.into_any(),
        None => words.ends_after_use.into_any(),
    };
    let means = if is_used {
        words.end_means
    } else {
        words.end_means_unused
    };
    view! {
        <p>{words.previous}": "{used}" · "{ends}</p>
        <details>
            <summary aria-label=format!("{}: {about}", words.end_previous)>{words.end_previous}</summary>
            <form method="post" action=format!("{path}/end")>
                <p>{means}</p>
                <button class="danger" aria-label=format!("{}: {about}", words.end_previous)>{words.end_previous}</button>
            </form>
        </details>
    }
    .into_any()
}

/// The one time that a new credential is shown.
#[component]
pub fn ShownOnce(made: NewCredential) -> impl IntoView {
    let (texts, words) = (self_words(), words());
    let title = (texts.made)(made.credential, &made.integration);
    view! {
        <section class="made" role="status" aria-labelledby="made">
            <h2 id="made">{title}</h2>
            <p>{texts.once}</p>
            <div class="command">
                <h3>{(texts.credential)(made.credential)}</h3>
                <button type="button" class="copy" data-copied=words.copied>{words.copy}</button>
                <pre tabindex="0">{made.value}</pre>
            </div>
            <p>{(texts.carry)(made.credential)}</p>
            {made.previous_counts.then(|| view! { <p>{texts.both_count}</p> })}
            <p><a class="secondary" href="/status">{texts.done}</a></p>
        </section>
    }
    .into_any()
}
