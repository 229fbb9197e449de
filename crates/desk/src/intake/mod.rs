//! What reports lead to, inside the one transaction that writes them down: kept once, joined to their tickets,
//! followed by everything that follows.
//!
//! ```text
//!  a webhook ──┐                        ┌─> deliveries (each once)
//!              ├─> Incoming ─> take() ──┼─> Docket ─> tickets, time lines
//!  the checks ─┘  (what follows from it └─> events of the stream
//!                  is decided before)
//! ```

mod docket;
mod onboarding;
mod runs;

pub(crate) use docket::{Docket, Joined, announcement as ticket_event};
pub(crate) use onboarding::Onboarded;
pub(crate) use runs::{follow_runs, reports};

use model::{
    Domain, DomainName, Timestamp,
    event::{Event, What},
    ticket::Raised,
    time::{DAY, MINUTE},
    webhook::Fate,
};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::{Delivery, Key, Tx};

/// A report whose sender is known, and what is to follow from it.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) integration: String,
    /// The event's type; empty where it could not be read.
    pub(crate) event: String,
    pub(crate) received_at: Timestamp,
    pub(crate) occurred_at: Option<Timestamp>,
    pub(crate) domain: Option<DomainName>,
    pub(crate) body: String,
    pub(crate) known_by: KnownBy,
    pub(crate) follows: Follows,
}

/// What a repeat of a report has in common with it.
#[derive(Clone, Debug)]
pub(crate) enum KnownBy {
    /// The sender's own id.
    Id(String),
    /// SHA-256 of the bytes, in hexadecimal.
    Bytes(String),
    /// It cannot come twice.
    Nothing,
}

/// What is to follow from a report; by default nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Follows {
    /// It has a wrong shape, and is kept for people to read.
    pub(crate) rejected: Option<String>,
    pub(crate) ticket: Option<Box<Raised>>,
    pub(crate) deployed: Option<Deployed>,
    /// A domain is moved along its onboarding.
    pub(crate) onboarded: Option<Box<Onboarded>>,
    /// A domain is to be watched from now on.
    pub(crate) watched: Option<Box<Domain>>,
    /// A domain's checks are wanted at once.
    pub(crate) checked: Vec<DomainName>,
}

/// A certificate that was deployed for these domains, which are watched or not.
#[derive(Clone, Debug)]
pub(crate) struct Deployed {
    pub(crate) domains: Vec<DomainName>,
    pub(crate) expiry: Option<Timestamp>,
    pub(crate) serial: Option<String>,
}

/// What a sender is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Receipt {
    pub(crate) event_id: i64,
    pub(crate) is_duplicate: bool,
}

/// What became of reports.
#[derive(Default)]
pub(crate) struct Taken {
    /// One for each, in their order.
    pub(crate) receipts: Vec<Receipt>,
    /// What happened by it and is in the stream already.
    pub(crate) events: Vec<Event>,
    /// What there is to tell of it still.
    pub(crate) happened: Vec<(Timestamp, What)>,
    /// The domains that are watched from now on.
    pub(crate) watched: Vec<Domain>,
}

/// Writes the reports down, each once, and what follows from them.
pub(crate) async fn take(
    tx: &mut Tx,
    docket: &mut Docket,
    incoming: &[Incoming],
) -> Result<Taken, store::Error> {
    if incoming.is_empty() {
        return Ok(Taken::default());
    }
    let keys: Vec<Option<Key>> = incoming.iter().map(key).collect();
    let asked: Vec<Key> = keys.iter().copied().flatten().collect();
    let faults: Vec<_> = incoming.iter().filter_map(Incoming::fault).collect();
    let known = remembered(&docket.recall(tx, &asked, &faults).await?, incoming, &keys);
    let mut receipts: Vec<Option<Receipt>> = Vec::with_capacity(incoming.len());
    let mut first: HashMap<Key, usize> = HashMap::new();
    let mut new = Vec::new();
    for (nth, key) in keys.iter().enumerate() {
        let event_id = key.and_then(|key| known.get(&key).copied());
        if event_id.is_none() && key.is_none_or(|key| first.insert(key, nth).is_none()) {
            new.push(nth);
        }
        receipts.push(event_id.map(|event_id| Receipt {
            event_id,
            is_duplicate: true,
        }));
    }
    let begin = tx.delivery_ids(new.len()).await?;

    let mut taken = Taken::default();
    let mut deliveries = Vec::with_capacity(new.len());
    let mut moves = Vec::new();
    for (id, nth) in (begin..).zip(new) {
        receipts[nth] = Some(Receipt {
            event_id: id,
            is_duplicate: false,
        });
        let joined = follow(tx, docket, &incoming[nth], id, &mut taken).await?;
        deliveries.push(delivery(&incoming[nth], id, joined, keys[nth]));
        moves.extend(incoming[nth].moves(id, joined.map(|joined| joined.ticket)));
    }
    tx.add_deliveries(&deliveries).await?;
    onboarding::follow(tx, moves).await?;
    let told = deliveries.iter().map(|one| (one.received_at, announcement(one)));
    taken.happened = told.collect();
    taken.receipts = answers(receipts, &keys, &first);
    Ok(taken)
}

