//! Writes down what the checks found out, what was reported and which domains people changed: many in one
//! transaction, each told when it is on disk.

use crate::{
    Setup,
    hooks::Hook,
    intake::{self, Docket, Incoming, Receipt},
    internal,
    latest::Latest,
    trouble,
};
use futures::executor::block_on;
use model::{Domain, DomainName, Error, Patience, Result, event::Event, trail::Deed};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Run, Store, Tx};
use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc, oneshot, watch},
    task::{JoinHandle, spawn_blocking},
};

/// The one writer of results, reports and domains. Whoever hands something in may wait until it is committed.
#[derive(Debug)]
pub(crate) struct Recorder {
    inbox: Mutex<Option<mpsc::Sender<Entry>>>,
    bells: Bells,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// Who waits for what is committed.
#[derive(Clone, Debug)]
struct Bells {
    /// The streams; the newest event's id.
    events: watch::Sender<i64>,
    /// The queue of jobs.
    jobs: Arc<Notify>,
    /// Whoever copies what was written into its place.
    written: Arc<Notify>,
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
    Report(Box<Incoming>, Written<Receipt>),
}

type Written<T> = oneshot::Sender<Result<T>>;

impl Recorder {
    pub(crate) async fn start(
        store: Store,
        latest: Latest,
        setup: &Setup,
        jobs: Arc<Notify>,
    ) -> Result<Self, store::Error> {
        let (sender, inbox) = mpsc::channel(WAITING);
        let bells = Bells {
            events: watch::Sender::new(store.last_event_id().await?),
            jobs,
            written: Arc::default(),
        };
        let writer = Writer {
            store,
            latest,
            patience: setup.patience,
            hooks: setup.hooks.clone(),
            bells: bells.clone(),
        };
        // On a thread of its own: among the others, each answer of the database would wait behind a storm's requests.
        let here = Handle::current();
        let writer = spawn_blocking(move || {
            let _runtime = here.enter();
            block_on(writer.write(inbox));
        });
        Ok(Self {
            inbox: Mutex::new(Some(sender)),
            bells,
            writer: Mutex::new(Some(writer)),
        })
    }

    /// Returns once the runs are committed, or says why they are not.
    pub(crate) async fn record(&self, runs: Vec<Run>) -> Result<()> {
        self.hand_in(|written| Entry::Runs(runs, written)).await
    }

    /// The same for an edit. False when there was nothing to do: a domain to be added is there already, or one
    /// to be changed or removed is not.
    pub(crate) async fn edit(&self, edit: Edit) -> Result<bool> {
        self.hand_in(|written| Entry::Edit(Box::new(edit), written)).await
    }

    /// The same for a report.
    pub(crate) async fn report(&self, report: Incoming) -> Result<Receipt> {
        self.hand_in(|written| Entry::Report(Box::new(report), written))
            .await
    }

    async fn hand_in<T>(&self, entry: impl FnOnce(Written<T>) -> Entry) -> Result<T> {
        let sender = self.inbox.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (written, answer) = oneshot::channel();
        let sent = match sender {
            Some(sender) => sender.send(entry(written)).await.is_ok(),
            None => false,
        };
        if sent {
            answer.await.unwrap_or(Err(STOPPING))
        } else {
            Err(STOPPING)
        }
    }

    /// After each commit.
    pub(crate) fn written(&self) -> Arc<Notify> {
        Arc::clone(&self.bells.written)
    }

    pub(crate) fn bell(&self) -> watch::Receiver<i64> {
        self.bells.events.subscribe()
    }

    /// Wakes who waits for events, or for jobs, that another transaction has committed.
    pub(crate) fn ring(&self, events: &[Event], has_jobs: bool) {
        self.bells.ring(events, has_jobs);
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
    hooks: Vec<Hook>,
    bells: Bells,
}

/// What shares one transaction.
#[derive(Default)]
struct Batch {
    runs: Vec<Run>,
    recorded: Vec<Written<()>>,
    edits: Vec<Edit>,
    edited: Vec<Written<bool>>,
    reports: Vec<Incoming>,
    reported: Vec<Written<Receipt>>,
}

/// What became of a batch.
#[derive(Clone)]
struct Committed {
    /// Of each edit, whether there was anything to do.
    edited: Vec<bool>,
    receipts: Vec<Receipt>,
}

impl Writer {
    async fn write(self, mut inbox: mpsc::Receiver<Entry>) {
        while let Some(first) = inbox.recv().await {
            let mut batch = Batch::default();
            // What arrives until the transaction has begun shares it and its fsync. A sender of reports is not kept
            // waiting beyond that: while one batch is being written, the next one gathers by itself.
            if !matches!(first, Entry::Report(..)) {
                tokio::time::sleep(GATHER).await;
            }
            batch.take(first);
            let begun = self.store.begin_from_memory().await;
            for _ in 1..WAITING {
                let Ok(next) = inbox.try_recv() else { break };
                batch.take(next);
            }
            let mut committed = self.commit(begun, &batch).await;
            // What was remembered is not so: another process has written, or an old webhook came again.
            if committed.as_ref().is_err_and(store::Error::is_conflict) {
                committed = self.commit(self.store.begin().await, &batch).await;
            }
            if committed.is_ok() {
                trouble::is_over();
            }
            // Beside the next batch.
            tokio::spawn(async move { batch.answer(&committed.map_err(internal)) });
        }
    }

