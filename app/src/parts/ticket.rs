//! What tickets are made of on every page that shows them: urgency, forms, what was seen.

use crate::{
    fault::Fault,
    parts::{evidence::Lifetime, icon::Mark, sentence::Sentence},
    reader::{Reader, ticket_words, words},
    refused::Refused,
};
use leptos::prelude::*;
use model::{
    Error,
    board::Cell,
    message,
    ticket::{Priority, Seen},
};

/// How soon: a bar for each degree, and the word for who does not see it.
#[component]
pub fn Urgency(priority: Priority) -> impl IntoView {
    let name = (ticket_words().urgency)(priority);
    let bars = Priority::ALL
        .iter()
        .map(|degree| view! { <i class:on=*degree <= priority></i> });
    view! {
        <span class=format!("urgency {priority}") role="img" aria-label=name title=name>{bars.collect_view()}</span>
    }
}

/// What is wrong with the form that came back.
#[component]
pub fn Problem() -> impl IntoView {
    let refused: Refused = use_context()?;
    Fault(refused.error.clone()).answer();
    let words = words();
    let text = match refused.error {
        Error::Invalid { field, why } => {
            let name = match field.as_str() {
                "subject" => ticket_words().subject,
                "body" => ticket_words().comment,
                "domain" => ticket_words().domain,
                "assigned_to" => ticket_words().assigned_to,
                other => other,
            };
            format!("{name}: {why}.")
        }
        error => (words.fault)(&error),
    };
    Some(view! { <p class="problem" role="alert">{text}</p> })
}

#[component]
pub fn NewTicketForm() -> impl IntoView {
    let words = ticket_words();
    let written = use_context::<Refused>()
        .map(|refused| refused.written)
        .unwrap_or_default();
    let is_back = !written.subject.is_empty() || !written.body.is_empty();
    let priorities = Priority::ALL.iter().map(|one| {
        view! { <option value=one.as_str() selected=*one == Priority::Normal>{(words.urgency)(*one)}</option> }
    });
    view! {
        <details class="add" id="new" open=is_back>
            <summary>{words.new}</summary>
            <form class="fields" method="post" action="/tickets/new">
                <label for="new-subject">{words.subject}</label>
                <input id="new-subject" name="subject" maxlength="200" required value=written.subject />
                <label for="new-body">{words.body}" "<small>"("{words.optional}")"</small></label>
                <textarea id="new-body" name="body" rows="4" maxlength="20000">{written.body}</textarea>
                <label for="new-domain">{words.domain}" "<small>"("{words.optional}")"</small></label>
                <input id="new-domain" name="domain" autocapitalize="none" spellcheck="false" value=written.domain />
                <label for="new-priority">{words.priority}</label>
                <select id="new-priority" name="priority">{priorities.collect_view()}</select>
                <div class="act"><button class="primary">{words.open_it}</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// What the checks saw, each with its certificate.
#[component]
pub fn SeenList(title: &'static str, seen: Vec<Seen>) -> impl IntoView {
    let language = Reader::here().language;
    let items = seen.into_iter().map(|seen| {
        let cell = Cell {
            state: seen.state,
            announced: true,
        };
        let said = message::say(seen.code, &seen.evidence, language);
        let leaf = seen.evidence.leaf.clone();
        let names = leaf.as_ref().map(|leaf| leaf.sans.join(", "));
        let met = [seen.evidence.endpoint, seen.evidence.tls_version];
        let met = met.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        view! {
            <li>
                <Mark cell=Some(cell) named=true />
                <div>
                    <p><code>{seen.check.to_string()}</code>" "<small>{met}</small></p>
                    <p><Sentence text=said /></p>
                    {names.map(|names| view! { <p class="names"><code>{names}</code></p> })}
                    {leaf.map(|leaf| view! { <Lifetime leaf /> })}
                </div>
            </li>
        }
    });
    view! { <div class="seen-list"><h3>{title}</h3><ul>{items.collect_view()}</ul></div> }.into_any()
}
