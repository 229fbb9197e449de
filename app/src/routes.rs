//! The shell around every page and the table of their addresses.

use crate::{
    asset::asset,
    door::Door,
    pages::{
        audit::AuditPage,
        board::BoardPage,
        certificates::CertificatesPage,
        domain::DomainPage,
        edit::{AddPage, EditPage},
        events::EventsPage,
        find::FindPage,
        login::LoginPage,
        onboarding::OnboardingPage,
        password::PasswordPage,
        people::PeoplePage,
        status::StatusPage,
        ticket::TicketPage,
        tickets::TicketsPage,
        trouble::NotFound,
    },
    parts::frame::Emergency,
    theme::Theme,
};
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// The whole document. Language and theme come from the request, so nothing flashes.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let door = use_context::<Door>();
    let language = door.as_ref().map_or_else(Default::default, |door| door.language);
    let theme = door.as_ref().and_then(|door| door.theme);
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() data-theme=theme.map(Theme::as_str)>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="preload" href=asset("/static/fonts/inter.woff2") r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href=asset("/static/main.css") />
                <link rel="icon" href=asset("/static/favicon.svg") r#type="image/svg+xml" />
                <HydrationScripts options islands=true root=asset("") />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Every page is whole when it is sent: nothing streams in behind it.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(door) = use_context::<Door>() {
        provide_context(door.reader());
    }
    view! {
        <Emergency />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async />
                <Route path=path!("/") view=BoardPage ssr=SsrMode::Async />
                <Route path=path!("/certificates") view=CertificatesPage ssr=SsrMode::Async />
                <Route path=path!("/tickets") view=TicketsPage ssr=SsrMode::Async />
                <Route path=path!("/tickets/:number") view=TicketPage ssr=SsrMode::Async />
                <Route path=path!("/events") view=EventsPage ssr=SsrMode::Async />
                <Route path=path!("/audit") view=AuditPage ssr=SsrMode::Async />
                <Route path=path!("/find") view=FindPage ssr=SsrMode::Async />
                <Route path=path!("/onboarding") view=OnboardingPage ssr=SsrMode::Async />
                <Route path=path!("/password") view=PasswordPage ssr=SsrMode::Async />
                <Route path=path!("/people") view=PeoplePage ssr=SsrMode::Async />
                <Route path=path!("/status") view=StatusPage ssr=SsrMode::Async />
                <Route path=path!("/domains/new") view=AddPage ssr=SsrMode::Async />
                <Route path=path!("/domains/:domain/edit") view=EditPage ssr=SsrMode::Async />
                <Route path=path!("/domains/:domain") view=DomainPage ssr=SsrMode::Async />
            </Routes>
        </Router>
        <p id="said" class="unseen" role="status"></p>
        <p id="toast" role="alert" hidden></p>
    }
}