    /// Edits come first: a run that came in together with its domain's removal is one of a domain that is gone.
    async fn commit(
        &self,
        begun: Result<Tx, store::Error>,
        batch: &Batch,
    ) -> Result<Committed, store::Error> {
        let mut tx = begun?;
        let mut events = Vec::new();
        let mut edited = Vec::with_capacity(batch.edits.len());
        for edit in &batch.edits {
            let event = apply(&mut tx, edit).await?;
            edited.push(event.is_some());
            events.extend(event);
        }
        events.extend(tx.record(&batch.runs, self.patience).await?);
        let mut docket = Docket::default();
        // First what these runs prove, then what they accuse: a fault that lasts is no longer good.
        intake::follow_runs(&mut tx, &mut docket, &batch.runs, self.patience).await?;
        let ours = intake::reports(&events, &batch.runs, &self.latest);
        let taken = intake::take(&mut tx, &mut docket, &batch.reports).await?;
        let of_ours = intake::take(&mut tx, &mut docket, &ours).await?;
        events.extend(taken.events);
        let mut happened = taken.happened;
        happened.extend(of_ours.happened);
        happened.extend(docket.close(&mut tx, &self.hooks).await?);
        events.extend(tx.append(happened).await?);
        let has_jobs = tx.has_jobs();
        tx.commit().await?;
        for (edit, done) in batch.edits.iter().zip(&edited) {
            if *done {
                self.follow(&edit.what);
            }
        }
        for domain in taken.watched {
            self.latest.put(domain);
        }
        self.follow_runs(&batch.runs, &events).await;
        self.bells.ring(&events, has_jobs);
        self.bells.written.notify_one();
        Ok(Committed {
            edited,
            receipts: taken.receipts,
        })
    }

    fn follow(&self, edited: &Edited) {
        match edited {
            Edited::Added(domain) | Edited::Changed(domain) => self.latest.put(domain.clone()),
            Edited::Removed(domain) => self.latest.remove(domain),
        }
    }

    /// What is committed is committed: a row that cannot be read again now shows at the next run.
    async fn follow_runs(&self, runs: &[Run], events: &[Event]) {
        for run in runs.iter().filter(|run| run.is_whole) {
            self.latest.update(run);
        }
        for event in events {
            self.latest.hear(&event.what);
        }
        for run in runs.iter().filter(|run| !run.is_whole) {
            if let Err(why) = self.latest.reload(&self.store, &run.domain).await {
                internal(why);
            }
        }
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
            Entry::Report(report, written) => {
                self.reports.push(*report);
                self.reported.push(written);
            }
        }
    }

    /// Nobody may be waiting any more.
    fn answer(self, committed: &Result<Committed>) {
        for written in self.recorded {
            let _ = written.send(committed.as_ref().map(|_| ()).map_err(Clone::clone));
        }
        for (nth, written) in self.edited.into_iter().enumerate() {
            let done = committed.as_ref().map(|all| all.edited.get(nth).copied());
            let _ = written.send(done.map(Option::unwrap_or_default).map_err(Clone::clone));
        }
        for (nth, written) in self.reported.into_iter().enumerate() {
            let receipt = committed.as_ref().map(|all| all.receipts.get(nth).copied());
            let receipt = receipt.map_err(Clone::clone);
            let _ = written.send(receipt.and_then(|receipt| receipt.ok_or_else(|| internal(LOST))));
        }
    }
}

impl Bells {
    /// The newest id counts: transactions may ring in another order than they were committed in.
    fn ring(&self, events: &[Event], has_jobs: bool) {
        if let Some(newest) = events.iter().map(|event| event.id).max() {
            self.events.send_if_modified(|last| {
                let is_newer = newest > *last;
                *last = newest.max(*last);
                is_newer
            });
        }
        if has_jobs {
            self.jobs.notify_one();
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

const WAITING: usize = 1024;
const GATHER: Duration = Duration::from_millis(5);
const LOST: &str = "a report has no receipt";
/// The Desk is stopping.
const STOPPING: Error = Error::Unavailable {
    retry_after: trouble::RETRY_AFTER,
};
