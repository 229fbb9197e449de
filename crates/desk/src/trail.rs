//! The trail: what people changed, who may read it, and how an entry begins.

use crate::{Actor, Desk, internal};
use model::{
    Permission, Result,
    trail::{Action, Deed, Fields, Trail},
};

impl Desk {
    /// The entries older than `before`, newest first, at most `limit`.
    pub async fn trail(&self, who: &Actor, before: Option<i64>, limit: u32) -> Result<Trail> {
        who.may(Permission::ManagePeople)?;
        let before = before.unwrap_or(i64::MAX);
        // One more tells whether there is a next page.
        let found = self.0.store.trail(before, limit.saturating_add(1)).await;
        let mut items = found.map_err(internal)?;
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > shown;
        items.truncate(shown);
        let last = items.last().filter(|_| more);
        Ok(Trail {
            next_cursor: last.map(|entry| entry.id.to_string()),
            items,
        })
    }

    /// An entry that says who does what, now, and not yet what changes by it.
    pub(crate) fn deed(&self, who: &Actor, action: Action, object: &str) -> Deed {
        Deed {
            at: self.now(),
            actor: who.username().to_owned(),
            address: who.address(),
            action,
            object: object.to_owned(),
            before: Fields::new(),
            after: Fields::new(),
        }
    }
}
