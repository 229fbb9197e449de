//! Lists of tickets: filtered, sought by words, newest first.

use super::{TicketRow, from_json, words};
use crate::{Result, Store, dialect::Server, error::storable};
use model::{
    DomainName,
    ticket::{Kind, Priority, Status, Ticket},
};
use sqlx::{Database, Encode, Postgres, QueryBuilder, Type};
use std::cmp::Reverse;

/// Which tickets are wanted; what is `None` or empty does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Sought<'a> {
    pub status: &'a [Status],
    pub priority: Option<Priority>,
    /// A username; `Some("")` wants those that nobody has.
    pub assigned_to: Option<&'a str>,
    pub domain: Option<&'a DomainName>,
    pub kind: Option<Kind>,
    /// Words, each of which may be only the beginning of one.
    pub words: Option<&'a str>,
    /// Whether the words may stand anywhere, or only in what everybody may read.
    pub whole: bool,
    /// Only those with a smaller number.
    pub before: Option<i64>,
    pub limit: u32,
}

impl Store {
    /// Newest first.
    pub async fn tickets(&self, sought: &Sought<'_>) -> Result<Vec<Ticket>> {
        let rows = match self {
            Self::Sqlite(file) => {
                let words = sought.words.map(|text| words::sqlite_query(text, sought.whole));
                let tables = if words.is_some() { FOUND } else { ALL };
                let Some(mut query) = query(AS_JSON, tables, sought, words, |query, words| {
                    query.push(" and ticket_words match ").push_bind(words);
                }) else {
                    return Ok(Vec::new());
                };
                let page = query.push(")").build_query_scalar::<String>();
                let mut rows: Vec<TicketRow> = from_json(&page.fetch_one(&file.readers).await?)?;
                // An aggregate promises no order.
                rows.sort_by_key(|row| Reverse(row.number));
                rows
            }
            Self::Pg(server) => in_postgres(server, sought).await?,
        };
        rows.into_iter().map(Ticket::try_from).collect()
    }

    /// How many tickets there are of each status.
    pub async fn ticket_counts(&self) -> Result<Vec<(Status, i64)>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, (String, i64)>("select status, count(*) from tickets group by status")
                .fetch_all(db)
                .await?
        });
        let known = rows
            .into_iter()
            .filter_map(|(status, count)| Some((Status::parse(&status)?, count)));
        Ok(known.collect())
    }

    /// The domains that have a live ticket which this person has.
    pub async fn domains_assigned_to(&self, username: &str) -> Result<Vec<DomainName>> {
        let rows = on!(self, |db| {
            sqlx::query_scalar::<_, String>(
                "select distinct domain from tickets where assigned_to = $1 and live and domain is not null",
            )
            .bind(username)
            .fetch_all(db)
            .await?
        });
        rows.iter().map(|name| crate::domains::name(name)).collect()
    }
}

/// What stands in many tickets fills a page from the newest ones, read one by one: the planner takes two such words for
/// rare, and would gather all that they find. What does not fill it is looked for in the index.
async fn in_postgres(server: &Server, sought: &Sought<'_>) -> Result<Vec<TicketRow>> {
    let words = sought.words.map(words::postgres_query);
    let column = if sought.whole { "whole" } else { "open" };
    if words.is_some() {
        let newest = query::<Postgres>(AS_ROWS, ALL, sought, words.clone(), |query, words| {
            // An index does not know `is true`.
            query
                .push(" and number in (select number from ticket_words where (")
                .push(column)
                .push(" @@ to_tsquery('simple', ")
                .push_bind(words)
                .push(")) is true and number ");
            match sought.before {
                Some(before) => query
                    .push("< ")
                    .push_bind(before)
                    .push(" and number >= ")
                    .push_bind(before.saturating_sub(WINDOW)),
                None => query
                    .push("> (select max(number) from tickets) - ")
                    .push_bind(WINDOW),
            };
            query.push(")");
        });
        let Some(mut newest) = newest else {
            return Ok(Vec::new());
        };
        let rows: Vec<TicketRow> = newest.build_query_as().fetch_all(&server.readers).await?;
        if u32::try_from(rows.len()).is_ok_and(|rows| rows >= sought.limit) {
            return Ok(rows);
        }
    }
    let all = query::<Postgres>(AS_ROWS, ALL, sought, words, |query, words| {
        query
            .push(" and number in (select number from ticket_words where ")
            .push(column)
            .push(" @@ to_tsquery('simple', ")
            .push_bind(words)
            .push("))");
    });
    match all {
        Some(mut all) => Ok(all.build_query_as().fetch_all(&server.readers).await?),
        None => Ok(Vec::new()),
    }
}

/// `None`: nothing can be found, because what is sought is no word or no text that is ever stored.
fn query<DB: Database>(
    select: &'static str,
    (from, number): Tables,
    sought: &Sought<'_>,
    words: Option<String>,
    with_words: impl Fn(&mut QueryBuilder<DB>, String),
) -> Option<QueryBuilder<DB>>
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    let mut query = QueryBuilder::new(select);
    query.push(from).push(" where true");
    if !sought.status.is_empty() {
        let mut all = query.push(" and status in (").separated(", ");
        for status in sought.status {
            all.push_bind(status.as_str().to_owned());
        }
        query.push(")");
    }
    let equal = [
        (" and priority = ", sought.priority.map(Priority::as_str)),
        (
            " and assigned_to = ",
            sought.assigned_to.filter(|name| !name.is_empty()),
        ),
        (" and domain = ", sought.domain.map(DomainName::as_str)),
        (" and kind = ", sought.kind.map(Kind::as_str)),
    ];
    for (text, value) in equal {
        if let Some(value) = value {
            storable("filter", value).ok()?;
            query.push(text).push_bind(value.to_owned());
        }
    }
    if sought.assigned_to == Some("") {
        query.push(" and assigned_to is null");
    }
    if let Some(words) = words {
        if words.is_empty() {
            return None;
        }
        with_words(&mut query, words);
    }
    if let Some(before) = sought.before {
        query.push(" and ").push(number).push(" < ").push_bind(before);
    }
    query
        .push(" order by ")
        .push(number)
        .push(" desc limit ")
        .push_bind(i64::from(sought.limit));
    Some(query)
}

/// Where tickets are looked for, and what their number is called there.
type Tables = (&'static str, &'static str);
const ALL: Tables = (" from tickets", "number");
/// From the newest word to the oldest, until there are enough: FTS5 knows this order by its own name alone, and the
/// planner, left to itself, would first gather all that is found.
const FOUND: Tables = (
    " from ticket_words cross join tickets on number = ticket_words.rowid",
    "ticket_words.rowid",
);
/// Of the newest tickets as many are read without an index, in 2 to 3 ms.
const WINDOW: i64 = 10_000;
const AS_ROWS: &str = concat!("select ", ticket_columns!());
const AS_JSON: &str = concat!(
    "select json_group_array(json_array(",
    ticket_columns!(),
    ")) from (select ",
    ticket_columns!()
);
