//! Writes down what the checks found out: many runs in one transaction, each told when it is on disk.

use crate::latest::Latest;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{Run, Store};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// The one writer of results. Whoever hands in a run may wait until it is committed.
#[derive(Debug)]
pub(crate) struct Recorder {
    inbox: Mutex<Option<mpsc::Sender<Entry>>>,
    bell: watch::Receiver<i64>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

struct Entry {
    runs: Vec<Run>,
    written: oneshot::Sender<Result<(), String>>,
}

impl Recorder {
    pub(crate) async fn start(store: Store, latest: Latest) -> Result<Self, store::Error> {
        let (sender, inbox) = mpsc::channel(WAITING);
        let (ring, bell) = watch::channel(store.last_event_id().await?);
        let writer = tokio::spawn(write(store, latest, inbox, ring));
        Ok(Self {
            inbox: Mutex::new(Some(sender)),
            bell,
            writer: Mutex::new(Some(writer)),
        })
    }

    /// Returns once the runs are committed, or says why they are not.
    pub(crate) async fn record(&self, runs: Vec<Run>) -> Result<(), String> {
        let sender = self.inbox.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (written, answer) = oneshot::channel();
        let sent = match sender {
            Some(sender) => sender.send(Entry { runs, written }).await.is_ok(),
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

async fn write(store: Store, latest: Latest, mut inbox: mpsc::Receiver<Entry>, ring: watch::Sender<i64>) {
    while let Some(first) = inbox.recv().await {
        let mut entries = vec![first];
        // What arrives while the others come in shares their transaction and its fsync.
        tokio::time::sleep(GATHER).await;
        while entries.len() < WAITING
            && let Ok(next) = inbox.try_recv()
        {
            entries.push(next);
        }
        let (runs, waiting): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .map(|entry| (entry.runs, entry.written))
            .unzip();
        let runs: Vec<Run> = runs.into_iter().flatten().collect();
        let answer = commit(&store, &latest, &runs, &ring)
            .await
            .map_err(|why| why.to_string());
        if let Err(why) = &answer {
            tracing::error!(runs = runs.len(), "Results could not be stored: {why}");
        }
        for written in waiting {
            // Nobody may be waiting any more.
            let _ = written.send(answer.clone());
        }
    }
}

async fn commit(
    store: &Store,
    latest: &Latest,
    runs: &[Run],
    ring: &watch::Sender<i64>,
) -> Result<(), store::Error> {
    let mut tx = store.begin().await?;
    let events = tx.record(runs).await?;
    tx.commit().await?;
    for run in runs {
        latest.update(run);
    }
    if let Some(last) = events.last() {
        ring.send_replace(last.id);
    }
    Ok(())
}

const WAITING: usize = 256;
const GATHER: Duration = Duration::from_millis(5);
const STOPPING: &str = "the Desk is stopping";
