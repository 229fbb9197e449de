//! What every integration proves itself by now, in memory: no webhook waits for the database to be known. Who changes
//! it beside a running Desk is noticed within seconds.

use super::{
    Integration, Keys, Secret,
    proof::{Held, Ring, Used},
};
use crate::{Actor, Desk, seal::Seal, webhooks::rotation};
use model::{
    Timestamp,
    time::MINUTE,
    trail::{Action, Fields},
    webhook::{Credential, Origin},
};
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use store::{Store, StoredCredential, Tx};
use tokio_util::sync::CancellationToken;

/// In the order of the configuration.
#[derive(Debug)]
pub(crate) struct Keyring(RwLock<Arc<[Arc<Keys>]>>);

impl Keyring {
    pub(crate) async fn load(
        store: &Store,
        seal: Option<&Seal>,
        integrations: &[Integration],
    ) -> Result<Self, store::Error> {
        let rows = store.credentials().await?;
        let all = integrations
            .iter()
            .map(|one| Arc::new(keys(seal, one, &rows, None)));
        let all: Arc<[Arc<Keys>]> = all.collect();
        for (one, keys) in integrations.iter().zip(all.iter()) {
            for credential in Credential::ALL {
                if keys.ring(credential).origin == Origin::Unreadable {
                    tracing::warn!(
                        "{}: its {credential} was made by a Desk with another JWT secret and does not open; that of \
                         desk.toml counts until it is rotated again",
                        one.name
                    );
                }
            }
        }
        Ok(Self(RwLock::new(all)))
    }

    pub(crate) fn of(&self, nth: usize) -> Arc<Keys> {
        Arc::clone(&self.all()[nth])
    }

    fn all(&self) -> Arc<[Arc<Keys>]> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, seal: Option<&Seal>, integrations: &[Integration], rows: &[StoredCredential]) {
        let before = self.all();
        let all = integrations
            .iter()
            .zip(before.iter())
            .map(|(one, before)| Arc::new(keys(seal, one, rows, Some(before))));
        let all = all.collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = all;
    }
}

fn keys(
    seal: Option<&Seal>,
    integration: &Integration,
    rows: &[StoredCredential],
    before: Option<&Keys>,
) -> Keys {
    let ring = |credential| {
        let row = rows
            .iter()
            .find(|row| row.integration == integration.name && row.credential == credential);
        let mut ring = ring(seal, integration, credential, row);
        if let Some(before) = before {
            ring.remember(before.ring(credential));
        }
        ring
    };
    Keys {
        secret: ring(Credential::Secret),
        url_key: ring(Credential::UrlKey),
    }
}

/// What counts: what the Desk made last, unless somebody has changed desk.toml since.
pub(super) fn ring(
    seal: Option<&Seal>,
    integration: &Integration,
    credential: Credential,
    row: Option<&StoredCredential>,
) -> Ring {
    let configured = integration.configured(credential);
    let as_configured = |origin| Ring {
        origin,
        ..Ring::of(configured.cloned())
    };
    let origin = if configured.is_some() {
        Origin::Configured
    } else {
        Origin::None
    };
    let (Some(row), Some(seal)) = (row, seal) else {
        return as_configured(origin);
    };
    let place = place(&integration.name, credential);
    let open = |sealed: &str| Secret::new(seal.open(&place, sealed)?);
    let Some(current) = open(&row.sealed) else {
        return as_configured(Origin::Unreadable);
    };
    if row.configured != mark(seal, &place, configured) {
        return as_configured(origin);
    }
    let held = |secret, first, last| Held {
        secret,
        used: Arc::new(Used::since(first, last)),
    };
    Ring {
        origin: Origin::Rotated,
        current: Some(held(current, row.first_used_at, row.used_at)),
        previous: row
            .previous
            .as_deref()
            .and_then(open)
            .map(|secret| held(secret, row.previous_used_at, row.previous_used_at)),
    }
}

/// Where a credential stands, for what is sealed to open nowhere else.
pub(super) fn place(integration: &str, credential: Credential) -> String {
    format!("{integration} {credential}")
}

pub(super) fn mark(seal: &Seal, place: &str, configured: Option<&Secret>) -> String {
    seal.mark(place, configured.map_or("", Secret::reveal))
}

impl Desk {
    /// Follows what others change, notes who still uses what, and ends what nobody needs any more, until `stop`.
    pub async fn run_keyring(&self, stop: CancellationToken) {
        if self.0.setup.integrations.is_empty() {
            return;
        }
        let mut beats = tokio::time::interval(BEAT);
        loop {
            let is_last = tokio::select! {
                () = stop.cancelled() => true,
                _ = beats.tick() => false,
            };
            // While the database is away, what is in memory counts; the next beat tries again.
            if let Err(why) = self.tend_keyring().await {
                tracing::debug!("The integrations' secrets could not be looked after: {why}");
            }
            if is_last {
                return;
            }
        }
    }

