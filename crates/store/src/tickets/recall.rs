//! What a batch of reports has to know of the past.

use super::{CASES_AS_JSON, LIVE, add, from_json, push_faults};
use crate::{
    Key, Result, Tx,
    deliveries::{newest, push_known},
    dialect::{On, ROWS},
};
use model::{
    Timestamp,
    ticket::{Case, Fault},
};
use std::collections::HashMap;

/// Webhooks by their keys, cases by their faults.
pub type Recalled = (HashMap<Key, (i64, Timestamp)>, HashMap<Fault, Case>);

impl Tx {
    /// What reports ask of the past: the newest webhook under each key, and when it came in; and the same as
    /// [`Tx::cases`]. In SQLite that is one visit, with what is still to be written and the numbers that the reports
    /// will want; and none where all that is remembered, see [`Store::begin_from_memory`](crate::Store).
    pub async fn recall(&mut self, keys: &[Key], faults: &[&Fault]) -> Result<Recalled> {
        let is_short = keys.len().max(faults.len()) <= ROWS;
        if is_short && let Some(recalled) = self.remembered(keys, faults) {
            return Ok(recalled);
        }
        let recalled = self.look_up(keys, faults, is_short).await?;
        self.remember(|memory| memory.learn(&recalled));
        Ok(recalled)
    }

    async fn look_up(&mut self, keys: &[Key], faults: &[&Fault], is_short: bool) -> Result<Recalled> {
        let (mut query, db) = match &mut self.on {
            On::Sqlite(script) if is_short => script.rest()?,
            _ => return Ok((self.known_deliveries(keys).await?, self.cases(faults).await?)),
        };
        query.push("; select (select json_group_array(json_array(dedup, dedup_rest, id, at)) from (");
        push_known(&mut query, keys);
        push_faults(query.push(")), (").push(CASES_AS_JSON), faults, LIVE);
        query.push("), (select json_group_object(name, value) from numbers)");
        let answer = query.build_query_as::<(String, String, String)>();
        let (known, live, numbers) = answer.fetch_one(db).await?;
        self.know_numbers(from_json(&numbers)?);
        let known = newest(keys, &from_json::<Vec<_>>(&known)?).collect();
        let mut cases = HashMap::with_capacity(faults.len());
        add(from_json(&live)?, &mut cases)?;
        self.add_newest_cases(faults, &mut cases).await?;
        Ok((known, cases))
    }
}
