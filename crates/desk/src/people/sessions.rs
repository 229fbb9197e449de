//! The browsers that are logged in, listed and ended.

use super::Login;
use crate::{Actor, Desk, internal};
use model::{Error, Permission, Result, Timestamp, people::Session, trail::Action};
use std::collections::HashMap;
use store::StoredSession;

impl Desk {
    /// Every session whose login still holds, the one that was seen last first.
    pub async fn sessions(&self, who: &Actor) -> Result<Vec<Session>> {
        who.may(Permission::ManagePeople)?;
        self.open_sessions().await
    }

    /// Ends one at once.
    pub async fn end_session(&self, who: &Actor, id: &str) -> Result<()> {
        who.may(Permission::ManagePeople)?;
        let known = self.open_sessions().await?;
        let session = known.into_iter().find(|session| session.id == id);
        let session = session.ok_or_else(|| Error::not_found("this session"))?;
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        if tx.end_session(id).await.map_err(internal)? {
            let deed = self.deed(who, Action::SessionEnded, &session.username);
            tx.note(&deed).await.map_err(internal)?;
        }
        tx.commit().await.map_err(internal)
    }

    async fn open_sessions(&self) -> Result<Vec<Session>> {
        let users = self.0.store.users().await.map_err(internal)?;
        let versions: HashMap<&str, i64> = users
            .iter()
            .filter(|user| user.active)
            .map(|user| (user.username.as_str(), user.version))
            .collect();
        let stored = self.0.store.sessions(self.now()).await.map_err(internal)?;
        let mut open: Vec<Session> = stored
            .iter()
            .filter_map(|stored| {
                let login = login(stored)?;
                let holds = versions.get(login.username.as_str()) == Some(&login.version);
                holds.then(|| Session {
                    id: stored.id.clone(),
                    username: login.username,
                    address: login.address,
                    user_agent: login.user_agent,
                    opened_at: login.opened_at,
                    seen_at: login.seen_at,
                    expires_at: Timestamp(stored.expires_at),
                })
            })
            .collect();
        open.sort_by(|a, b| b.seen_at.cmp(&a.seen_at).then_with(|| a.id.cmp(&b.id)));
        Ok(open)
    }
}

/// `None`: nobody is logged in with it, or an earlier version wrote it.
fn login(stored: &StoredSession) -> Option<Login> {
    let mut data: HashMap<String, serde_json::Value> = serde_json::from_str(&stored.data).ok()?;
    serde_json::from_value(data.remove(Login::KEY)?).ok()
}
