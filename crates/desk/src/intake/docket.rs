//! The tickets that one transaction touches: each read once, changed in memory, written once.

use crate::{
    hooks::{Hook, Turned, announce},
    passwords::random_word,
};
use model::{
    DomainName, Patience, Timestamp,
    event::What,
    ticket::{Case, Entry, Fault, Green, Kind, Raised, Ticket},
};
use std::collections::HashMap;
use store::{Key, Tx};

#[derive(Default)]
pub(crate) struct Docket {
    files: Vec<File>,
    /// The newest ticket of each fault, where it has any.
    of_fault: HashMap<Fault, Option<usize>>,
}

/// Where a report belongs.
#[derive(Clone, Copy)]
pub(crate) struct Joined {
    /// A ticket's number.
    pub(crate) ticket: i64,
    /// The report that the ticket stood on before.
    pub(crate) earlier: Option<i64>,
}

struct File {
    case: Case,
    /// As it is in the database; `None`: it is new.
    stored: Option<Stored>,
    is_changed: bool,
    told: Vec<Entry>,
}

struct Stored {
    version: i64,
    is_live: bool,
}

impl Docket {
    /// Reads what the past knows of reports: the newest webhook under each key, which is returned, and the newest
    /// ticket of each fault.
    pub(crate) async fn recall(
        &mut self,
        tx: &mut Tx,
        keys: &[Key],
        faults: &[&Fault],
    ) -> Result<HashMap<Key, (i64, Timestamp)>, store::Error> {
        let mut unknown: Vec<&Fault> = faults.to_vec();
        unknown.retain(|fault| !self.of_fault.contains_key(fault));
        unknown.sort();
        unknown.dedup();
        let (known, mut cases) = tx.recall(keys, &unknown).await?;
        for fault in unknown {
            let file = cases.remove(fault).map(|case| self.put(case));
            self.of_fault.insert(fault.clone(), file);
        }
        Ok(known)
    }

    /// Reads the live tickets of these domains that the checks can prove to be over.
    pub(crate) async fn load_live(&mut self, tx: &mut Tx, domains: &[&str]) -> Result<(), store::Error> {
        for case in tx.live_cases_of(domains).await? {
            let Some(fault) = case.fault.clone() else { continue };
            if !self.of_fault.contains_key(&fault) {
                let file = self.put(case);
                self.of_fault.insert(fault, Some(file));
            }
        }
        Ok(())
    }

    /// A report: it joins its fault's ticket, or opens one. The fault was loaded.
    pub(crate) async fn raise(
        &mut self,
        tx: &mut Tx,
        report: i64,
        raised: Raised,
        at: Timestamp,
    ) -> Result<Joined, store::Error> {
        let known = self.of_fault.get(&raised.fault).copied().flatten();
        if let Some(file) = known.map(|file| &mut self.files[file])
            && file.case.takes(at)
        {
            let told = file.case.raise(raised, at);
            file.told.extend(told);
            file.is_changed = true;
            return Ok(Joined {
                ticket: file.case.ticket.number,
                earlier: file.case.last_report.replace(report),
            });
        }
        let number = tx.ticket_numbers(1).await?;
        let fault = raised.fault.clone();
        let mut case = Case::open(random_word(ID), number, raised, at);
        case.last_report = Some(report);
        let file = self.put(case);
        self.files[file].stored = None;
        self.of_fault.insert(fault, Some(file));
        Ok(Joined {
            ticket: number,
            earlier: None,
        })
    }

    /// A certificate was deployed for these domains.
    pub(crate) async fn deployed(
        &mut self,
        tx: &mut Tx,
        domains: &[DomainName],
        integration: &str,
        at: Timestamp,
    ) -> Result<(), store::Error> {
        let names: Vec<&str> = domains.iter().map(DomainName::as_str).collect();
        self.load_live(tx, &names).await?;
        for domain in domains {
            if let Some(file) = self.live(domain, Kind::MailTls) {
                let told = file.case.deployed(integration, at);
                file.told.push(told);
                file.is_changed = true;
            }
        }
        Ok(())
    }

