//! What the writer remembers: whatever others do meanwhile, reports find the past as it is.

use crate::{Place, deliveries, minute_of};
use model::{
    event::What,
    ticket::{Case, Fault, Kind, Priority, Raised, Status},
};
use std::collections::HashMap;
use store::{Delivery, Error, Key, Recalled, SoughtDeliveries, Store, Tx};

on_both_engines! {
    a_storm_finds_the_past_as_it_is_whoever_else_writes
    a_repeat_that_was_taken_for_new_is_not_written
    what_another_process_has_changed_is_not_overwritten
}

/// A thousand batches, edits and undone ones, of this process and of another, each compared with what it should be.
async fn a_storm_finds_the_past_as_it_is_whoever_else_writes(place: Place) {
    let (here, elsewhere) = (place.open().await, place.open().await);
    let is_file = here.engine() == "SQLite";
    let mut dice = Dice(1);
    let mut world = Recalled::default();
    let mut conflicts = 0;
    for _ in 0..1_000 {
        let step = Step::of(&mut dice);
        let store = if dice.roll(8) == 0 { &elsewhere } else { &here };
        let tx = store.begin_from_memory().await.unwrap();
        let expected = match step.take(tx, &world).await {
            Err(why) if why.is_conflict() => {
                conflicts += 1;
                let tx = store.begin().await.unwrap();
                step.take(tx, &world).await.unwrap()
            }
            taken => taken.unwrap(),
        };
        world = expected.unwrap_or(world);
        let mut tx = elsewhere.begin().await.unwrap();
        assert_eq!(tx.known_deliveries(&keys()).await.unwrap(), world.0);
        let faults = faults();
        assert_eq!(
            tx.cases(&faults.iter().collect::<Vec<_>>()).await.unwrap(),
            world.1
        );
        tx.commit().await.unwrap();
    }
    let live = world.1.values().filter(|case| case.ticket.status.is_live());
    assert!(live.count() > 0 && !world.0.is_empty());
    assert_eq!(conflicts > 0, is_file, "{conflicts}");
}

async fn a_repeat_that_was_taken_for_new_is_not_written(place: Place) {
    let (here, elsewhere) = (place.open().await, place.open().await);
    let (first, again) = (report(0, 0), report(1, 0));
    send(&here, &first, false).await.unwrap();
    send(&here, &again, true).await.unwrap();
    // Without a word of it in the stream, so that its key alone tells.
    let mut tx = elsewhere.begin().await.unwrap();
    let (key, id) = OF_ANOTHER;
    let other = delivery(id, None, &keys()[key]);
    tx.add_deliveries(&[other]).await.unwrap();
    tx.commit().await.unwrap();

    let repeat = report(key, 0);
    let sent = send(&here, &repeat, true).await;
    if let Err(why) = sent {
        assert!(why.is_conflict(), "{why}");
        assert_eq!(here.engine(), "SQLite");
        send(&here, &repeat, false).await.unwrap();
    }
    let sought = SoughtDeliveries {
        limit: 9,
        ..Default::default()
    };
    let all = here.deliveries(&sought).await.unwrap();
    let ids: Vec<_> = all.into_iter().map(|one| one.event_id).collect();
    assert_eq!(ids, ["99", "2", "1"]);
    // And the connection is none the worse for it.
    send(&here, &report(4, 0), true).await.unwrap();
    assert_eq!(case(&here, 0).await.ticket.occurrences, 3);
}

async fn what_another_process_has_changed_is_not_overwritten(place: Place) {
    let (here, elsewhere) = (place.open().await, place.open().await);
    for key in 0..2 {
        send(&here, &report(key, 0), true).await.unwrap();
    }
    let mut tx = elsewhere.begin().await.unwrap();
    let edit = Step::Edit {
        fault: 0,
        status: Status::Waiting,
    };
    edit.put(&mut tx, &mut Recalled::default()).await.unwrap();
    tx.commit().await.unwrap();

    let next = report(2, 0);
    if let Err(why) = send(&here, &next, true).await {
        assert!(why.is_conflict(), "{why}");
        send(&here, &next, false).await.unwrap();
    }
    let case = case(&here, 0).await;
    assert_eq!(
        (case.ticket.status, case.ticket.occurrences),
        (Status::Waiting, 3)
    );
}

enum Step {
    /// Keys and faults by their numbers, and whether it comes to an end.
    Reports(Vec<(usize, usize)>, bool),
    Edit {
        fault: usize,
        status: Status,
    },
}

impl Step {
    fn of(dice: &mut Dice) -> Self {
        if dice.roll(4) == 0 {
            return Self::Edit {
                fault: dice.roll(FAULTS),
                status: [Status::Open, Status::Resolved, Status::Waiting][dice.roll(3)],
            };
        }
        let reports = (0..=dice.roll(3)).map(|_| (dice.roll(KEYS), dice.roll(FAULTS)));
        Self::Reports(reports.collect(), dice.roll(8) > 0)
    }

