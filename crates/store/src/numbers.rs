//! Numbers that are given once and never again, each kind in a sequence without a gap.

use crate::{Result, Tx};
use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

/// As a transaction has them: nobody else gives any before it ends.
#[derive(Default)]
pub(crate) struct Numbers {
    /// The last one of each kind; empty before they were read.
    last: BTreeMap<String, i64>,
    /// The kinds that there are new ones of, and that are counted.
    given: BTreeSet<&'static str>,
}

impl Numbers {
    pub(crate) fn know(&mut self, last: BTreeMap<String, i64>) {
        if self.last.is_empty() {
            self.last = last;
        }
    }

    pub(crate) fn into_last(self) -> BTreeMap<String, i64> {
        self.last
    }
}

impl Tx {
    /// The first of so many new numbers, which follow each other.
    pub(crate) async fn numbered(&mut self, kind: &'static str, count: usize) -> Result<i64> {
        if self.numbers.last.is_empty() {
            let last = on!(self, |db| {
                sqlx::query_as::<_, (String, i64)>("select name, value from numbers")
                    .fetch_all(db)
                    .await?
            });
            self.know_numbers(last.into_iter().collect());
        }
        let last = self.numbers.last.get_mut(kind).ok_or(sqlx::Error::RowNotFound)?;
        let first = *last + 1;
        *last = last.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        if !IN_ROWS.contains(&kind) {
            self.numbers.given.insert(kind);
        }
        Ok(first)
    }

    /// They were read.
    pub(crate) fn know_numbers(&mut self, last: BTreeMap<String, i64>) {
        if self.numbers.last.is_empty() {
            self.remember(|memory| memory.compare(&last));
            self.numbers.know(last);
        }
    }

    /// Whether jobs were enqueued in it.
    pub fn has_jobs(&self) -> bool {
        self.numbers.given.contains("jobs")
    }

    /// Those that were given, once for the whole transaction.
    pub(crate) async fn write_numbers(&mut self) -> Result<()> {
        let given = mem::take(&mut self.numbers.given);
        if given.is_empty() {
            return Ok(());
        }
        let last = given
            .into_iter()
            .filter_map(|kind| Some((kind, *self.numbers.last.get(kind)?)));
        later!(self, "update", |query| query
            .push(" counters set value = now.column2 from (")
            .push_values(last, |mut row, (kind, last)| {
                row.push_bind(kind).push_bind(last);
            })
            .push(") as now where name = now.column1"));
        Ok(())
    }

    /// Before rows are forgotten in which numbers stand.
    pub(crate) async fn keep_last(&mut self, kind: &'static str) -> Result<()> {
        later!(self, "update", |query| query
            .push(" counters set value = (select value from numbers where name = ")
            .push_bind(kind)
            .push(") where name = ")
            .push_bind(kind));
        Ok(())
    }
}

/// A number of these kinds stands in the row that has it, and in `counters` only once such rows are forgotten: the view
/// `numbers` reads both.
const IN_ROWS: [&str; 2] = ["events", "deliveries"];
