//! What happened to tickets, line after line.

use crate::{Error, Result, Store, Tx, dialect::ROWS};
use model::{Timestamp, ticket::Entry};

impl Store {
    /// A ticket's time line in its order, without the reports.
    pub async fn timeline(&self, number: i64) -> Result<Vec<Entry>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, LineRow>("select at, who, what from timeline where ticket = $1 order by nth")
                .bind(number)
                .fetch_all(db)
                .await?
        });
        rows.into_iter().map(Entry::try_from).collect()
    }
}

impl Tx {
    /// Appends to time lines; a ticket's lines are counted where its case is added or saved.
    pub async fn tell(&mut self, told: &[(i64, i64, Entry)]) -> Result<()> {
        for told in told.chunks(ROWS) {
            let rows = told
                .iter()
                .map(|(ticket, nth, entry)| Ok((*ticket, *nth, entry, moment(entry)?)))
                .collect::<Result<Vec<_>>>()?;
            later!(self, "insert", |query| query
                .push(" into timeline (ticket, nth, at, who, what) ")
                .push_values(rows, |mut row, (ticket, nth, entry, what)| {
                    row.push_bind(ticket)
                        .push_bind(nth)
                        .push_bind(entry.at.0)
                        .push_bind(entry.who.as_deref())
                        .push_bind(what);
                }));
        }
        Ok(())
    }
}

fn moment(entry: &Entry) -> Result<String> {
    let text = serde_json::to_string(&entry.what).map_err(|why| Error::strange("moment", why.to_string()))?;
    Ok(text)
}

#[derive(sqlx::FromRow)]
struct LineRow {
    at: i64,
    who: Option<String>,
    what: String,
}

impl TryFrom<LineRow> for Entry {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self> {
        Ok(Self {
            at: Timestamp(row.at),
            who: row.who,
            what: serde_json::from_str(&row.what).map_err(|_| Error::strange("moment", row.what))?,
        })
    }
}
