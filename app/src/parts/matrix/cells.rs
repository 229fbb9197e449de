//! A row's cells as one string: a thousand rows have twenty thousand of them, and a view each would cost more
//! than all the rest of the page.

use super::columns::Columns;
use crate::parts::icon::{class_of, name_of};
use leptos::tachys::html::InertElement;
use model::{CheckId, board::Row};
use std::fmt::Write as _;

/// `before` is what each link's query begins with, fit for an attribute.
pub(super) fn cells(row: &Row, columns: &Columns, before: &str, selected: Option<&CheckId>) -> InertElement {
    let mut html = String::with_capacity(columns.shown.len() * ONE);
    for column in &columns.shown {
        let class = column.class();
        let Some(seen) = columns.seen(column, row) else {
            let _ = write!(html, "<td class=\"{class}\"></td>");
            continue;
        };
        let current = if selected == Some(&seen.check.id) {
            " aria-current=\"true\""
        } else {
            ""
        };
        let set = columns.set_name(column);
        let set = set
            .map(|name| format!(" data-set=\"{name}\""))
            .unwrap_or_default();
        let _ = write!(
            html,
            "<td class=\"{class}\"><a class=\"{}\" href=\"/?{before}open={}/{}\" aria-label=\"{}: {}\"{current}{set}></a></td>",
            class_of(seen.cell),
            row.domain,
            seen.check.id,
            seen.name,
            name_of(seen.cell, columns.words),
        );
    }
    InertElement::new(html)
}

/// Bytes that a cell takes, about.
const ONE: usize = 128;
