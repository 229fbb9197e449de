//! The form of a domain: plain, so that it works before and without scripts, with each fault beside its field.

use crate::reader::words;
use leptos::prelude::*;
use model::{Error, draft::Draft};

/// `is_new`: the name is asked for too. An edit keeps it.
#[component]
pub fn DomainForm(
    draft: Draft,
    is_new: bool,
    sites: Vec<String>,
    action: String,
    #[prop(optional_no_strip)] refused: Option<Error>,
) -> impl IntoView {
    let words = words();
    let wrong = |field| refused.as_ref().and_then(|error| wrong(error, field));
    let elsewhere = refused
        .as_ref()
        .filter(|error| !is_beside_a_field(error))
        .map(words.fault);
    let aliases = draft.aliases.join("\n");
    let button = if is_new { words.add_domain } else { words.save };
    view! {
        <form class="fields" method="post" action=action>
            {elsewhere.map(|text| view! { <p class="problem" role="alert">{text}</p> })}
            {is_new.then(|| view! {
                <Field name="domain" label=words.domain hint=words.domain_hint value=draft.domain.clone() wrong=wrong("domain") required=true />
            })}
            <Field name="mail_host" label=words.mail_host hint=words.mail_host_hint value=draft.mail_host.clone().unwrap_or_default() wrong=wrong("mail_host") />
            <Aliases value=aliases wrong=wrong("aliases") />
            {(sites.len() > 1).then(|| view! { <SiteField sites chosen=draft.site.clone() wrong=wrong("site") /> })}
            <Field name="tenant" label=words.tenant hint=words.tenant_hint value=draft.tenant.clone().unwrap_or_default() wrong=wrong("tenant") />
            <div class="act"><button class="primary">{button}</button></div>
        </form>
    }
    .into_any()
}

/// What is wrong with this field. A domain that is there already is a fault of its name.
fn wrong(error: &Error, field: &str) -> Option<String> {
    match error {
        Error::Invalid { field: wrong, why } if wrong == field => Some(why.clone()),
        Error::Conflict { why } if field == "domain" => Some(why.clone()),
        _ => None,
    }
}

fn is_beside_a_field(error: &Error) -> bool {
    FIELDS.iter().any(|field| wrong(error, field).is_some())
}

#[component]
fn Field(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    #[prop(optional_no_strip)] wrong: Option<String>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let (described, invalid) = (
        described(name, wrong.is_some()),
        wrong.is_some().then_some("true"),
    );
    view! {
        <label for=name>{label}</label>
        <input id=name name=name value=value required=required autofocus=invalid.is_some() || required autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby=described aria-invalid=invalid />
        <Help name hint wrong />
    }
    .into_any()
}

#[component]
fn Aliases(value: String, #[prop(optional_no_strip)] wrong: Option<String>) -> impl IntoView {
    let words = words();
    let (described, invalid) = (
        described("aliases", wrong.is_some()),
        wrong.is_some().then_some("true"),
    );
    view! {
        <label for="aliases">{words.aliases}</label>
        <textarea id="aliases" name="aliases" rows="3" autocapitalize="none" spellcheck="false" aria-describedby=described aria-invalid=invalid>{value}</textarea>
        <Help name="aliases" hint=words.aliases_hint wrong />
    }
    .into_any()
}

#[component]
fn SiteField(
    sites: Vec<String>,
    #[prop(optional_no_strip)] chosen: Option<String>,
    #[prop(optional_no_strip)] wrong: Option<String>,
) -> impl IntoView {
    let words = words();
    let chosen = chosen.unwrap_or_default();
    let (described, invalid) = (
        described("site", wrong.is_some()),
        wrong.is_some().then_some("true"),
    );
    // A site that left the configuration is still this domain's.
    let gone = (!chosen.is_empty() && !sites.contains(&chosen)).then(|| chosen.clone());
    let options = sites.into_iter().chain(gone).map(|site| {
        let selected = site == chosen;
        view! { <option value=site.clone() selected=selected>{site.clone()}</option> }
    });
    view! {
        <label for="site">{words.site}</label>
        <select id="site" name="site" required aria-describedby=described aria-invalid=invalid>
            <option value="" selected=chosen.is_empty()>{words.choose}</option>
            {options.collect_view()}
        </select>
        <Help name="site" hint=words.site_hint wrong />
    }
    .into_any()
}

/// What belongs into a field, and what is wrong with what is there.
#[component]
fn Help(
    name: &'static str,
    hint: &'static str,
    #[prop(optional_no_strip)] wrong: Option<String>,
) -> impl IntoView {
    view! {
        <p class="help">
            {wrong.map(|why| view! { <strong id=format!("{name}-wrong")>{why}</strong> })}
            <span id=format!("{name}-hint")>{hint}</span>
        </p>
    }
}

fn described(name: &str, is_wrong: bool) -> String {
    if is_wrong {
        format!("{name}-wrong {name}-hint")
    } else {
        format!("{name}-hint")
    }
}

const FIELDS: [&str; 5] = ["domain", "mail_host", "aliases", "site", "tenant"];

#[cfg(test)]
mod tests {
    use super::*;

    fn html(error: Error) -> String {
        let draft = Draft {
            domain: "a b.example\"><script>".into(),
            ..Draft::default()
        };
        Owner::new().with(|| {
            let sites = vec!["vm112".to_owned(), "vm114".to_owned()];
            view! { <DomainForm draft is_new=true sites action="/domains/new".to_owned() refused=Some(error) /> }.to_html()
        })
    }

    #[test]
    fn a_fault_stands_beside_its_field_and_what_was_typed_is_kept() {
        let html = html(Error::invalid("domain", "está errado"));
        assert!(
            html.contains(r#"<strong id="domain-wrong">está errado</strong>"#),
            "{html}"
        );
        assert!(
            html.contains(r#"aria-describedby="domain-wrong domain-hint""#),
            "{html}"
        );
        assert!(
            html.contains("a b.example") && !html.contains("<script>"),
            "{html}"
        );
        assert!(!html.contains("role=\"alert\""), "{html}");
    }

    #[test]
    fn a_fault_of_no_field_stands_above_the_form() {
        let html = html(Error::Denied);
        assert!(
            html.contains(r#"role="alert""#) && !html.contains("-wrong"),
            "{html}"
        );
    }
}
