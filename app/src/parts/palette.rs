//! The command palette: every page, domain and open ticket by a few letters. Without scripts it is the page `/find`.

use crate::{
    door::Door,
    fault::Fault,
    parts::{
        frame::pages,
        icon::{Icon, Mark},
        ticket::Urgency,
    },
    reader::words,
};
use desk::tickets::Wanted;
use leptos::prelude::*;
use model::{
    State,
    board::{Cell, Filter, Row, Verdict},
    ticket::{Status, Ticket},
};

/// What some letters find; without any, what is broken and open.
#[derive(Clone, Debug)]
pub struct Found {
    domains: Vec<Row>,
    tickets: Vec<Ticket>,
    pages: Vec<(&'static str, &'static str, &'static str)>,
    /// Somebody who begins a page's name means the page; without letters, what is broken comes first.
    pages_first: bool,
}

impl Found {
    pub async fn load(door: Door, text: &str) -> Result<Self, Fault> {
        let text: String = text.trim().chars().take(LONGEST).collect();
        let reader = door.reader();
        let Door {
            desk, who, language, ..
        } = door;
        let filter = Filter {
            state: text.is_empty().then_some(Verdict::Fail),
            q: text.clone(),
            site: None,
        };
        let mut domains = desk
            .listed(&who, &filter, None, CONSIDERED, language)?
            .into_inner()
            .0;
        domains.sort_by_key(|row| !row.domain.as_str().starts_with(&text.to_lowercase()));
        domains.truncate(SHOWN);
        let live = Status::ALL.iter().copied().filter(|status| status.is_live());
        let wanted = Wanted {
            status: live.collect(),
            limit: u32::try_from(SHOWN).unwrap_or(u32::MAX),
            words: Some(text.clone()),
            ..Wanted::default()
        };
        let pages = pages(&reader).into_iter();
        Ok(Self {
            domains,
            tickets: desk.tickets(&who, &wanted).await?.into_inner().items,
            pages: pages.filter(|(_, _, name)| has_word(name, &text)).collect(),
            pages_first: !text.is_empty(),
        })
    }

    fn is_empty(&self) -> bool {
        self.domains.is_empty() && self.tickets.is_empty() && self.pages.is_empty()
    }
}

/// Whether a word of a name begins so, whatever its case.
fn has_word(name: &str, text: &str) -> bool {
    let (name, text) = (name.to_lowercase(), text.to_lowercase());
    name.starts_with(&text) || name.split(' ').any(|word| word.starts_with(&text))
}

/// Waits on every page until the keys open it.
#[component]
pub fn Palette() -> impl IntoView {
    let words = words();
    view! {
        <dialog id="palette" aria-label=words.find>
            <form action="/find" method="get" role="search">
                <Icon name="search" />
                <input
                    type="text" name="q" placeholder=words.find_hint aria-label=words.find_hint autocomplete="off" spellcheck="false"
                    role="combobox" aria-autocomplete="list" aria-expanded="true" aria-controls="palette-found"
                />
            </form>
            <div id="palette-found" class="found"></div>
        </dialog>
    }
}

/// As options of the palette's box, or as the links of a page.
#[component]
pub fn FoundList(found: Found, #[prop(optional)] as_options: bool) -> impl IntoView {
    let words = words();
    let state = if found.is_empty() { "empty" } else { "some" };
    let Found {
        domains,
        tickets,
        pages,
        pages_first,
    } = found;
    let nothing = (state == "empty").then(|| view! { <p class="quiet">{words.found_nothing}</p> });
    let pages = pages.into_iter().map(|(path, icon, name)| Line {
        path: path.to_owned(),
        mark: view! { <Icon name=icon /> }.into_any(),
        name: name.to_owned(),
        beside: String::new(),
    });
    let domains = domains.into_iter().map(|row| Line {
        path: format!("/domains/{}", row.domain),
        mark: view! { <Mark cell=cell_of(row.verdict) named=true /> }.into_any(),
        name: row.domain.to_string(),
        beside: row.fault,
    });
    let tickets = tickets.into_iter().map(|ticket| Line {
        path: format!("/tickets/{}", ticket.number),
        mark: view! { <Urgency priority=ticket.priority /> }.into_any(),
        name: format!("#{}", ticket.number),
        beside: ticket.subject,
    });
    let (domains, tickets) = (domains.collect(), tickets.collect());
    let pages = view! { <Lines title=words.found_pages lines=pages.collect() as_options /> }.into_any();
    let (before, after) = if pages_first {
        (Some(pages), None)
    } else {
        (None, Some(pages))
    };
    view! {
        <div id=as_options.then_some("palette-found") class="found" role=as_options.then_some("listbox") aria-label=as_options.then_some(words.find) data-found=state>
            {before}
            <Lines title=words.found_domains lines=domains as_options />
            <Lines title=words.found_tickets lines=tickets as_options />
            {after}
            {nothing}
        </div>
    }
}

struct Line {
    path: String,
    mark: AnyView,
    name: String,
    beside: String,
}

#[component]
fn Lines(title: &'static str, lines: Vec<Line>, as_options: bool) -> impl IntoView {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let beside = (!line.beside.is_empty()).then(|| view! { " "<small>{line.beside}</small> });
            view! {
                <a
                    href=line.path role=as_options.then_some("option") aria-selected=as_options.then_some("false")
                    tabindex=as_options.then_some("-1")
                >{line.mark}<span><b>{line.name}</b>{beside}</span></a>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section role=as_options.then_some("group") aria-label=title>
                <h2 aria-hidden=as_options.then_some("true")>{title}</h2>{rows}
            </section>
        }
    })
}

/// The mark that says a row's verdict.
fn cell_of(verdict: Verdict) -> Option<Cell> {
    let state = match verdict {
        Verdict::Pending => return None,
        Verdict::Fail => State::Fail,
        Verdict::Unknown => State::Unknown,
        Verdict::Warn => State::Warn,
        Verdict::Ready => State::Ok,
    };
    Some(Cell {
        state,
        announced: true,
    })
}

const SHOWN: usize = 8;
/// Domains that contain the letters, of which those that begin with them come first.
const CONSIDERED: usize = 200;
const LONGEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_the_beginning_of_any_of_its_words() {
        assert!(has_word("Certificados", "cert"));
        assert!(has_word("O próprio Desk", "des"));
        assert!(has_word("Tickets", ""));
        assert!(!has_word("Tickets", "icket"));
    }
}
