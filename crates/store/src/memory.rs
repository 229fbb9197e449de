//! What the writer of a file still knows of what it read and wrote, so that a storm's reports need not ask for it.

use crate::{Delivery, Key, Tx, dialect::On, tickets::Recalled};
use hashlink::LruCache;
use model::{
    Timestamp,
    ticket::{Case, Fault},
};
use std::collections::BTreeMap;

/// True as of the last commit. Whoever has the turn to write has it, keeps it true, and empties it where nothing came
/// of what was written. What another process has written it finds out by the numbers that were given meanwhile.
pub(crate) struct Memory {
    /// The last number that was given of each kind; empty: unknown.
    numbers: BTreeMap<String, i64>,
    /// The same as [`Tx::cases`].
    cases: LruCache<Fault, Case>,
    /// The same as [`Tx::known_deliveries`].
    deliveries: LruCache<Key, (i64, Timestamp)>,
}

impl Memory {
    /// Whatever it knew before others may have changed.
    pub(crate) fn forget(&mut self) {
        self.numbers.clear();
        self.cases.clear();
        self.deliveries.clear();
    }

    /// The numbers, as whoever has the turn has read them before giving any. Another process that has changed tickets or
    /// taken webhooks has given some: each of both is told in an event.
    pub(crate) fn compare(&mut self, numbers: &BTreeMap<String, i64>) {
        if self.numbers != *numbers {
            self.forget();
        }
    }

    /// What was given is committed.
    pub(crate) fn keep(&mut self, numbers: BTreeMap<String, i64>) {
        if !numbers.is_empty() {
            self.numbers = numbers;
        }
    }

    pub(crate) fn learn(&mut self, (deliveries, cases): &Recalled) {
        for (fault, case) in cases {
            self.cases.insert(fault.clone(), case.clone());
        }
        for (key, known) in deliveries {
            self.deliveries.insert(*key, *known);
        }
    }

    /// `None` where it does not know them all. Of the keys those are left out that it does not know.
    fn recall(&mut self, keys: &[Key], faults: &[&Fault]) -> Option<(Recalled, BTreeMap<String, i64>)> {
        if self.numbers.is_empty() {
            return None;
        }
        let cases = faults
            .iter()
            .map(|fault| Some(((*fault).clone(), self.cases.get(*fault)?.clone())))
            .collect::<Option<_>>()?;
        let known = keys
            .iter()
            .filter_map(|key| Some((*key, *self.deliveries.get(key)?)));
        Some(((known.collect(), cases), self.numbers.clone()))
    }

    pub(crate) fn delivery_is(&mut self, delivery: &Delivery<'_>) {
        if let Some(key) = delivery.dedup {
            self.deliveries.insert(key, (delivery.id, delivery.received_at));
        }
    }

    /// A ticket was written. Which of a fault's tickets a report joins, only the database can say of a second one.
    fn case_is(&mut self, case: &Case) {
        let Some(fault) = &case.fault else { return };
        match self.cases.get_mut(fault) {
            Some(known) if known.ticket.number == case.ticket.number => known.clone_from(case),
            Some(_) => drop(self.cases.remove(fault)),
            None => {}
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            numbers: BTreeMap::new(),
            cases: LruCache::new(CASES),
            deliveries: LruCache::new(DELIVERIES),
        }
    }
}

impl Tx {
    /// What is remembered of them; `None` where it is not enough. Keys that are not remembered are taken for new, and
    /// one that is not lets nothing of the transaction be written.
    pub(crate) fn remembered(&mut self, keys: &[Key], faults: &[&Fault]) -> Option<Recalled> {
        let On::Sqlite(script) = &mut self.on else {
            return None;
        };
        if !script.is_from_memory() {
            return None;
        }
        let (recalled, numbers) = script.memory()?.recall(keys, faults)?;
        let new: Vec<_> = keys.iter().filter(|key| !recalled.0.contains_key(key)).collect();
        if !new.is_empty() {
            // By itself alone: a connection on which a transaction has undone itself is not used again.
            let query =
                script.next("insert into taken_for_new (id) select id from deliveries where dedup in (");
            let mut values = query.separated(", ");
            for key in new {
                values.push_bind(key.indexed);
            }
            query.push(")");
        }
        self.numbers.know(numbers);
        Some(recalled)
    }

    pub(crate) fn remember(&mut self, what: impl FnOnce(&mut Memory)) {
        if let On::Sqlite(script) = &mut self.on
            && let Some(memory) = script.memory()
        {
            what(memory);
        }
    }

    pub(crate) fn remember_cases(&mut self, cases: &[&Case]) {
        self.remember(|memory| {
            for case in cases {
                memory.case_is(case);
            }
        });
    }
}

/// Tickets, of about one KiB each.
const CASES: usize = 4_096;
/// Webhooks, whose repeats mostly follow soon.
const DELIVERIES: usize = 4_096;
