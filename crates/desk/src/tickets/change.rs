//! What people do with tickets: open, change, comment. Each is one transaction with its line in the time line.

use super::{no_such_ticket, reading, wrong};
use crate::{Actor, Desk, hooks::announce, intake::ticket_event, internal, passwords::random_word};
use model::{
    Error, Language, Permission, Result, Role,
    access::Grant,
    shown::Shown,
    ticket::{Assignee, Case, Edit, Entry, Moment, NewTicket, Status, Ticket, TicketCard, TicketChanges},
    trail::{Action, Deed, Fields},
};
use store::Tx;

/// The version that somebody read, and what they want of the ticket now.
#[derive(Clone, Debug)]
pub struct Changes {
    /// `None`: whatever it is now.
    pub version: Option<i64>,
    pub wanted: TicketChanges,
}

impl Desk {
    /// Opens a ticket by hand.
    pub async fn open_ticket(
        &self,
        who: &Actor,
        new: &NewTicket,
        language: Language,
    ) -> Result<Shown<TicketCard>> {
        who.may(Permission::WriteTickets)?;
        let at = self.now();
        let mut draft = reading::new_ticket(new, language)?;
        let tenant = draft
            .domain
            .as_ref()
            .and_then(|name| self.0.latest.domain(name)?.tenant);
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let number = tx.ticket_numbers(1).await.map_err(internal)?;
        let body = draft.body.take();
        let mut case = Case::by_hand(random_word(16), number, draft, tenant, at);
        case.lines = 1;
        let opened = Entry {
            at,
            who: Some(who.username().to_owned()),
            what: Moment::Opened { body },
        };
        tx.save_cases(&[&case]).await.map_err(internal)?;
        tx.tell(&[(number, 1, opened)]).await.map_err(internal)?;
        tx.rewrite_words(&case).await.map_err(internal)?;
        let deed = self.deed(who, Action::TicketOpened, &format!("#{number}"));
        let deed = deed.with(Fields::new(), trail_of(&case.ticket));
        self.finish(tx, deed, &case.ticket, None).await?;
        self.ticket(who, &case.ticket.id).await
    }

    /// Changes a ticket that nobody has changed since it was read; a technician only one of their own.
    pub async fn change_ticket(
        &self,
        who: &Actor,
        id: &str,
        changes: Changes,
        language: Language,
    ) -> Result<Shown<TicketCard>> {
        let grant = who.may(Permission::ChangeTickets)?;
        let edit = reading::changes(changes.wanted, language)?;
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let mut case = self.own(&mut tx, who, grant, id).await?;
        if changes
            .version
            .is_some_and(|version| version != case.ticket.version)
        {
            return Err(Error::Stale {
                version: case.ticket.version,
            });
        }
        if let Assignee::Somebody(name) = &edit.assigned_to {
            may_have_tickets(&mut tx, name, language).await?;
        }
        self.leave_one_live(&mut tx, &case, &edit, language).await?;
        let (before, was_live) = (trail_of(&case.ticket), case.ticket.status.is_live());
        let told = case.edit(edit, who.username(), self.now());
        if !told.is_empty() {
            let numbered = told.into_iter().map(|entry| {
                case.lines += 1;
                (case.ticket.number, case.lines, entry)
            });
            let numbered: Vec<_> = numbered.collect();
            tx.save_cases(&[&case]).await.map_err(internal)?;
            tx.tell(&numbered).await.map_err(internal)?;
            tx.rewrite_words(&case).await.map_err(internal)?;
            let deed = self.deed(who, Action::TicketEdited, &format!("#{}", case.ticket.number));
            let deed = deed.with(before, trail_of(&case.ticket));
            self.finish(tx, deed, &case.ticket, Some(was_live)).await?;
        }
        self.ticket(who, id).await
    }

