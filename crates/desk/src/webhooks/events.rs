//! The webhooks that came in, for people to read; and to have one read anew.

use super::Refused;
use crate::{Actor, Desk, intake, internal};
use model::{
    Error, Permission, Result, Timestamp,
    access::Grant,
    shown::Shown,
    trail::{Action, Fields},
    webhook::{Fate, IntegrationSeen, WAZUH, WebhookCard, Webhooks},
};
use serde_json::Value;
use store::{SoughtDeliveries, StoredDelivery};

/// Which webhooks are wanted; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct WantedEvents {
    pub integration: Option<String>,
    /// The event's type.
    pub event: Option<String>,
    pub since: Option<Timestamp>,
    /// The id of the last one of the page before.
    pub before: Option<i64>,
    pub limit: u32,
}

impl Desk {
    /// A page of webhooks, newest first; a noc sees Wazuh's alone.
    pub async fn webhooks(&self, who: &Actor, wanted: &WantedEvents) -> Result<Shown<Webhooks>> {
        let grant = who.may(Permission::SeeEvents)?;
        let asked = wanted.event.as_deref();
        if grant == Grant::Wazuh && asked.is_some_and(|event| event != WAZUH) {
            return Ok(grant.show(Webhooks {
                items: Vec::new(),
                next_cursor: None,
            }));
        }
        let sought = SoughtDeliveries {
            integration: wanted.integration.as_deref(),
            event: asked.or((grant == Grant::Wazuh).then_some(WAZUH)),
            since: wanted.since,
            before: wanted.before,
            // One more tells whether there is a next page.
            limit: wanted.limit.saturating_add(1),
        };
        let mut items = self.0.store.deliveries(&sought).await.map_err(internal)?;
        let page = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
        let more = items.len() > page;
        items.truncate(page);
        let last = items.last().filter(|_| more);
        Ok(grant.show(Webhooks {
            next_cursor: last.map(|webhook| webhook.event_id.clone()),
            items,
        }))
    }

    /// Who may send webhooks, and when each was heard of last; how their secrets are, for who may rotate them.
    pub async fn integrations(&self, who: &Actor) -> Result<Vec<IntegrationSeen>> {
        who.may(Permission::SeeChecks)?;
        let may_rotate = who.may(Permission::ManagePeople).is_ok();
        let mut states = Vec::new();
        if may_rotate {
            states = self.credential_states().await?;
        }
        let mut states = states.into_iter();
        let mut all = Vec::with_capacity(self.0.setup.integrations.len());
        for (nth, one) in self.0.setup.integrations.iter().enumerate() {
            all.push(IntegrationSeen {
                name: one.name.clone(),
                takes_calls: !self.0.keyring.of(nth).is_empty(),
                last_seen_at: self.0.store.last_delivery(&one.name).await.map_err(internal)?,
                credentials: states.next(),
            });
        }
        Ok(all)
    }

    /// A webhook with its payload.
    pub async fn webhook(&self, who: &Actor, id: i64) -> Result<Shown<WebhookCard>> {
        let grant = who.may(Permission::SeeEvents)?;
        let stored = self.stored_webhook(id).await?;
        if grant == Grant::Wazuh && stored.webhook.event != WAZUH {
            return Err(no_such_event(id));
        }
        // What was rejected need not be JSON.
        let payload = serde_json::from_str(&stored.body).unwrap_or(Value::String(stored.body));
        Ok(grant.show(WebhookCard {
            webhook: stored.webhook,
            occurred_at: stored.occurred_at,
            why: stored.why,
            payload,
        }))
    }

    /// Reads a webhook anew, as after a mistake was mended. What it led to already does not follow twice.
    pub async fn replay_webhook(&self, who: &Actor, id: i64) -> Result<()> {
        // Who manages domains manages what comes in about them.
        who.may(Permission::EditDomains)?;
        let stored = self.stored_webhook(id).await?;
        let name = &stored.webhook.integration;
        let (_, from) = self.integration(name).ok_or_else(|| Error::Conflict {
            why: format!("nobody sends as {name} any more"),
        })?;
        let incoming = self.understand(from, stored.body.as_bytes(), None, self.now());
        let mut incoming = incoming.map_err(|why| match why {
            Refused::Error(why) => why,
            Refused::NotJson | Refused::Unknown | Refused::Unproved => {
                Error::invalid("event", "it is no JSON")
            }
        })?;
        // What had no time of its own was said when it came in, and not now.
        let received_at = stored.webhook.received_at;
        incoming.occurred_at = Some(incoming.occurred_at.map_or(received_at, |at| at.min(received_at)));
        let fate = incoming.follows.fate();
        if stored.webhook.ticket.is_some() {
            incoming.follows.ticket = None;
        }
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let mut docket = intake::Docket::default();
        let taken = intake::retake(&mut tx, &mut docket, &incoming, id, (stored.webhook.ticket, fate)).await;
        let taken = taken.map_err(internal)?;
        let mut events = taken.events;
        let mut happened = taken.happened;
        happened.extend(
            docket
                .close(&mut tx, &self.0.setup.hooks)
                .await
                .map_err(internal)?,
        );
        events.extend(tx.append(happened).await.map_err(internal)?);
        let deed = self.deed(who, Action::EventReplayed, &id.to_string());
        let deed = deed.with(fields(stored.webhook.state), fields(fate));
        tx.note(&deed).await.map_err(internal)?;
        let has_jobs = tx.has_jobs();
        tx.commit().await.map_err(internal)?;
        for domain in taken.watched {
            self.0.latest.put(domain);
        }
        self.0.recorder.ring(&events, has_jobs);
        self.check_named(&incoming.follows.checked);
        Ok(())
    }

    async fn stored_webhook(&self, id: i64) -> Result<StoredDelivery> {
        let stored = self.0.store.delivery(id).await.map_err(internal)?;
        stored.ok_or_else(|| no_such_event(id))
    }
}

fn fields(fate: Fate) -> Fields {
    Fields::from([("state".to_owned(), fate.to_string())])
}

fn no_such_event(id: i64) -> Error {
    Error::not_found(format!("the event {id}"))
}