    /// The checks of a domain were good. Its live tickets were loaded.
    pub(crate) fn green(&mut self, domain: &DomainName, kind: Kind, green: Green, patience: Patience) {
        if let Some(file) = self.live(domain, kind) {
            let before = file.case.green_runs;
            let told = file.case.green(green, patience);
            file.is_changed |= told.is_some() || file.case.green_runs != before;
            file.told.extend(told);
        }
    }

    /// They were not.
    pub(crate) fn red(&mut self, domain: &DomainName, kind: Kind) {
        if let Some(file) = self.live(domain, kind) {
            file.is_changed |= file.case.green_runs > 0;
            file.case.red();
        }
    }

    /// What the checks had seen red of a domain's live ticket.
    pub(crate) fn case(&self, domain: &DomainName, kind: Kind) -> Option<&Case> {
        let file = self
            .of_fault
            .get(&Fault::of_domain(kind, domain))
            .copied()
            .flatten()?;
        Some(&self.files[file].case).filter(|case| case.ticket.status.is_live())
    }

    /// Writes what was changed, has the hooks told, and returns what there is to tell of it here.
    pub(crate) async fn close(
        mut self,
        tx: &mut Tx,
        hooks: &[Hook],
    ) -> Result<Vec<(Timestamp, What)>, store::Error> {
        let mut told = Vec::new();
        for file in &mut self.files {
            for entry in file.told.drain(..) {
                file.case.lines += 1;
                told.push((file.case.ticket.number, file.case.lines, entry));
            }
        }
        let of = |which: fn(&File) -> bool| -> Vec<&Case> {
            let files = self.files.iter().filter(|file| which(file));
            files.map(|file| &file.case).collect()
        };
        tx.save_cases(&of(File::is_other)).await?;
        tx.save_sightings(&of(|file| file.is_changed && !file.is_other()))
            .await?;
        tx.write_words(&of(|file| file.stored.is_none())).await?;
        tx.tell(&told).await?;
        let turned: Vec<_> = self.files.iter().map(File::turned).collect();
        announce(tx, hooks, &turned).await?;
        let touched = self
            .files
            .iter()
            .filter(|file| file.is_changed || file.is_other());
        let told = touched.map(|file| (file.case.ticket.updated_at, announcement(&file.case.ticket)));
        Ok(told.collect())
    }

    fn put(&mut self, case: Case) -> usize {
        self.files.push(File {
            stored: Some(Stored {
                version: case.ticket.version,
                is_live: case.ticket.status.is_live(),
            }),
            case,
            is_changed: false,
            told: Vec::new(),
        });
        self.files.len() - 1
    }

    fn live(&mut self, domain: &DomainName, kind: Kind) -> Option<&mut File> {
        let file = self
            .of_fault
            .get(&Fault::of_domain(kind, domain))
            .copied()
            .flatten()?;
        Some(&mut self.files[file]).filter(|file| file.case.ticket.status.is_live())
    }
}

impl File {
    /// New, or changed in what people could have changed.
    fn is_other(&self) -> bool {
        self.stored
            .as_ref()
            .is_none_or(|stored| stored.version != self.case.ticket.version)
    }

    fn turned(&self) -> Turned<'_> {
        (
            &self.case.ticket,
            self.stored.as_ref().map(|stored| stored.is_live),
        )
    }
}

pub(crate) fn announcement(ticket: &Ticket) -> What {
    What::Ticket {
        id: ticket.id.clone(),
        number: ticket.number,
        domain: ticket.domain.clone(),
        status: ticket.status,
        version: ticket.version,
        occurrences: ticket.occurrences,
    }
}

/// Letters and digits of a ticket's id: 79 bits.
const ID: usize = 16;
