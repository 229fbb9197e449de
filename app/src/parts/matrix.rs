//! The matrix: domains × checks, a cell a state. A thousand rows of it must stay cheap, so a cell is one link.

use crate::{
    narrow,
    parts::{icon::class_of, moment::Ago, sentence::Sentence},
    reader::words,
};
use leptos::prelude::*;
use model::{
    CheckId, DomainName, Group, Priority,
    board::{Board, Column, Filter, Row, Verdict},
};
use std::sync::Arc;

/// Every row is there; those that the filter leaves out are hidden, so that the browser can show them.
#[component]
pub fn Matrix(
    board: Board,
    filter: Filter,
    #[prop(optional_no_strip)] open: Option<(DomainName, CheckId)>,
) -> impl IntoView {
    let words = words();
    let columns: Arc<[Column]> = board.columns.into();
    let shown = board.rows.iter().any(|row| keeps(&filter, row));
    let rows = board.rows.into_iter().map(|row| {
        let hidden = !keeps(&filter, &row);
        let selected = open
            .as_ref()
            .filter(|(domain, _)| *domain == row.domain)
            .map(|(_, check)| check.clone());
        view! { <MatrixRow row columns=columns.clone() filter=filter.clone() hidden selected /> }
    });
    let rows = rows.collect_view();
    view! {
        <table class=format!("board {}", width_class(columns.len())) id="board" data-latest=board.last_event.to_string()>
            <thead>
                <tr>
                    <th scope="col" class="name">{words.domain}</th>
                    <th scope="col" class="word"><span class="unseen">{words.readiness}</span></th>
                    {columns.iter().enumerate().map(|(index, column)| heading(column, starts_group(&columns, index))).collect_view()}
                    <th scope="col" class="since">{words.since}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="nothing" id="nothing" hidden=shown>{words.nothing_matches}" "<a href="/">{words.show_all}</a></p>
    }
    .into_any()
}

/// One domain. It carries what the live page orders and filters it by.
#[component]
pub fn MatrixRow(
    row: Row,
    columns: Arc<[Column]>,
    #[prop(optional)] filter: Filter,
    #[prop(optional)] hidden: bool,
    #[prop(optional_no_strip)] selected: Option<CheckId>,
) -> impl IntoView {
    let words = words();
    let prefix = kept(&filter);
    let cells = row
        .cells
        .iter()
        .zip(columns.iter())
        .enumerate()
        .map(|(index, (cell, column))| {
            let state = cell.map(|cell| cell.state);
            let first = starts_group(&columns, index).then_some("first");
            let current = (selected.as_ref() == Some(&column.id)).then_some("true");
            view! {
                <td class=first>
                    <a
                        class=class_of(state)
                        href=format!("/?{prefix}open={}/{}", row.domain, column.id)
                        aria-label=format!("{}: {}", column.label, (words.state)(state))
                        aria-current=current
                    ></a>
                </td>
            }
        });
    let cells = cells.collect_view();
    view! {
        <tr
            class=row.verdict.as_str()
            hidden=hidden
            data-domain=row.domain.to_string()
            data-order=order(&row)
            data-site=row.site.clone()
            data-names=row.names()
        >
            <th scope="row">
                <a class="name" href=format!("/domains/{}", row.domain)>{row.domain.to_string()}</a>
                {(!row.fault.is_empty()).then(|| view! { <p class="fault"><Sentence text=row.fault.clone() /></p> })}
            </th>
            <td class="word">{(words.verdict)(row.verdict)}</td>
            {cells}
            <td class="since">{row.since.filter(|_| row.verdict < Verdict::Pending).map(|at| view! { <Ago at /> })}</td>
        </tr>
    }
    .into_any()
}