    /// What should be known afterwards; `None`: nothing came of it.
    async fn take(&self, mut tx: Tx, world: &Recalled) -> Result<Option<Recalled>, Error> {
        let mut world = world.clone();
        self.put(&mut tx, &mut world).await?;
        if matches!(self, Self::Reports(_, false)) {
            return Ok(None);
        }
        tx.commit().await?;
        Ok(Some(world))
    }

    async fn put(&self, tx: &mut Tx, world: &mut Recalled) -> Result<(), Error> {
        match self {
            Self::Reports(reports, _) => {
                for (key, fault) in reports {
                    take(tx, (&keys()[*key], &faults()[*fault]), world).await?;
                }
                Ok(())
            }
            Self::Edit { fault, status } => {
                let fault = faults().swap_remove(*fault);
                let Some(mut case) = tx.cases(&[&fault]).await?.remove(&fault) else {
                    return Ok(());
                };
                case.ticket.status = *status;
                case.ticket.version += 1;
                tx.save_cases(&[&case]).await?;
                tell(tx, &case).await?;
                world.1.insert(fault, case);
                Ok(())
            }
        }
    }
}

/// As the Desk takes a report; what should be known then is told from what should have been known.
async fn take(tx: &mut Tx, (key, fault): (&Key, &Fault), world: &mut Recalled) -> Result<(), Error> {
    let (known, cases) = tx.recall(&[*key], &[fault]).await?;
    if let Some(known) = known.get(key) {
        assert_eq!(Some(known), world.0.get(key), "nobody has sent it");
        return Ok(());
    }
    let id = tx.delivery_ids(1).await?;
    let live = |cases: &HashMap<Fault, Case>| {
        let case = cases.get(fault)?;
        case.ticket.status.is_live().then(|| case.clone())
    };
    let case = if let Some(case) = live(&cases) {
        let case = joined(case, id);
        tx.save_sightings(&[&case]).await?;
        case
    } else {
        let number = tx.ticket_numbers(1).await?;
        let case = Case::open(format!("id{number}"), number, raised(fault), minute_of(id));
        tx.save_cases(&[&case]).await?;
        case
    };
    tx.add_deliveries(&[delivery(id, Some(case.ticket.number), key)])
        .await?;
    tell(tx, &case).await?;
    let expected = live(&world.1).map_or(case, |case| joined(case, id));
    world.0.insert(*key, (id, minute_of(id)));
    world.1.insert(fault.clone(), expected);
    Ok(())
}

fn joined(mut case: Case, id: i64) -> Case {
    let fault = case.fault.clone().unwrap();
    case.raise(raised(&fault), minute_of(id));
    case.last_report = Some(id);
    case
}

async fn send(store: &Store, step: &Step, is_from_memory: bool) -> Result<(), Error> {
    // The one that another process has sent.
    let (key, id) = OF_ANOTHER;
    let world = (
        HashMap::from([(keys()[key], (id, minute_of(id)))]),
        HashMap::new(),
    );
    let tx = if is_from_memory {
        store.begin_from_memory().await?
    } else {
        store.begin().await?
    };
    step.take(tx, &world).await.map(drop)
}

async fn tell(tx: &mut Tx, case: &Case) -> Result<(), Error> {
    let what = What::Ticket {
        id: case.ticket.id.clone(),
        number: case.ticket.number,
        domain: None,
        status: case.ticket.status,
        version: case.ticket.version,
        occurrences: case.ticket.occurrences,
    };
    tx.append(vec![(minute_of(0), what)]).await.map(drop)
}

async fn case(store: &Store, fault: usize) -> Case {
    let mut tx = store.begin().await.unwrap();
    let fault = &faults()[fault];
    tx.cases(&[fault]).await.unwrap().remove(fault).unwrap()
}

fn report(key: usize, fault: usize) -> Step {
    Step::Reports(vec![(key, fault)], true)
}

fn raised(fault: &Fault) -> Raised {
    Raised {
        fault: fault.clone(),
        kind: Kind::Security,
        domain: None,
        tenant: None,
        subject: "sshd: brute force".into(),
        priority: Priority::High,
        from: Some("wazuh".into()),
        seen: Vec::new(),
    }
}

fn delivery(id: i64, ticket: Option<i64>, key: &Key) -> Delivery<'static> {
    Delivery {
        dedup: Some(*key),
        ..deliveries::delivery(id, ticket, None)
    }
}

fn faults() -> Vec<Fault> {
    let agents = (0..FAULTS).map(|nth| Fault::of_rule("5712", &format!("agent{nth}")));
    agents.collect()
}

/// Pairs of them share the half that is indexed.
fn keys() -> Vec<Key> {
    let keys = (0..).take(KEYS).map(|nth: i64| Key {
        indexed: nth / 2,
        rest: nth,
    });
    keys.collect()
}

/// `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): the same story each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap() % sides
    }
}

/// The key's number and the id of a webhook.
const OF_ANOTHER: (usize, i64) = (2, 99);
const FAULTS: usize = 5;
const KEYS: usize = 400;
