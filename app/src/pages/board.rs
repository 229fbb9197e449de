//! `/`: which customer's mail is broken, why, and what to press.

use crate::{
    door::Door,
    fault::Fault,
    gate::Can,
    live::Live,
    narrow::Sight,
    pages::trouble::Trouble,
    parts::{
        detail::DetailPanel,
        figures::FiguresLine,
        frame::Frame,
        icon::Icon,
        matrix::Matrix,
        narrowing::{Legend, Narrowing},
        run_now::RunAllNow,
    },
    reader::{Reader, words},
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    CheckId, DomainName, Permission,
    board::{Board, Detail, Verdict},
    shown::Shown,
};

#[component]
pub fn BoardPage() -> impl IntoView {
    let asked = Asked::read(&use_query_map().get_untracked());
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(&asked).await {
                    Ok((board, detail, tickets)) => view! { <BoardMain board detail asked tickets /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What the address asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    pub sight: Sight,
    /// The cell whose panel is wanted.
    pub open: Option<(DomainName, CheckId)>,
    /// `open=none`: the panel was closed.
    pub closed: bool,
}

impl Asked {
    /// What does not parse is not asked for.
    pub fn read(query: &ParamsMap) -> Self {
        let open = query.get("open").filter(|open| !open.is_empty());
        Self {
            sight: Sight::read(|key| query.get(key)),
            closed: open.is_some(),
            open: open.and_then(|open| {
                let (domain, check) = open.split_once('/')?;
                Some((DomainName::parse(domain).ok()?, CheckId::from_text(check)))
            }),
        }
    }
}

async fn load(asked: &Asked) -> Result<(Board, Option<Detail>, i64), Fault> {
    let Door {
        desk, who, language, ..
    } = Door::open()?;
    // Rows that the filter leaves out are sent hidden, so that the browser shows them without asking again.
    let board = desk.board(&who, &asked.sight.filter, language)?.into_inner();
    let detail = match asked
        .open
        .clone()
        .or_else(|| worst(&board).filter(|_| !asked.closed))
    {
        // A panel that is gone is no reason to withhold the board.
        Some((domain, check)) => {
            let detail = desk.detail(&who, &domain, &check, language).await.ok();
            detail.map(Shown::into_inner)
        }
        None => None,
    };
    Ok((board, detail, desk.live_tickets(&who).await?))
}

/// The cell to show when none is asked for: the first row's fault.
fn worst(board: &Board) -> Option<(DomainName, CheckId)> {
    let row = board.rows.first().filter(|row| row.verdict < Verdict::Pending)?;
    Some((row.domain.clone(), row.fault_check.clone()?))
}

#[component]
pub fn BoardMain(
    board: Board,
    #[prop(optional_no_strip)] detail: Option<Detail>,
    asked: Asked,
    tickets: i64,
) -> impl IntoView {
    let words = words();
    let language = Reader::here().language;
    let latest = board.last_event;
    let is_empty = board.figures.domains == 0;
    let sweeping = !is_empty && board.figures.pending == board.figures.domains;
    let figures = board.figures.clone();
    let (tabs, sites, sight) = (board.figures.clone(), board.sites.clone(), asked.sight.clone());
    let panel_asked = asked.open.is_some();
    let open = detail
        .as_ref()
        .map(|detail| (detail.domain.clone(), detail.step.id.clone()));
    view! {
        <Frame title=words.board.to_owned()>
            <header class="title">
                <h1>{words.board}</h1>
                <Live language latest />
                {(!is_empty).then(|| view! {
                    <div class="acts">
                        <Can permission=Permission::EditDomains><a class="secondary" href="/domains/new"><Icon name="plus" />{words.add_domain}</a></Can>
                        <RunAllNow />
                    </div>
                })}
            </header>
            {if is_empty {
                view! { <NoDomains /> }.into_any()
            } else {
                view! {
                    <FiguresLine figures tickets />
                    {sweeping.then(|| view! { <p class="sweeping">{words.first_sweep}</p> })}
                    <Narrowing sight=sight.clone() figures=tabs sites />
                    <div class="body" id="body">
                        <div class="rows"><Matrix board sight open /><Legend /></div>
                        {detail.map(|detail| view! { <DetailPanel detail asked=panel_asked /> })}
                    </div>
                }.into_any()
            }}
        </Frame>
    }
    .into_any()
}

/// What will appear here, and how to make it appear.
#[component]
fn NoDomains() -> impl IntoView {
    let words = words();
    view! {
        <div class="empty">
            <p>{words.no_domains}</p>
            {if Reader::here().may(Permission::EditDomains) {
                view! { <p><a class="primary" href="/domains/new">{words.add_domain}</a></p> }.into_any()
            } else {
                view! { <p>{words.ask_to_add}</p> }.into_any()
            }}
            <p>{words.add_a_domain}</p>
            <pre tabindex="0"><code>{EXAMPLE}</code></pre>
            <p>{words.or_try_the_demo}</p>
            <pre tabindex="0"><code>"desk demo"</code></pre>
        </div>
    }
}

const EXAMPLE: &str = "[[domains]]\nname = \"example.com\"\nmail_host = \"mail.example.com\"";

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &[(&'static str, &str)]) -> Asked {
        Asked::read(
            &query
                .iter()
                .map(|&(key, value)| (key, value.to_owned()))
                .collect(),
        )
    }

    #[test]
    fn the_address_says_which_rows_and_which_panel() {
        let asked = asked(&[
            ("q", "bet"),
            ("state", "fail"),
            ("site", ""),
            ("open", "a.example/imap_cert_san_993"),
        ]);
        assert_eq!(asked.sight.address(None), "/?q=bet&state=fail");
        assert_eq!(
            asked.open,
            Some((
                DomainName::parse("a.example").unwrap(),
                CheckId::new("imap_cert_san_993")
            ))
        );
    }

    #[test]
    fn an_address_that_makes_no_sense_shows_the_whole_board() {
        assert_eq!(asked(&[("state", "purple")]), Asked::default());
        for open in ["none", "../../etc", "a.example", "/x"] {
            let asked = asked(&[("open", open)]);
            assert!(asked.open.is_none() && asked.closed, "{open}");
        }
    }
}
