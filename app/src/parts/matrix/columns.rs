//! What stands side by side on the board: the fourteen checks, and each set as one column until it is unfolded.

use crate::{narrow::Sight, parts::icon::Icon, reader::words, words::Words};
use leptos::prelude::*;
use model::{
    Group, Priority, State,
    board::{self, Cell, Row},
};
use std::ops::Range;

/// The columns that are shown, in the registry's order.
#[derive(Clone, Debug)]
pub struct Columns {
    pub(super) shown: Vec<Column>,
    pub(super) words: &'static Words,
    checks: Vec<board::Column>,
    /// What each check's cell calls itself, escaped for an attribute; in a folded set with the set's name.
    names: Vec<String>,
    /// The checks of each set, which stand side by side.
    sets: Vec<(Group, Range<usize>)>,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    what: What,
    group: Group,
    /// A hairline stands before it: another group begins.
    first: bool,
    priority: Priority,
}

/// What a cell shows.
pub(super) struct Seen<'a> {
    pub(super) check: &'a board::Column,
    pub(super) name: &'a str,
    pub(super) cell: Option<Cell>,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// One check, by its number in a row's cells.
    Check(usize),
    /// A folded set, by its number.
    Set(usize),
}

impl Columns {
    pub fn new(checks: Vec<board::Column>, sight: &Sight) -> Self {
        let words = words();
        let mut shown: Vec<Column> = Vec::new();
        let mut names = Vec::with_capacity(checks.len());
        let mut sets: Vec<(Group, Range<usize>)> = Vec::new();
        for (index, check) in checks.iter().enumerate() {
            let group = check.group;
            let first = shown.last().is_none_or(|last| last.group != group);
            match sets.last_mut().filter(|(set, _)| *set == group) {
                Some((_, checks)) => checks.end = index + 1,
                None if group.is_set() => sets.push((group, index..index + 1)),
                None => {}
            }
            let folded = group.is_set() && !sight.unfolded.has(group);
            names.push(escaped(&if folded {
                format!("{}, {}", (words.group)(group), check.label)
            } else {
                check.label.clone()
            }));
            if folded && !first {
                continue;
            }
            shown.push(Column {
                what: if folded {
                    What::Set(sets.len() - 1)
                } else {
                    What::Check(index)
                },
                group,
                first,
                priority: check.priority,
            });
        }
        Self {
            shown,
            words,
            checks,
            names,
            sets,
        }
    }

    /// The check that a cell of this column shows, with what is known of it. `None` where the set is off.
    pub(super) fn seen<'a>(&'a self, column: &Column, row: &Row) -> Option<Seen<'a>> {
        let index = match column.what {
            What::Check(index) => index,
            What::Set(set) => self.worst(set, row)?,
        };
        Some(Seen {
            check: self.checks.get(index)?,
            name: self.names.get(index)?,
            cell: *row.cells.get(index)?,
        })
    }

    /// What a folded set is called.
    pub(super) fn set_name(&self, column: &Column) -> Option<&'static str> {
        matches!(column.what, What::Set(_)).then(|| (self.words.group)(column.group))
    }

    /// The check that speaks for its set: the worst, the first among equals.
    fn worst(&self, set: usize, row: &Row) -> Option<usize> {
        let (_, range) = self.sets.get(set)?;
        let urgency = |index: &usize| match row.cells.get(*index).copied().flatten() {
            None => (State::Ok, true),
            Some(cell) => (cell.state, cell.announced),
        };
        let worst = range.clone().rev().max_by_key(urgency)?;
        let applies = row
            .cells
            .get(worst)?
            .is_none_or(|cell| cell.state != State::Skipped);
        applies.then_some(worst)
    }

    pub(super) fn headings(&self, sight: &Sight) -> impl IntoView + use<> {
        let headings = self.shown.iter().map(|column| match column.what {
            What::Check(index) => {
                let check = self.checks.get(index);
                let (label, id) = check.map(|check| (check.label.clone(), check.id.to_string())).unzip();
                let group = column.first.then(|| group_heading(column.group, sight));
                view! { <th scope="col" class=column.class() title=id>{group}<span class="label">{label}</span></th> }.into_any()
            }
            What::Set(_) => folded_heading(column, sight).into_any(),
        });
        headings.collect_view()
    }
}

impl Column {
    pub(super) fn class(&self) -> &'static str {
        match (self.what, self.first, self.priority) {
            (What::Set(_), _, _) => "first set",
            (_, true, Priority::P1) => "first",
            (_, true, Priority::P2) => "first p2",
            (_, false, Priority::P1) => "",
            (_, false, Priority::P2) => "p2",
        }
    }
}

/// Text for an attribute's value.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('"', "&quot;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// The group's name over its columns; that of a set folds it.
fn group_heading(group: Group, sight: &Sight) -> AnyView {
    let name = (words().group)(group);
    if group.is_set() {
        let href = turned(sight, group);
        view! { <a class="group" href=href aria-expanded="true" title=words().fold>{name}<Icon name="fold" /></a>" " }.into_any()
    } else {
        view! { <span class="group">{name}</span>" " }.into_any()
    }
}

fn folded_heading(column: &Column, sight: &Sight) -> impl IntoView + use<> {
    let href = turned(sight, column.group);
    view! {
        <th scope="col" class=column.class()>
            <a href=href aria-expanded="false" title=words().unfold><span class="label">{(words().group)(column.group)}</span><Icon name="unfold" /></a>
        </th>
    }
}

fn turned(sight: &Sight, group: Group) -> String {
    let turned = Sight {
        filter: sight.filter.clone(),
        unfolded: sight.unfolded.turned(group),
    };
    turned.address(None)
}
