//! The frame around every page of somebody who is logged in: navigation, language, theme, *Sair*.

use crate::{
    fault::Fault,
    live::{PaletteKeys, ThemeSwitch},
    parts::{icon::Icon, palette::Palette},
    reader::{Reader, words},
    words::{AuditWords, OnboardingWords, TicketWords},
};
use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use leptos_meta::Title;
use leptos_router::hooks::{use_query_map, use_url};
use model::{Error, Language, Permission};

#[component]
pub fn Frame(title: String, children: Children) -> impl IntoView {
    let words = words();
    view! {
        <Title text=format!("{title} · Ligbox Desk") />
        <a class="skip" href="#main">{words.skip}</a>
        <Side />
        <main id="main" tabindex="-1">
            <Refusal />
            {children()}
        </main>
        <Palette />
        <PaletteKeys />
    }
}

/// What a form that was sent without scripts came back with. The address is anybody's to write, so only
/// our own sentences are shown, never its text.
#[component]
fn Refusal() -> impl IntoView {
    let words = words();
    let error = use_query_map().get_untracked().get("__err")?;
    let said = match ServerFnUrlError::<Fault>::decode_err(&error).0 {
        denied @ Error::Denied => (words.fault)(&denied),
        _ => words.not_run.to_owned(),
    };
    Some(view! { <p class="problem" role="alert">{said}</p> })
}

/// The pages that a reader may see: their paths, icons and names.
pub fn pages(reader: &Reader) -> Vec<(&'static str, &'static str, &'static str)> {
    let (words, texts) = (reader.words(), TicketWords::of(reader.language));
    let sees_events = reader.may(Permission::SeeEvents);
    let sees_onboarding = reader.may(Permission::SeeOnboarding);
    let manages = reader.may(Permission::ManagePeople);
    let audits = reader.may(Permission::ReadAudit);
    let pages = [
        Some(("/", "grid", words.board)),
        Some(("/tickets", "ticket", texts.tickets)),
        sees_events.then_some(("/events", "inbox", texts.events)),
        sees_onboarding.then_some((
            "/onboarding",
            "funnel",
            OnboardingWords::of(reader.language).title,
        )),
        Some(("/certificates", "seal", words.certificates)),
        audits.then_some(("/audit", "bars", AuditWords::of(reader.language).audit)),
        manages.then_some(("/people", "person", words.people)),
        Some(("/status", "pulse", words.status)),
    ];
    pages.into_iter().flatten().collect()
}

#[component]
fn Side() -> impl IntoView {
    let words = words();
    let here = use_url().get_untracked().path().to_owned();
    let current = |path: &str| (here == path).then_some("page");
    let pages = pages(&Reader::here()).into_iter().map(|(path, icon, name)| {
        view! { <a class="page" href=path aria-current=current(path)><Icon name=icon />{name}</a> }
    });
    view! {
        <nav class="side" aria-label=words.navigation>
            <p class="brand"><span class="logo" aria-hidden="true"></span>"Ligbox "<b>"Desk"</b></p>
            <a class="page find" href="/find" aria-current=current("/find") aria-keyshortcuts="Control+K Meta+K">
                <Icon name="search" />{words.find}<kbd hidden>"Ctrl K"</kbd>
            </a>
            {pages.collect_view()}
            <Choices />
            <SignOut />
        </nav>
    }
}

/// On every page while nobody has to log in.
#[component]
pub fn Emergency() -> impl IntoView {
    let reader = Reader::here();
    let said = reader.words().no_login;
    reader
        .is_open
        .then(|| view! { <p class="emergency" role="alert">{said}</p> })
}

/// Language and theme; the login has them too.
#[component]
pub fn Choices() -> impl IntoView {
    let reader = Reader::here();
    let words = reader.words();
    let here = use_url().with_untracked(|url| {
        let query = url.search();
        if query.is_empty() {
            url.path().to_owned()
        } else {
            format!("{}?{query}", url.path())
        }
    });
    let next = leptos_router::location::Url::escape(&here);
    let languages = [Language::Pt, Language::En].map(|language| {
        let (tag, current) = (language.tag(), (language == reader.language).then_some("true"));
        view! { <a href=format!("/language/{tag}?next={next}") lang=tag hreflang=tag aria-current=current>{short(language)}</a> }
    });
    view! {
        <div class="choices">
            <div class="languages" role="group" aria-label=words.language>{languages.collect_view()}</div>
            <ThemeSwitch language=reader.language />
        </div>
    }
}

/// Who is signed in, and the way out.
#[component]
pub fn SignOut() -> impl IntoView {
    let reader = Reader::here();
    let words = reader.words();
    let role = reader.role.filter(|_| !reader.is_open);
    role.map(|role| {
        view! {
            <form class="me" method="post" action="/logout">
                <a class="who" href="/password" title=words.change_password>{reader.username}" "<em>"("{role.as_str()}")"</em></a>
                <button><Icon name="out" />{words.sign_out}</button>
            </form>
        }
    })
}

fn short(language: Language) -> &'static str {
    match language {
        Language::Pt => "pt-BR",
        Language::En => "en",
    }
}