    /// Adds a comment; a technician only to a ticket of their own.
    pub async fn comment(
        &self,
        who: &Actor,
        id: &str,
        body: &str,
        language: Language,
    ) -> Result<Shown<TicketCard>> {
        let grant = who.may(Permission::WriteTickets)?;
        let body = reading::body("body", body, language)?;
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let mut case = self.own(&mut tx, who, grant, id).await?;
        let at = self.now();
        case.lines += 1;
        case.ticket.updated_at = at;
        let entry = Entry {
            at,
            who: Some(who.username().to_owned()),
            what: Moment::Comment { body },
        };
        tx.save_cases(&[&case]).await.map_err(internal)?;
        tx.tell(&[(case.ticket.number, case.lines, entry)])
            .await
            .map_err(internal)?;
        tx.rewrite_words(&case).await.map_err(internal)?;
        let deed = self.deed(who, Action::TicketCommented, &format!("#{}", case.ticket.number));
        let is_live = case.ticket.status.is_live();
        self.finish(tx, deed, &case.ticket, Some(is_live)).await?;
        self.ticket(who, id).await
    }

    /// The names of those who may have tickets, for a form to choose from.
    pub async fn assignees(&self, who: &Actor) -> Result<Vec<String>> {
        who.may(Permission::ChangeTickets)?;
        let users = self.0.store.users().await.map_err(internal)?;
        let can = users
            .into_iter()
            .filter(|user| user.active && has_tickets(user.role));
        Ok(can.map(|user| user.username).collect())
    }

    /// A ticket that this person may write to. Another's may be seen, and so is refused and not hidden.
    async fn own(&self, tx: &mut Tx, who: &Actor, grant: Grant, id: &str) -> Result<Case> {
        let case = tx.case(id).await.map_err(internal)?;
        let case = case.ok_or_else(|| no_such_ticket(id))?;
        let is_theirs = case.ticket.assigned_to.as_deref() == Some(who.username());
        if grant == Grant::Own && !is_theirs {
            return Err(Error::Denied);
        }
        Ok(case)
    }

    /// Of a fault's tickets at most one is live.
    async fn leave_one_live(&self, tx: &mut Tx, case: &Case, edit: &Edit, language: Language) -> Result<()> {
        let revived = edit.status.is_some_and(Status::is_live) && !case.ticket.status.is_live();
        let Some(fault) = case.fault.as_ref().filter(|_| revived) else {
            return Ok(());
        };
        let newest = tx.cases(&[fault]).await.map_err(internal)?.remove(fault);
        let other = newest.filter(|newest| newest.ticket.status.is_live());
        other.map_or(Ok(()), |other| {
            let number = other.ticket.number;
            Err(Error::Conflict {
                why: match language {
                    Language::Pt => format!("a mesma falha já tem o ticket #{number} aberto"),
                    Language::En => format!("the same fault has ticket #{number} open already"),
                },
            })
        })
    }

    /// `was_live`: before this; `None`: it is new.
    async fn finish(&self, mut tx: Tx, deed: Deed, ticket: &Ticket, was_live: Option<bool>) -> Result<()> {
        tx.note(&deed).await.map_err(internal)?;
        let hooks = &self.0.setup.hooks;
        announce(&mut tx, hooks, &[(ticket, was_live)])
            .await
            .map_err(internal)?;
        let what = ticket_event(ticket);
        let events = tx
            .append(vec![(ticket.updated_at, what)])
            .await
            .map_err(internal)?;
        let has_jobs = tx.has_jobs();
        tx.commit().await.map_err(internal)?;
        self.0.recorder.ring(&events, has_jobs);
        Ok(())
    }
}

/// A ticket as the trail tells of it; what people wrote is in its time line.
fn trail_of(ticket: &Ticket) -> Fields {
    let assigned = ticket.assigned_to.as_deref().unwrap_or_default();
    let all = [
        ("status", ticket.status.as_str()),
        ("priority", ticket.priority.as_str()),
        ("assigned_to", assigned),
        ("subject", &ticket.subject),
    ];
    let said = all.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

async fn may_have_tickets(tx: &mut Tx, name: &str, language: Language) -> Result<()> {
    let user = tx.user(name).await.map_err(internal)?;
    if user.is_some_and(|user| user.active && has_tickets(user.role)) {
        return Ok(());
    }
    Err(wrong(
        "assigned_to",
        language,
        "ninguém com este nome pode ter tickets",
        "nobody of this name may have tickets",
    ))
}

fn has_tickets(role: Role) -> bool {
    role.may(Permission::ChangeTickets)
}
