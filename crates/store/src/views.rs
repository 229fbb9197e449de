//! Saved views: each person's own names for lists of tickets.

use crate::{Error, Result, Store, Tx, error::storable};
use model::ticket::{Narrowed, View};

impl Store {
    /// Somebody's views, by name.
    pub async fn views(&self, username: &str) -> Result<Vec<View>> {
        let rows: Vec<ViewRow> = on!(self, |db| {
            sqlx::query_as(OF_ONE).bind(username).fetch_all(db).await?
        });
        sorted(rows)
    }
}

impl Tx {
    pub async fn views(&mut self, username: &str) -> Result<Vec<View>> {
        let rows: Vec<ViewRow> = on!(self, |db| {
            sqlx::query_as(OF_ONE).bind(username).fetch_all(db).await?
        });
        sorted(rows)
    }

    /// In the place of one of the same name.
    pub async fn save_view(&mut self, username: &str, view: &View) -> Result<()> {
        let narrowed = serde_json::to_string(&view.narrowed);
        let narrowed = narrowed.map_err(|why| Error::strange("view", why.to_string()))?;
        on!(self, |db| {
            sqlx::query(
                "insert into views (username, name, narrowed) values ($1, $2, $3)
                 on conflict (username, name) do update set narrowed = excluded.narrowed",
            )
            .bind(storable("username", username)?)
            .bind(storable("name", &view.name)?)
            .bind(narrowed)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    pub async fn remove_view(&mut self, username: &str, name: &str) -> Result<()> {
        on!(self, |db| {
            sqlx::query("delete from views where username = $1 and name = $2")
                .bind(username)
                .bind(name)
                .execute(db)
                .await?;
        });
        Ok(())
    }
}

fn sorted(rows: Vec<ViewRow>) -> Result<Vec<View>> {
    let views = rows.into_iter().map(View::try_from);
    let mut views: Vec<View> = views.collect::<Result<_>>()?;
    views.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(views)
}

#[derive(sqlx::FromRow)]
struct ViewRow {
    name: String,
    narrowed: String,
}

impl TryFrom<ViewRow> for View {
    type Error = Error;

    fn try_from(row: ViewRow) -> Result<Self> {
        let narrowed: Narrowed =
            serde_json::from_str(&row.narrowed).map_err(|_| Error::strange("view", row.narrowed))?;
        Ok(Self {
            name: row.name,
            narrowed,
        })
    }
}

const OF_ONE: &str = "select name, narrowed from views where username = $1";
