//! Writes down what the checks found out and what people changed: many in one transaction, each told when it is
//! on disk.

use crate::latest::Latest;
use model::{Domain, DomainName, Patience, event::Event, trail::Deed};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{Run, Store, Tx};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// The one writer of results and of domains. Whoever hands something in may wait until it is committed.
#[derive(Debug)]
pub(crate) struct Recorder {
    inbox: Mutex<Option<mpsc::Sender<Entry>>>,
    bell: watch::Receiver<i64>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// What a person does to a domain, and what the trail says of it.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) what: Edited,
    pub(crate) deed: Deed,
}

#[derive(Debug)]
pub(crate) enum Edited {
    Added(Domain),
    Changed(Domain),
    Removed(DomainName),
}

#[derive(Debug)]
enum Entry {
    Runs(Vec<Run>, Written<()>),
    Edit(Box<Edit>, Written<bool>),
}

type Written<T> = oneshot::Sender<Result<T, String>>;

impl Recorder {
    pub(crate) async fn start(
        store: Store,
        latest: Latest,
        patience: Patience,
    ) -> Result<Self, store::Error> {
        let (sender, inbox) = mpsc::channel(WAITING);
        let (ring, bell) = watch::channel(store.last_event_id().await?);
        let writer = Writer {
            store,
            latest,
            patience,
            ring,
        };
        Ok(Self {
            inbox: Mutex::new(Some(sender)),
            bell,
            writer: Mutex::new(Some(tokio::spawn(writer.write(inbox)))),
        })
    }

    /// Returns once the runs are committed, or says why they are not.
    pub(crate) async fn record(&self, runs: Vec<Run>) -> Result<(), String> {
        self.hand_in(|written| Entry::Runs(runs, written)).await
    }

    /// The same for an edit. False when there was nothing to do: a domain to be added is there already, or one
    /// to be changed or removed is not.
    pub(crate) async fn edit(&self, edit: Edit) -> Result<bool, String> {
        self.hand_in(|written| Entry::Edit(Box::new(edit), written)).await
    }

    async fn hand_in<T>(&self, entry: impl FnOnce(Written<T>) -> Entry) -> Result<T, String> {
        let sender = self.inbox.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (written, answer) = oneshot::channel();
        let sent = match sender {
            Some(sender) => sender.send(entry(written)).await.is_ok(),
            None => false,
        };
        if sent {
            answer.await.unwrap_or_else(|_| Err(STOPPING.to_owned()))
        } else {
            Err(STOPPING.to_owned())
        }
    }

    pub(crate) fn bell(&self) -> watch::Receiver<i64> {
        self.bell.clone()
    }

    /// Writes what is still waiting, and ends.
    pub(crate) async fn close(&self) {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner).take();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let _ = writer.await;
        }
    }
}

struct Writer {
    store: Store,
    latest: Latest,
    patience: Patience,
    ring: watch::Sender<i64>,
}

/// What shares one transaction.
#[derive(Default)]
struct Batch {
    runs: Vec<Run>,
    recorded: Vec<Written<()>>,
    edits: Vec<Edit>,
    edited: Vec<Written<bool>>,
}

impl Writer {
    async fn write(self, mut inbox: mpsc::Receiver<Entry>) {
        while let Some(first) = inbox.recv().await {
            let mut batch = Batch::default();
            batch.take(first);
            // What arrives while the others come in shares their transaction and its fsync.
            tokio::time::sleep(GATHER).await;
            for _ in 1..WAITING {
                let Ok(next) = inbox.try_recv() else { break };
                batch.take(next);
            }
            let committed = self.commit(&batch).await;
            if let Err(why) = &committed {
                tracing::error!(runs = batch.runs.len(), "Results could not be stored: {why}");
            }
            batch.answer(&committed.map_err(|why| why.to_string()));
        }
    }

    /// Edits come first: a run that came in together with its domain's removal is one of a domain that is gone.
    async fn commit(&self, batch: &Batch) -> Result<Vec<bool>, store::Error> {
        let mut tx = self.store.begin().await?;
        let mut events = Vec::new();
        let mut done = Vec::with_capacity(batch.edits.len());
        for edit in &batch.edits {
            let event = apply(&mut tx, edit).await?;
            done.push(event.is_some());
            events.extend(event);
        }
        events.extend(tx.record(&batch.runs, self.patience).await?);
        tx.commit().await?;
        for (edit, done) in batch.edits.iter().zip(&done) {
            if *done {
                self.follow(&edit.what);
            }
        }
        self.follow_runs(&batch.runs, &events).await?;
        if let Some(last) = events.last() {
            self.ring.send_replace(last.id);
        }
        Ok(done)
    }

    fn follow(&self, edited: &Edited) {
        match edited {
            Edited::Added(domain) | Edited::Changed(domain) => self.latest.put(domain.clone()),
            Edited::Removed(domain) => self.latest.remove(domain),
        }
    }

    async fn follow_runs(&self, runs: &[Run], events: &[Event]) -> Result<(), store::Error> {
        for run in runs.iter().filter(|run| run.is_whole) {
            self.latest.update(run);
        }
        for event in events {
            self.latest.hear(&event.what);
        }
        for run in runs.iter().filter(|run| !run.is_whole) {
            self.latest.reload(&self.store, &run.domain).await?;
        }
        Ok(())
    }
}

impl Batch {
    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Runs(runs, written) => {
                self.runs.extend(runs);
                self.recorded.push(written);
            }
            Entry::Edit(edit, written) => {
                self.edits.push(*edit);
                self.edited.push(written);
            }
        }
    }

    /// Nobody may be waiting any more.
    fn answer(self, committed: &Result<Vec<bool>, String>) {
        for written in self.recorded {
            let _ = written.send(committed.as_ref().map(|_| ()).map_err(Clone::clone));
        }
        for (nth, written) in self.edited.into_iter().enumerate() {
            let done = committed
                .as_ref()
                .map(|done| done.get(nth).copied().unwrap_or_default());
            let _ = written.send(done.map_err(Clone::clone));
        }
    }
}

async fn apply(tx: &mut Tx, Edit { what, deed }: &Edit) -> Result<Option<Event>, store::Error> {
    let event = match what {
        Edited::Added(domain) => tx.add_domain(domain, deed.at).await?,
        Edited::Changed(domain) => tx.edit_domain(domain, deed.at).await?,
        Edited::Removed(domain) => tx.remove_domain(domain, deed.at).await?,
    };
    if event.is_some() {
        tx.note(deed).await?;
    }
    Ok(event)
}

const WAITING: usize = 256;
const GATHER: Duration = Duration::from_millis(5);
const STOPPING: &str = "the Desk is stopping";