    /// Reads what counts anew.
    pub(crate) async fn reload_keyring(&self) -> Result<Vec<StoredCredential>, store::Error> {
        let rows = self.0.store.credentials().await?;
        let setup = &self.0.setup;
        self.0
            .keyring
            .replace(setup.seal.as_deref(), &setup.integrations, &rows);
        Ok(rows)
    }

    async fn tend_keyring(&self) -> Result<(), store::Error> {
        let Some(seal) = self.0.setup.seal.as_deref() else {
            return Ok(());
        };
        let ours = rotation::own_mark(seal);
        if self.0.store.seal_mark().await?.as_deref() != Some(&ours) {
            let mut tx = self.0.store.begin().await?;
            tx.put_seal_mark(&ours).await?;
            tx.commit().await?;
        }
        let rows = self.reload_keyring().await?;
        let now = self.now();
        let all = self.0.keyring.all();
        let integrations = self.0.setup.integrations.iter().zip(all.iter());
        let mut chores = Vec::new();
        for row in &rows {
            let known = integrations.clone().find(|(one, _)| one.name == row.integration);
            // One that left the configuration may come back.
            let Some((_, keys)) = known else { continue };
            chores.extend(Chore::of(row, keys.ring(row.credential), now).map(|chore| (row, chore)));
        }
        if chores.is_empty() {
            return Ok(());
        }
        let mut tx = self.0.store.begin().await?;
        for (row, chore) in chores {
            self.attend(&mut tx, row, chore).await?;
        }
        tx.commit().await?;
        self.reload_keyring().await.map(drop)
    }

    async fn attend(&self, tx: &mut Tx, seen: &StoredCredential, chore: Chore) -> Result<(), store::Error> {
        let row = tx.credential(&seen.integration, seen.credential).await?;
        // Somebody was faster.
        let Some(row) = row.filter(|row| row.sealed == seen.sealed && row.previous == seen.previous) else {
            return Ok(());
        };
        let deed = |action| {
            let deed = self.deed(&Actor::Console, action, &row.integration);
            deed.with(Fields::new(), rotation::fields(row.credential))
        };
        match chore {
            Chore::Forget => {
                tx.remove_credential(&row.integration, row.credential).await?;
                tx.note(&deed(Action::IntegrationConfigured)).await
            }
            Chore::EndPrevious => {
                tx.note(&deed(Action::IntegrationPreviousEnded)).await?;
                tx.put_credential(&StoredCredential {
                    previous: None,
                    previous_used_at: None,
                    ..row
                })
                .await
            }
            Chore::Note {
                first_used_at,
                used_at,
                previous_used_at,
            } => {
                tx.put_credential(&StoredCredential {
                    first_used_at,
                    used_at,
                    previous_used_at,
                    ..row
                })
                .await
            }
        }
    }
}

/// What is to be done about a row.
enum Chore {
    /// Somebody has changed desk.toml since: that counts.
    Forget,
    EndPrevious,
    /// It was used.
    Note {
        first_used_at: Option<Timestamp>,
        used_at: Option<Timestamp>,
        previous_used_at: Option<Timestamp>,
    },
}

impl Chore {
    fn of(row: &StoredCredential, ring: &Ring, now: Timestamp) -> Option<Self> {
        match ring.origin {
            // With the JWT secret that it was sealed with it would count again.
            Origin::Unreadable => return None,
            Origin::Configured | Origin::None => return Some(Self::Forget),
            Origin::Rotated => {}
        }
        if row.previous.is_some() && !ring.previous_counts(now) {
            return Some(Self::EndPrevious);
        }
        let last = |held: &Option<Held>| held.as_ref().and_then(|held| held.used.last());
        let first_used_at = ring.current.as_ref().and_then(|held| held.used.first());
        let (used_at, previous_used_at) = (last(&ring.current), last(&ring.previous));
        // A busy sender is written down once a minute.
        let is_news = |is: Option<Timestamp>, was: Option<Timestamp>| match (is, was) {
            (Some(is), Some(was)) => is.since(was) >= MINUTE,
            (is, _) => is.is_some(),
        };
        let is_news = is_news(used_at, row.used_at) || is_news(previous_used_at, row.previous_used_at);
        is_news.then_some(Self::Note {
            first_used_at,
            used_at,
            previous_used_at,
        })
    }
}

const BEAT: Duration = Duration::from_secs(5);
