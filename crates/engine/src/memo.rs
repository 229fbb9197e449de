//! A fact is fetched once, whoever asks for it and however many ask at the same time.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

/// Values by key, each made by the first who asks; the others wait for that one.
pub struct Memo<K, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// `fetch` runs only when nobody has asked before; who waits for another's fetch costs no more than a key.
    pub async fn once<F: Future<Output = V>>(&self, key: K, fetch: impl FnOnce() -> F) -> V {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key).or_default())
        };
        cell.get_or_init(|| Box::pin(fetch())).await.clone()
    }

    /// How many facts were asked for so far.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K, V> fmt::Debug for Memo<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn ten_who_ask_at_once_cause_one_fetch() {
        let memo = Memo::<&str, u32>::default();
        let fetched = AtomicU32::new(0);
        let ask = || {
            memo.once("a", || async {
                tokio::task::yield_now().await;
                fetched.fetch_add(1, Ordering::SeqCst)
            })
        };
        let answers = futures::future::join_all((0..10).map(|_| ask())).await;
        assert_eq!((answers, fetched.into_inner()), (vec![0; 10], 1));
    }
}
