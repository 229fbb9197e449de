//! What leaves the house: only a grant makes a [`Shown`], and it masks first where the reader is granted no more.

use crate::{
    Evidence, Leaf, SpokenStep, Status,
    access::Grant,
    audit::{Cycle, Overview, Running, Scorecards},
    board::{Board, Card, Detail, Row},
    certificate::Link,
    health::{Health, HostHealth},
    held::{Held, Holdings, Place},
    history::{Change, Changes},
    job::{DeadJob, Jobs},
    mask,
    onboarding::{Count, Funnel, Onboarding, Story, Tenant, Tenants, Told, Wait},
    ticket::{Entry, Moment, Seen, Ticket, TicketCard, Tickets},
    truths::Truths,
    webhook::{Webhook, WebhookCard, Webhooks},
};
use serde::{Serialize, Serializer};
use std::{borrow::Cow, ops::Deref};

/// An answer as its reader may see it. The doors send nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown<T>(T);

impl Grant {
    /// The one place where masking is decided.
    pub fn show<T: Mask>(self, mut answer: T) -> Shown<T> {
        if self != Self::Whole {
            answer.mask();
        }
        Shown(answer)
    }
}

impl<T> Shown<T> {
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Shown<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Takes personal data out.
pub trait Mask {
    fn mask(&mut self);
}

impl Mask for String {
    fn mask(&mut self) {
        if let Cow::Owned(masked) = mask::text(self) {
            *self = masked;
        }
    }
}

impl<T: Mask> Mask for Option<T> {
    fn mask(&mut self) {
        if let Some(some) = self {
            some.mask();
        }
    }
}

impl<T: Mask> Mask for Vec<T> {
    fn mask(&mut self) {
        for each in self {
            each.mask();
        }
    }
}

impl<A: Mask> Mask for (A, bool) {
    fn mask(&mut self) {
        self.0.mask();
    }
}

/// `Type { masked } clear { clear }`: every field is named, so that a new one does not compile until somebody has
/// decided which it is.
macro_rules! mask {
    ($($type:ident { $($masked:ident),* } clear { $($clear:ident),* })*) => {$(
        impl Mask for $type {
            fn mask(&mut self) {
                let Self { $($masked,)* $($clear: _,)* } = self;
                $($masked.mask();)*
            }
        }
    )*};
}

// Clear for a noc: domain names, mail hosts, check results, tenants, counters, times (contract, `roles.md`).
mask! {
    Evidence {
        endpoint, sni, leaf, chain, detail, host, command, path, name, question, resolver, url, location, found,
        expected, missing, issued, served
    } clear { starttls, tls_version, cipher, reason, exit_code, line, status, since, wants }
    Leaf { cn, sans, issuer } clear {
        sans_left_out, serial, not_before, not_after, sha256, public_key
    }
    Link { subject, issuer } clear { not_after, sha256, public_key }
    SpokenStep { message, hint, evidence } clear {
        id, group, priority, label, state, ok, code, checked_at, duration_ms, standing
    }
    Status { steps } clear { domain, mail_host, site, ready, admin_ready, mail_tls_ready, checked_at }
    Row { fault } clear {
        domain, mail_host, site, tenant, verdict, fault_check, cells, since, checked_at, expires_at
    }
    Board { rows } clear { columns, left_out, figures, sites, last_event }
    Card { status, truths } clear { tenant, aliases, verdict, history, last_event, now }
    Detail { step, truths, reproduce } clear { domain, mail_host, since, strip, now }
    Truths { wanted, missing, issued, deployed, served } clear { broken }
    Change { message } clear { id, at, check, label, before, after, code }
    Changes { items } clear { next_cursor }
    HostHealth { via, fault } clear { name, sites, reachable, since, checked_at }
    Health { hosts } clear { version, database, sweeps, audits, missing_secrets, domains, now }
    DeadJob { about, error } clear { id, name, tries, created_at, tried_at }
    Jobs { items } clear { depths, next_cursor }
    Place { at } clear { how, site }
    Held { leaf, places } clear { urgency, renew_from, first_seen, domains, domains_in_all }
    Holdings { items } clear { next_cursor }
    Tickets { items } clear { next_cursor }
    Seen { evidence } clear { check, at, state, code }
    Webhook {} clear { event_id, integration, event, received_at, state, domain, ticket }
    Webhooks { items } clear { next_cursor }
    Funnel { stages, items } clear { failed, next_cursor }
    Count { step } clear { stage, reached, here, failed }
    Onboarding { step, waits_for } clear { domain, tenant, stage, since, stuck, watched, event_id }
    Story { onboarding, events } clear { started_at, completed_at }
    Told { step, why } clear { event_id, event, at, received_at, ticket }
    Tenant {} clear { name, domains, ready, open_tickets }
    Tenants { items } clear { next_cursor }
    Overview { latest, running, trend } clear { next_at, mean, distribution, unscored, worst, tenants, now }
    Running { cycle } clear { done, of }
    Scorecards {} clear { cycle_id, items, next_cursor }
}

/// People's names; a text in which one may stand is masked as text.
struct Name<'a>(&'a mut String);

