//! The matrix: domains × checks, a cell a state. A thousand rows of it must stay cheap, so a cell is one link.

mod cells;
mod columns;

pub use columns::Columns;

use crate::{
    narrow::{Sight, query_of},
    parts::{moment::Ago, sentence::Sentence},
    reader::words,
};
use leptos::prelude::*;
use model::{
    CheckId, DomainName,
    board::{Board, Filter, Row, Verdict},
};
use std::sync::Arc;

/// Every row is there; those that the filter leaves out are hidden, so that the browser can show them. Of a board
/// with more than [`MOST_ROWS`](model::board::MOST_ROWS) domains only the first that the filter keeps are, and the browser asks again.
#[component]
pub fn Matrix(
    board: Board,
    sight: Sight,
    #[prop(optional_no_strip)] open: Option<(DomainName, CheckId)>,
) -> impl IntoView {
    let words = words();
    let cut = board.is_cut().then(|| query_of(&sight.filter));
    let left_out = board.left_out;
    let columns = Arc::new(Columns::new(board.columns, &sight));
    let headings = columns.headings(&sight);
    let shown = board.rows.iter().any(|row| keeps(&sight.filter, row));
    let class = if sight.unfolded.is_empty() {
        "board"
    } else {
        "board unfolded"
    };
    let unfolded = sight.unfolded.to_string();
    let rows = board.rows.into_iter().map(|row| {
        let hidden = !keeps(&sight.filter, &row);
        let selected = open
            .as_ref()
            .filter(|(domain, _)| *domain == row.domain)
            .map(|(_, check)| check.clone());
        view! { <MatrixRow row columns=columns.clone() sight=sight.clone() hidden selected /> }
    });
    let rows = rows.collect_view();
    view! {
        <table class=class id="board" data-unfolded=unfolded data-cut=cut>
            <thead>
                <tr>
                    <th scope="col" class="name">{words.domain}</th>
                    {headings}
                    <th scope="col" class="since">{words.since}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="more" id="more" hidden=left_out == 0>{(words.left_out)(left_out)}</p>
        <p class="nothing" id="nothing" hidden=shown>{words.nothing_matches}" "<a href="/">{words.show_all}</a></p>
    }
    .into_any()
}

/// One domain. It carries what the live page orders and filters it by.
#[component]
pub fn MatrixRow(
    row: Row,
    columns: Arc<Columns>,
    sight: Sight,
    #[prop(optional)] hidden: bool,
    #[prop(optional_no_strip)] selected: Option<CheckId>,
) -> impl IntoView {
    let words = words();
    let cells = cells::cells(&row, &columns, &kept(&sight), selected.as_ref());
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
                <span class="word">{(words.verdict)(row.verdict)}</span>
                {(!row.fault.is_empty()).then(|| view! { <p class="fault"><Sentence text=row.fault.clone() /></p> })}
            </th>
            {cells}
            <td class="since">{row.since.filter(|_| row.verdict < Verdict::Pending).map(|at| view! { <Ago at /> })}</td>
        </tr>
    }
    .into_any()
}

/// The board's order, broken rows first, as a text that sorts alike.
fn order(row: &Row) -> String {
    format!("{}{}", row.verdict as u8, row.domain)
}

fn keeps(filter: &Filter, row: &Row) -> bool {
    filter.keeps(&row.names(), &row.site, row.verdict)
}

/// What is looked at as the beginning of a query, kept while a panel opens; percent-encoded, so that only its
/// `&` needs an escape.
fn kept(sight: &Sight) -> String {
    let query = sight.query();
    if query.is_empty() {
        query
    } else {
        format!("{}&amp;", query.replace('&', "&amp;"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Reader;
    use model::{
        Group, Language, Priority, State,
        board::{Cell, Column, Figures},
    };

    fn board() -> Board {
        let column = |id, group, priority, label: &str| Column {
            id: CheckId::new(id),
            group,
            priority,
            label: label.to_owned(),
        };
        let cell = |state, announced| Some(Cell { state, announced });
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
        let (ok, off) = (cell(State::Ok, false), cell(State::Skipped, false));
        Board {
            columns: vec![
                column("imap", Group::MailTls, Priority::P1, "IMAP <:993>"),
                column("smtp", Group::MailTls, Priority::P2, "SMTP"),
                column("dns_spf", Group::MailDns, Priority::P2, "SPF"),
                column("dns_dkim", Group::MailDns, Priority::P2, "DKIM"),
            ],
            rows: vec![
                row(
                    "a.example",
                    Verdict::Fail,
                    vec![cell(State::Fail, true), None, ok, cell(State::Fail, false)],
                ),
                row("b.example", Verdict::Ready, vec![ok, off, off, off]),
                row("c.example", Verdict::Pending, vec![None, None, ok, None]),
            ],
            left_out: 0,
            figures: Figures::default(),
            sites: Vec::new(),
            last_event: 7,
        }
    }

    fn html(query: &[(&str, &str)], language: Language) -> String {
        let sight = Sight::read(|key| {
            let found = query.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| (*value).to_owned())
        });
        Owner::new().with(|| {
            provide_context(Reader {
                language,
                ..Reader::default()
            });
            view! { <Matrix board=board() sight /> }.to_html()
        })
    }

    #[test]
    fn a_cell_says_its_check_and_state_in_words_and_leads_to_its_panel() {
        let html = html(&[], Language::Pt);
        assert!(
            html.contains(
                r#"<a class="fail" href="/?open=a.example/imap" aria-label="IMAP &lt;:993&gt;: falha""#
            ),
            "{html}"
        );
        assert!(
            html.contains("SMTP: aguardando") && html.contains("SMTP: não se aplica"),
            "{html}"
        );
    }

    #[test]
    fn a_folded_set_shows_its_worst_check_and_nothing_where_it_is_off() {
        let html = html(&[], Language::Pt);
        assert!(
            html.contains(
                r#"<a class="failing" href="/?open=a.example/dns_dkim" aria-label="DNS do e-mail, DKIM: falhando""#
            ),
            "a first failing run is not an announced fault: {html}"
        );
        assert!(!html.contains("b.example/dns_"), "{html}");
        assert!(
            html.contains("c.example/dns_dkim"),
            "what waits is not yet well: {html}"
        );
        assert_eq!(html.matches("<th scope=\"col\"").count(), 5, "{html}");
    }

    #[test]
    fn an_unfolded_set_has_a_column_a_check_and_every_link_keeps_it_so() {
        let html = html(&[("unfold", "mail_dns")], Language::En);
        assert_eq!(html.matches("<th scope=\"col\"").count(), 6, "{html}");
        assert!(
            html.contains("/?unfold=mail_dns&amp;open=a.example/dns_spf"),
            "{html}"
        );
        assert!(html.contains(r#"aria-expanded="true""#), "{html}");
    }

    #[test]
    fn rows_that_a_filter_leaves_out_are_there_but_hidden_and_links_keep_the_filter() {
        let html = html(&[("state", "fail"), ("q", "\"><script>")], Language::En);
        assert_eq!(html.matches("<tr hidden").count(), 3, "{html}");
        assert!(
            html.contains("/?q=%22%3E%3Cscript%3E&amp;state=fail&amp;open=a.example/imap"),
            "{html}"
        );
    }

    #[test]
    fn a_strangers_text_never_becomes_html_and_nothing_is_styled_inline() {
        let html = html(&[], Language::Pt);
        assert!(!html.contains("<img") && !html.contains("<b>jogos"), "{html}");
        assert!(!html.contains("style=") && !html.contains("onclick"), "{html}");
    }
}