/// Reads a report anew that is in the database already: what followed from it then does not follow twice.
pub(crate) async fn retake(
    tx: &mut Tx,
    docket: &mut Docket,
    incoming: &Incoming,
    id: i64,
    (ticket, state): (Option<i64>, Fate),
) -> Result<Taken, store::Error> {
    let mut taken = Taken::default();
    let faults: Vec<_> = incoming.fault().into_iter().collect();
    docket.recall(tx, &[], &faults).await?;
    let was = ticket.map(|ticket| Joined {
        ticket,
        earlier: None,
    });
    let joined = was.or(follow(tx, docket, incoming, id, &mut taken).await?);
    let moves = incoming.moves(id, joined.map(|joined| joined.ticket));
    onboarding::follow(tx, moves.into_iter().collect()).await?;
    let delivery = Delivery {
        state,
        ..delivery(incoming, id, joined, None)
    };
    tx.settle_delivery(&delivery).await?;
    taken.happened = vec![(incoming.received_at, announcement(&delivery))];
    Ok(taken)
}

/// Does what follows from a report; returns the ticket that it opened or joined.
async fn follow(
    tx: &mut Tx,
    docket: &mut Docket,
    one: &Incoming,
    id: i64,
    taken: &mut Taken,
) -> Result<Option<Joined>, store::Error> {
    let at = one.received_at;
    if let Some(deployed) = &one.follows.deployed {
        let facts = deployed.facts();
        tx.note_deployment(id, at, &one.integration, &facts).await?;
        docket
            .deployed(tx, &deployed.domains, &one.integration, at)
            .await?;
    }
    if let Some(domain) = &one.follows.watched
        && let Some(event) = tx.add_domain(domain, at).await?
    {
        taken.events.push(event);
        taken.watched.push((**domain).clone());
    }
    match &one.follows.ticket {
        Some(raised) => docket.raise(tx, id, (**raised).clone(), at).await.map(Some),
        None => Ok(None),
    }
}

fn delivery(one: &Incoming, id: i64, joined: Option<Joined>, dedup: Option<Key>) -> Delivery<'_> {
    Delivery {
        id,
        integration: &one.integration,
        event: &one.event,
        received_at: one.received_at,
        occurred_at: one.occurred_at,
        state: one.follows.fate(),
        why: one.follows.rejected.as_deref(),
        domain: one.domain.as_ref(),
        ticket: joined.map(|joined| joined.ticket),
        earlier: joined.and_then(|joined| joined.earlier),
        dedup,
        body: &one.body,
    }
}

impl Incoming {
    fn fault(&self) -> Option<&model::ticket::Fault> {
        self.follows.ticket.as_ref().map(|raised| &raised.fault)
    }
}

impl Follows {
    pub(crate) fn fate(&self) -> Fate {
        if self.rejected.is_some() {
            Fate::Rejected
        } else if self.is_nothing() {
            Fate::Ignored
        } else {
            Fate::Accepted
        }
    }

    fn is_nothing(&self) -> bool {
        self.ticket.is_none()
            && self.deployed.is_none()
            && self.onboarded.is_none()
            && self.watched.is_none()
            && self.checked.is_empty()
    }
}

impl Deployed {
    fn facts(&self) -> store::Deployment<'_> {
        store::Deployment {
            domains: &self.domains,
            expiry: self.expiry,
            serial: self.serial.as_deref(),
        }
    }
}

/// The ids of the reports that came in before, as long as their repeats are known.
fn remembered(
    found: &HashMap<Key, (i64, Timestamp)>,
    incoming: &[Incoming],
    keys: &[Option<Key>],
) -> HashMap<Key, i64> {
    let remembered = incoming.iter().zip(keys).filter_map(|(one, key)| {
        let key = (*key)?;
        let (id, at) = *found.get(&key)?;
        (one.received_at.since(at) < one.known_by.remembered_for()).then_some((key, id))
    });
    remembered.collect()
}

/// A repeat within one batch gets the answer of the first.
fn answers(
    receipts: Vec<Option<Receipt>>,
    keys: &[Option<Key>],
    first: &HashMap<Key, usize>,
) -> Vec<Receipt> {
    let known = receipts.clone();
    let of_first = |key: Key| first.get(&key).and_then(|nth| known[*nth]);
    let answers = receipts.into_iter().zip(keys).filter_map(|(receipt, key)| {
        receipt.or_else(|| {
            of_first((*key)?).map(|first| Receipt {
                is_duplicate: true,
                ..first
            })
        })
    });
    answers.collect()
}

/// Half of a digest; `None` where nothing repeats it. What was refused is told apart: corrected, it may come again
/// under its id.
fn key(one: &Incoming) -> Option<Key> {
    let refused = one.follows.rejected.is_some();
    let (kind, known_by) = match &one.known_by {
        KnownBy::Nothing => return None,
        KnownBy::Id(id) if !refused => ("id", id),
        KnownBy::Id(id) => ("rejected", id),
        KnownBy::Bytes(digest) => ("bytes", digest),
    };
    let digest = Sha256::digest([one.integration.as_str(), kind, known_by].join(" "));
    let (indexed, rest) = digest.split_first_chunk()?;
    Some(Key {
        indexed: i64::from_be_bytes(*indexed),
        rest: i64::from_be_bytes(*rest.first_chunk()?),
    })
}

impl KnownBy {
    fn remembered_for(&self) -> i64 {
        match self {
            Self::Id(_) => 30 * DAY,
            Self::Bytes(_) => 10 * MINUTE,
            Self::Nothing => 0,
        }
    }
}

fn announcement(one: &Delivery<'_>) -> What {
    What::Webhook {
        event_id: one.id.to_string(),
        integration: one.integration.to_owned(),
        event: one.event.to_owned(),
        domain: one.domain.cloned(),
        ticket: one.ticket,
    }
}
