//! The islands: the page's one live connection, which says honestly whether it stands, and the theme's switch.

use crate::words::Words;
use leptos::prelude::*;
use model::Language;

/// Keeps the page true. `latest` is the newest event that the page already shows.
#[island]
pub fn Live(language: Language, latest: i64) -> impl IntoView {
    let words = Words::of(language);
    let link = RwSignal::new(Link::Connecting);
    #[cfg(feature = "hydrate")]
    crate::browser::start(words, latest, link);
    #[cfg(not(feature = "hydrate"))]
    let _ = latest;
    let said = move || match link.get() {
        Link::Connecting => words.connecting,
        Link::Live => words.live,
        Link::Offline => words.offline,
    };
    view! { <p class="live" role="status" data-link=move || link.get().as_str()>{said}</p> }
}

/// Whether the page hears of changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    Connecting,
    Live,
    Offline,
}

impl Link {
    fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Offline => "offline",
        }
    }
}

/// Puts the times of a page that is not live into the reader's zone.
#[island]
pub fn Clock(language: Language) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    crate::browser::tell_time(Words::of(language));
    #[cfg(not(feature = "hydrate"))]
    let _ = language;
}

/// Opens the command palette by `Ctrl K` or `⌘ K`, and by its link.
#[island]
pub fn PaletteKeys() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    crate::browser::palette::start();
}

/// Light, dark, light…; shown once scripts run, because without them it could do nothing.
#[island]
pub fn ThemeSwitch(language: Language) -> impl IntoView {
    let name = Words::of(language).theme;
    let works = RwSignal::new(false);
    Effect::new(move || works.set(true));
    let turn = move |_| {
        #[cfg(feature = "hydrate")]
        crate::browser::theme::turn();
    };
    view! {
        <button type="button" class="theme" aria-label=name title=name hidden=move || !works.get() on:click=turn>
            <span class="icon contrast" aria-hidden="true"></span>
        </button>
    }
}