impl Mask for Name<'_> {
    fn mask(&mut self) {
        *self.0 = mask::name(self.0);
    }
}

impl Mask for Cycle {
    fn mask(&mut self) {
        let Self {
            asked_by,
            cycle_id: _,
            origin: _,
            asked_at: _,
            began_at: _,
            ended_at: _,
            domains: _,
            mean: _,
        } = self;
        if let Some(name) = asked_by {
            Name(name).mask();
        }
    }
}

impl Mask for Ticket {
    fn mask(&mut self) {
        let Self {
            subject,
            assigned_to,
            id: _,
            number: _,
            kind: _,
            domain: _,
            tenant: _,
            status: _,
            priority: _,
            occurrences: _,
            created_at: _,
            updated_at: _,
            last_seen_at: _,
            version: _,
        } = self;
        subject.mask();
        if let Some(name) = assigned_to {
            Name(name).mask();
        }
    }
}

/// What people wrote is absent.
impl Mask for TicketCard {
    fn mask(&mut self) {
        self.ticket.mask();
        self.seen.mask();
        self.timeline
            .retain(|entry| !matches!(entry.what, Moment::Comment { .. }));
        self.timeline.mask();
    }
}

impl Mask for Entry {
    fn mask(&mut self) {
        if let Some(who) = &mut self.who {
            Name(who).mask();
        }
        match &mut self.what {
            Moment::Opened { body } => *body = None,
            Moment::Comment { body } => body.clear(),
            Moment::Assigned { before, after } => {
                for name in [before, after].into_iter().flatten() {
                    Name(name).mask();
                }
            }
            Moment::Subject { before, after } => {
                before.mask();
                after.mask();
            }
            Moment::Recovered { before, after, .. } => {
                before.mask();
                after.mask();
            }
            Moment::Event { .. }
            | Moment::EarlierEvents { .. }
            | Moment::Status { .. }
            | Moment::Priority { .. }
            | Moment::Reopened { .. }
            | Moment::Deployed { .. }
            | Moment::Notified { .. } => {}
        }
    }
}

impl Mask for Wait {
    fn mask(&mut self) {
        match self {
            Self::Wizard { next } => next.mask(),
            Self::Repair { why, ticket: _ } => why.mask(),
            Self::Checks { checks: _ } | Self::Watching | Self::Nothing => {}
        }
    }
}

/// The payload is absent.
impl Mask for WebhookCard {
    fn mask(&mut self) {
        let Self {
            webhook,
            occurred_at: _,
            why,
            payload,
        } = self;
        webhook.mask();
        *why = None;
        *payload = serde_json::Value::Null;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_grant_shows_the_whole() {
        let row = || Evidence {
            endpoint: Some("198.51.100.7:993".into()),
            found: vec!["mailto:maria@example.com".into()],
            sni: Some("mail.example.com".into()),
            ..Evidence::default()
        };
        assert_eq!(*Grant::Whole.show(row()), row());
        for grant in [Grant::Masked, Grant::Counts, Grant::Own, Grant::Wazuh] {
            let shown = serde_json::to_value(grant.show(row())).unwrap();
            assert_eq!(shown["endpoint"], "198.51.•.•:993");
            assert_eq!(shown["found"][0], "mailto:m•••@e•••.com");
            assert_eq!(shown["sni"], "mail.example.com");
        }
    }
}
