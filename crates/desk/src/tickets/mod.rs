//! Tickets as people and programs read them; what changes one is in its own file.

mod change;
mod reading;
mod views;

pub use change::Changes;

use crate::{Actor, Desk, internal};
use model::{
    DomainName, Error, Language, Permission, Result,
    access::Grant,
    board::Overview,
    shown::Shown,
    ticket::{Case, Entry, Kind, Moment, Priority, Status, TicketCard, Tickets},
};
use store::Sought;

/// Which tickets are wanted; what is `None` or empty does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub status: Vec<Status>,
    pub priority: Option<Priority>,
    /// A username; an empty one wants the tickets that nobody has.
    pub assigned_to: Option<String>,
    pub domain: Option<DomainName>,
    pub kind: Option<Kind>,
    /// Words, of each of which the beginning is enough.
    pub words: Option<String>,
    /// The number of the last ticket of the page before.
    pub before: Option<i64>,
    pub limit: u32,
}

impl Desk {
    /// A page of tickets, newest first. Who may not read a ticket's text does not find it by that either.
    pub async fn tickets(&self, who: &Actor, wanted: &Wanted) -> Result<Shown<Tickets>> {
        let grant = who.may(Permission::SeeTickets)?;
        if grant != Grant::Whole && wanted.assigned_to.is_some() {
            return Err(Error::Denied);
        }
        let sought = Sought {
            status: &wanted.status,
            priority: wanted.priority,
            assigned_to: wanted.assigned_to.as_deref(),
            domain: wanted.domain.as_ref(),
            kind: wanted.kind,
            words: wanted.words.as_deref().filter(|words| !words.trim().is_empty()),
            whole: grant == Grant::Whole,
            before: wanted.before,
            // One more tells whether there is a next page.
            limit: wanted.limit.saturating_add(1),
        };
        let mut items = self.0.store.tickets(&sought).await.map_err(internal)?;
        let page = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
        let more = items.len() > page;
        items.truncate(page);
        let last = items.last().filter(|_| more);
        let mut tickets = Tickets {
            next_cursor: last.map(|ticket| ticket.number.to_string()),
            items,
        };
        if grant != Grant::Whole {
            let names = self.usernames().await?;
            for ticket in &mut tickets.items {
                ticket.hide_names(&names);
            }
        }
        Ok(grant.show(tickets))
    }

    /// How many tickets there are of each status.
    pub async fn ticket_counts(&self, who: &Actor) -> Result<Vec<(Status, i64)>> {
        who.may(Permission::SeeTickets)?;
        self.0.store.ticket_counts().await.map_err(internal)
    }

    /// How everything is, in figures.
    pub async fn overview(&self, who: &Actor) -> Result<Overview> {
        Ok(Overview {
            figures: self.figures(who)?,
            open_tickets: self.live_tickets(who).await?,
        })
    }

    /// How many tickets want somebody's attention.
    pub async fn live_tickets(&self, who: &Actor) -> Result<i64> {
        let counts = self.ticket_counts(who).await?;
        let live = counts.into_iter().filter(|(status, _)| status.is_live());
        Ok(live.map(|(_, count)| count).sum())
    }

    /// A ticket with its whole time line, by its id.
    pub async fn ticket(&self, who: &Actor, id: &str) -> Result<Shown<TicketCard>> {
        let grant = who.may(Permission::SeeTickets)?;
        let case = self.0.store.case(id).await.map_err(internal)?;
        self.ticket_card(grant, case.ok_or_else(|| no_such_ticket(id))?)
            .await
    }

    /// The same by its number.
    pub async fn ticket_by_number(&self, who: &Actor, number: i64) -> Result<Shown<TicketCard>> {
        let grant = who.may(Permission::SeeTickets)?;
        let case = self.0.store.case_by_number(number).await.map_err(internal)?;
        let case = case.ok_or_else(|| no_such_ticket(&number.to_string()))?;
        self.ticket_card(grant, case).await
    }

    async fn ticket_card(&self, grant: Grant, case: Case) -> Result<Shown<TicketCard>> {
        let mut card = TicketCard {
            timeline: self.timeline(&case).await?,
            seen: case.seen,
            ticket: case.ticket,
        };
        if grant != Grant::Whole {
            card.hide_names(&self.usernames().await?);
        }
        Ok(grant.show(card))
    }

    /// What people and the Desk did, and the reports between.
    async fn timeline(&self, case: &Case) -> Result<Vec<Entry>> {
        let number = case.ticket.number;
        let mut entries = self.0.store.timeline(number).await.map_err(internal)?;
        let reports = match case.last_report {
            Some(last) => self.0.store.reports(last, MOST_REPORTS).await.map_err(internal)?,
            None => Vec::new(),
        };
        // Each report is an occurrence.
        let shown = i64::try_from(reports.len()).unwrap_or(i64::MAX);
        let count = case.ticket.occurrences - shown;
        if case.last_report.is_some() && count > 0 {
            entries.push(Entry {
                at: case.ticket.created_at,
                who: None,
                what: Moment::EarlierEvents { count },
            });
        }
        entries.extend(reports.into_iter().rev().map(|report| Entry {
            at: report.received_at,
            who: None,
            what: Moment::Event {
                event_id: report.event_id,
                integration: report.integration,
                event: report.event,
            },
        }));
        // A report stands before what it has led to.
        entries.sort_by_key(|entry| (entry.at, !matches!(entry.what, Moment::Event { .. })));
        Ok(entries)
    }

    /// Everybody's name, for who must not read them.
    pub(crate) async fn usernames(&self) -> Result<Vec<String>> {
        let users = self.0.store.users().await.map_err(internal)?;
        Ok(users.into_iter().map(|user| user.username).collect())
    }
}

pub(crate) fn no_such_ticket(id: &str) -> Error {
    Error::not_found(format!("the ticket {id}"))
}

/// Says a wrong field in the reader's language.
fn wrong(field: &str, language: Language, pt: &str, en: &str) -> Error {
    let why = match language {
        Language::Pt => pt,
        Language::En => en,
    };
    Error::invalid(field, why)
}

/// The newest reports that a time line shows; the others are counted.
const MOST_REPORTS: u32 = 100;