fn heading(column: &Column, first: bool) -> impl IntoView + use<> {
    let class = match (column.priority, first) {
        (Priority::P1, false) => "",
        (Priority::P1, true) => "first",
        (Priority::P2, false) => "p2",
        (Priority::P2, true) => "first p2",
    };
    let group = first.then(|| view! { <span class="group">{group_name(column.group)}</span>" " });
    view! { <th scope="col" class=class title=column.id.to_string()>{group}<span class="label">{column.label.clone()}</span></th> }
}

fn group_name(group: Group) -> &'static str {
    (words().group)(group)
}

fn starts_group(columns: &[Column], index: usize) -> bool {
    index
        .checked_sub(1)
        .is_none_or(|before| columns[before].group != columns[index].group)
}

/// The board's order, broken rows first, as a text that sorts alike.
fn order(row: &Row) -> String {
    format!("{}{}", row.verdict as u8, row.domain)
}

fn keeps(filter: &Filter, row: &Row) -> bool {
    filter.keeps(&row.names(), &row.site, row.verdict)
}

/// The filter as the beginning of a query, kept while a panel opens.
fn kept(filter: &Filter) -> String {
    let query = narrow::query(filter);
    if query.is_empty() {
        query
    } else {
        format!("{query}&")
    }
}

/// A few columns have room for their labels; many stand them upright.
fn width_class(columns: usize) -> &'static str {
    if columns <= FEW { "few" } else { "many" }
}

const FEW: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Reader;
    use model::{
        Language, State,
        board::{Cell, Figures},
    };

    fn board() -> Board {
        let column = |id, priority| Column {
            id: CheckId::new(id),
            group: Group::MailTls,
            priority,
            label: id.to_uppercase(),
        };
        let cell = |state| {
            Some(Cell {
                state,
                announced: false,
            })
        };
        let row = |name: &str, verdict, cells| Row {
            domain: DomainName::parse(name).unwrap(),
            mail_host: DomainName::parse(name).unwrap().mail_host(),
            site: "vm112".into(),
            tenant: Some("<b>Jogos & Cia</b>".into()),
            verdict,
            fault: "Wrong Site — SAN não inclui <img src=x>".into(),
            fault_check: None,
            cells,
            since: None,
            checked_at: None,
            expires_at: None,
        };
        Board {
            columns: vec![column("imap", Priority::P1), column("smtp", Priority::P2)],
            rows: vec![
                row("a.example", Verdict::Fail, vec![cell(State::Fail), None]),
                row(
                    "b.example",
                    Verdict::Ready,
                    vec![cell(State::Ok), cell(State::Skipped)],
                ),
            ],
            figures: Figures::default(),
            sites: Vec::new(),
            last_event: 7,
        }
    }

    fn html(filter: Filter, language: Language) -> String {
        Owner::new().with(|| {
            provide_context(Reader {
                language,
                ..Reader::default()
            });
            view! { <Matrix board=board() filter /> }.to_html()
        })
    }

    #[test]
    fn a_cell_says_its_check_and_state_in_words_and_leads_to_its_panel() {
        let html = html(Filter::default(), Language::Pt);
        assert!(
            html.contains(r#"href="/?open=a.example/imap" aria-label="IMAP: falha""#),
            "{html}"
        );
        assert!(
            html.contains("SMTP: aguardando") && html.contains("SMTP: não se aplica"),
            "{html}"
        );
    }

    #[test]
    fn rows_that_a_filter_leaves_out_are_there_but_hidden_and_links_keep_the_filter() {
        let filter = Filter {
            state: Some(Verdict::Fail),
            ..Filter::default()
        };
        let html = html(filter, Language::En);
        assert_eq!(html.matches("<tr hidden").count(), 1, "{html}");
        assert!(html.contains("/?state=fail&amp;open=a.example/imap"), "{html}");
    }

    #[test]
    fn a_strangers_text_never_becomes_html_and_nothing_is_styled_inline() {
        let html = html(Filter::default(), Language::Pt);
        assert!(!html.contains("<img") && !html.contains("<b>jogos"), "{html}");
        assert!(!html.contains("style=") && !html.contains("onclick"), "{html}");
    }
}
