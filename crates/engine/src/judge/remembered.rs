//! Chains that were looked into already, so that none is validated twice.

use super::{Examined, Trust};
use model::Timestamp;
use rustls_pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

type Key = [u8; 32];

/// Two generations: when the young one is full it becomes the old one, and what nobody asked for since is
/// forgotten. So the memory is bounded whatever the number of chains.
#[derive(Debug, Default)]
pub(super) struct Remembered(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Key, Entry>,
    old: HashMap<Key, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    examined: Option<Arc<Examined>>,
    from: Timestamp,
    until: Timestamp,
}

impl Remembered {
    /// What was found out about this chain under this trust, as long as no date in it has passed since.
    pub(super) fn once(
        &self,
        chain: &[CertificateDer<'_>],
        trust: &Trust,
        now: Timestamp,
        examine: impl FnOnce() -> Option<Examined>,
    ) -> Option<Arc<Examined>> {
        let key = key(chain, trust);
        if let Some(entry) = self
            .recall(&key)
            .filter(|entry| (entry.from..entry.until).contains(&now))
        {
            return entry.examined;
        }
        // Outside the lock: others validate other chains meanwhile.
        let examined = examine().map(Arc::new);
        let (from, until) = Examined::holds(chain, now);
        self.keep(
            key,
            Entry {
                examined: examined.clone(),
                from,
                until,
            },
        );
        examined
    }

    fn recall(&self, key: &Key) -> Option<Entry> {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = generations.young.get(key) {
            return Some(entry.clone());
        }
        let entry = generations.old.remove(key)?;
        generations.young.insert(*key, entry.clone());
        Some(entry)
    }

    fn keep(&self, key: Key, entry: Entry) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if generations.young.len() >= GENERATION {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(key, entry);
    }
}

fn key(chain: &[CertificateDer<'_>], trust: &Trust) -> Key {
    let mut hash = Sha256::new();
    for der in chain {
        // The length keeps two chains apart whose bytes run together alike.
        hash.update((der.len() as u64).to_be_bytes());
        hash.update(der);
    }
    hash.update(trust.id());
    hash.finalize().into()
}

/// Entries per generation; an entry is two to five kilobytes.
const GENERATION: usize = 512;
