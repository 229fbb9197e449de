//! How often somebody tried to log in: counted in the database, so that a restart forgets nothing and every process
//! counts alike.

use crate::{Result, Tx, error::storable};
use model::Timestamp;

impl Tx {
    /// Counts a try, and returns since when it is counted and the how-manieth it is. What began before `window` (in
    /// milliseconds) ago is over.
    pub async fn count_try(&mut self, who: &str, now: Timestamp, window: i64) -> Result<(Timestamp, i64)> {
        let over = now.plus(-window);
        let (since, count): (i64, i64) = on!(self, |db| {
            sqlx::query("delete from tries where since <= $1")
                .bind(over.0)
                .execute(&mut *db)
                .await?;
            sqlx::query_as(
                "insert into tries (who, since, count) values ($1, $2, 1)
                 on conflict (who) do update set count = tries.count + 1
                 returning since, count",
            )
            .bind(storable("who", who)?)
            .bind(now.0)
            .fetch_one(db)
            .await?
        });
        Ok((Timestamp(since), count))
    }
}
