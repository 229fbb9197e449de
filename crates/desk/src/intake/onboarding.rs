//! Moves domains along their onboarding: those of one transaction are read once, moved in memory, written once.

use super::Incoming;
use model::{
    DomainName, Timestamp,
    onboarding::{Heard, Progress},
};
use store::Tx;

/// What the wizard says of a domain.
#[derive(Clone, Debug)]
pub(crate) struct Onboarded {
    pub(crate) domain: DomainName,
    pub(crate) tenant: Option<String>,
    pub(crate) heard: Heard,
}

/// It, with when it was so and what became of its report.
pub(super) struct Move<'a> {
    onboarded: &'a Onboarded,
    at: Timestamp,
    event: i64,
    ticket: Option<i64>,
}

impl Incoming {
    /// How it moves a domain, where it does. A clock that is ahead of ours does not make its word the last one for ever.
    pub(super) fn moves(&self, event: i64, ticket: Option<i64>) -> Option<Move<'_>> {
        let onboarded = self.follows.onboarded.as_deref()?;
        let at = self.occurred_at.unwrap_or(self.received_at);
        Some(Move {
            onboarded,
            at: at.min(self.received_at),
            event,
            ticket,
        })
    }
}

/// Costs nothing where there is nothing to move.
pub(super) async fn follow(tx: &mut Tx, moves: Vec<Move<'_>>) -> Result<(), store::Error> {
    if moves.is_empty() {
        return Ok(());
    }
    let domains: Vec<&DomainName> = moves.iter().map(|one| &one.onboarded.domain).collect();
    let mut known = tx.onboardings(&domains).await?;
    for Move {
        onboarded,
        at,
        event,
        ticket,
    } in moves
    {
        let domain = &onboarded.domain;
        let progress = known
            .entry(domain.clone())
            .or_insert_with(|| Progress::of(domain.clone()));
        progress.hear(onboarded.heard.clone(), at, ticket);
        progress.belongs_to(onboarded.tenant.clone(), at);
        progress.event = progress.event.max(event);
    }
    tx.save_onboardings(&known.values().collect::<Vec<_>>()).await
}
