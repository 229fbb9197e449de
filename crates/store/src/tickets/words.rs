//! Finding tickets by words: SQLite's FTS5 and PostgreSQL's tsvector, fed with the same words, so that both find the
//! same. Two columns, because who may not read a ticket's text must not find it by that either.

use crate::{
    Result, Tx,
    dialect::{On, ROWS},
};
use model::ticket::{Case, Moment, Ticket};
use sqlx::{PgConnection, QueryBuilder, SqliteConnection};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

impl Tx {
    /// Has these tickets found by their present subjects.
    pub async fn write_words(&mut self, cases: &[&Case]) -> Result<()> {
        for cases in cases.chunks(ROWS) {
            let rows: Vec<_> = cases.iter().map(|case| Row::of(&case.ticket, "")).collect();
            self.put_words(&rows).await?;
        }
        Ok(())
    }

    /// The same with what people have written in its time line.
    pub async fn rewrite_words(&mut self, case: &Case) -> Result<()> {
        let moments = on!(self, |db| {
            sqlx::query_scalar::<_, String>("select what from timeline where ticket = $1 order by nth")
                .bind(case.ticket.number)
                .fetch_all(db)
                .await?
        });
        let bodies: Vec<String> = moments
            .iter()
            .filter_map(|what| serde_json::from_str(what).ok())
            .filter_map(|what| match what {
                Moment::Comment { body } | Moment::Opened { body: Some(body) } => Some(body),
                _ => None,
            })
            .collect();
        self.put_words(&[Row::of(&case.ticket, &bodies.join(" "))]).await
    }

    async fn put_words(&mut self, rows: &[Row]) -> Result<()> {
        match &mut self.on {
            On::Sqlite(script) => {
                script
                    .next("insert or replace")
                    .push(" into ticket_words (rowid, open, whole) ")
                    .push_values(rows, |mut values, row| {
                        values
                            .push_bind(row.number)
                            .push_bind(&row.open)
                            .push_bind(&row.whole);
                    });
            }
            On::Pg(tx) => {
                QueryBuilder::new("insert into ticket_words (number, open, whole) ")
                    .push_values(rows, |mut values, row| {
                        values.push_bind(row.number);
                        for words in [&row.open, &row.whole] {
                            values.push("to_tsvector('simple', ");
                            values.push_bind_unseparated(words).push_unseparated(")");
                        }
                    })
                    .push(" on conflict (number) do update set open = excluded.open, whole = excluded.whole")
                    .build()
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }
}

struct Row {
    number: i64,
    /// What everybody may read.
    open: String,
    whole: String,
}

impl Row {
    fn of(ticket: &Ticket, bodies: &str) -> Self {
        let domain = ticket.domain.as_ref().map_or("", model::DomainName::as_str);
        let tenant = ticket.tenant.as_deref().unwrap_or_default();
        let open = format!("{} {} {domain} {tenant}", ticket.number, ticket.kind);
        let assigned = ticket.assigned_to.as_deref().unwrap_or_default();
        Self {
            number: ticket.number,
            whole: words(&[&open, &ticket.subject, assigned, bodies].join(" ")).join(" "),
            open: words(&open).join(" "),
        }
    }
}

/// What both engines take for a word: letters and digits, without case and accents.
fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && word.len() <= LONGEST)
        .map(str::to_owned)
        .collect()
}

/// What is looked for, in SQLite's words: every word, of which the beginning is enough. Empty where there is none.
pub(super) fn sqlite_query(text: &str, whole: bool) -> String {
    let words: Vec<String> = sought(text).map(|word| format!("\"{word}\"*")).collect();
    let column = if whole { "whole" } else { "open" };
    if words.is_empty() {
        return String::new();
    }
    format!("{{{column}}} : ({})", words.join(" AND "))
}

/// The same in PostgreSQL's.
pub(super) fn postgres_query(text: &str) -> String {
    let words: Vec<String> = sought(text).map(|word| format!("'{word}':*")).collect();
    words.join(" & ")
}

fn sought(text: &str) -> impl Iterator<Item = String> {
    words(text).into_iter().take(MOST_WORDS)
}

pub(crate) async fn create_sqlite(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "create virtual table if not exists ticket_words using fts5(
             open, whole, content = '', contentless_delete = 1, detail = column, prefix = '2 3')",
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn create_postgres(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    for text in [
        "create table if not exists ticket_words (
             number bigint primary key references tickets (number) on delete cascade,
             open tsvector not null, whole tsvector not null)",
        "create index if not exists ticket_words_open on ticket_words using gin (open)",
        "create index if not exists ticket_words_whole on ticket_words using gin (whole)",
    ] {
        sqlx::query(text).execute(&mut *db).await?;
    }
    Ok(())
}

/// Bytes; longer ones are no words, and PostgreSQL takes none over 2 kB.
const LONGEST: usize = 200;
const MOST_WORDS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_no_case_no_accents_and_no_syntax() {
        assert_eq!(
            words("São Paulo: mail.A.example"),
            ["sao", "paulo", "mail", "a", "example"]
        );
        assert_eq!(
            sqlite_query("Cert\" OR {whole}", false),
            "{open} : (\"cert\"* AND \"or\"* AND \"whole\"*)"
        );
        assert_eq!(postgres_query("x'); drop & y"), "'x':* & 'drop':* & 'y':*");
        assert_eq!(sqlite_query(" -- ", true), "");
    }
}
