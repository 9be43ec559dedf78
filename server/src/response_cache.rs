//! A cache of responses about an unchanged fleet.
//!
//! A response belongs to a revision of the fleet, and is served only while that is the newest known revision. This
//! module does not know what the responses contain. A general cache would keep the responses of earlier revisions until
//! it is full.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use arc_swap::ArcSwap;
use tokio::sync::OnceCell;

use crate::store::Point;

/// The maximum number of cached responses. They serve the few most frequent queries.
const CAPACITY: usize = 16;

/// Caches responses of one revision, by query. Reading does not block.
#[derive(Debug)]
pub(crate) struct ResponseCache<A> {
    entries: ArcSwap<Entries<A>>,
    /// Locked while the set of cached responses is changed.
    changing: Mutex<()>,
}

#[derive(Debug)]
struct Entries<A> {
    revision: Point,
    by_query: HashMap<String, Arc<Entry<A>>>,
}

/// A cached response, and whether it was used since it was last considered for eviction.
#[derive(Debug)]
struct Entry<A> {
    response: OnceCell<Arc<A>>,
    was_used: AtomicBool,
}

impl<A> Default for ResponseCache<A> {
    fn default() -> Self {
        Self { entries: ArcSwap::from_pointee(Entries::of(Point::default())), changing: Mutex::default() }
    }
}

impl<A> ResponseCache<A> {
    /// Returns what `read` makes of the cached response; `None` if there is none.
    pub(crate) fn ready<T>(&self, revision: Point, query: &str, read: impl FnOnce(&A) -> T) -> Option<T> {
        let entries = self.entries.load();
        let entry = (entries.revision == revision).then(|| entries.by_query.get(query))??;
        // Checked first, because a write on every read would cause cache-line contention.
        if !entry.was_used.load(Ordering::Relaxed) {
            entry.was_used.store(true, Ordering::Relaxed);
        }
        entry.response.get().map(|response| read(response))
    }

    /// Returns the cached response, or creates it. Of concurrent requests for the same response, one creates it.
    ///
    /// `make` must read this revision or a later one.
    pub(crate) async fn get<E>(
        &self,
        revision: Point,
        query: &str,
        make: impl AsyncFnOnce() -> Result<A, E>,
    ) -> Result<Arc<A>, E> {
        match self.entry(revision, query) {
            Some(entry) => entry.response.get_or_try_init(async || make().await.map(Arc::new)).await.cloned(),
            None => make().await.map(Arc::new),
        }
    }

    /// Returns the entry of a query; `None` if the cache already holds a newer revision.
    fn entry(&self, revision: Point, query: &str) -> Option<Arc<Entry<A>>> {
        let _lock = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.entries.load();
        if now.revision > revision {
            return None;
        }
        let mut entries = Entries::of(revision);
        if now.revision == revision {
            if let Some(entry) = now.by_query.get(query) {
                return Some(entry.clone());
            }
            entries.by_query.clone_from(&now.by_query);
        }
        if entries.by_query.len() >= CAPACITY {
            entries.evict();
        }
        let entry = Arc::new(Entry { response: OnceCell::new(), was_used: AtomicBool::new(false) });
        entries.by_query.insert(query.to_owned(), entry.clone());
        self.entries.store(Arc::new(entries));
        Some(entry)
    }
}

impl<A> Entries<A> {
    fn of(revision: Point) -> Self {
        Self { revision, by_query: HashMap::new() }
    }

    /// Evicts a response that was not used since the last eviction, or any one. Marks those it checks as unused.
    fn evict(&mut self) {
        let idle = |(_, entry): &(&String, &Arc<Entry<A>>)| !entry.was_used.swap(false, Ordering::Relaxed);
        let query = self.by_query.iter().find(idle).or_else(|| self.by_query.iter().next());
        if let Some(query) = query.map(|(query, _)| query.clone()) {
            self.by_query.remove(&query);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn at(last: u64) -> Point {
        Point { epoch: 0, last }
    }

    async fn get(cache: &ResponseCache<u64>, revision: u64, query: &str, response: u64) -> u64 {
        *cache.get(at(revision), query, async || Ok::<_, Infallible>(response)).await.unwrap()
    }

    #[tokio::test]
    async fn an_answer_is_made_once_for_a_revision() {
        let cache = ResponseCache::default();
        assert_eq!(get(&cache, 1, "a", 10).await, 10);
        assert_eq!(get(&cache, 1, "a", 11).await, 10);
        assert_eq!(cache.ready(at(1), "a", |a| *a), Some(10));
        assert_eq!(get(&cache, 1, "b", 12).await, 12);
    }

    #[tokio::test]
    async fn only_a_newer_revision_invalidates_the_cache() {
        let cache = ResponseCache::default();
        assert_eq!(get(&cache, 2, "a", 20).await, 20);
        assert_eq!(cache.ready(at(3), "a", |a| *a), None);
        assert_eq!(get(&cache, 3, "a", 30).await, 30);
        assert_eq!(get(&cache, 2, "a", 21).await, 21, "an older revision bypasses the cache");
        assert_eq!(cache.ready(at(3), "a", |a| *a), Some(30));
    }

    #[tokio::test]
    async fn failures_are_not_cached_and_the_cache_is_bounded() {
        let cache = ResponseCache::default();
        assert_eq!(cache.get(at(1), "a", async || Err::<u64, _>("no")).await, Err("no"));
        assert_eq!(get(&cache, 1, "a", 10).await, 10);
        for n in 0..100 {
            assert_eq!(get(&cache, 1, &format!("q{n}"), n).await, n);
        }
        assert!(cache.entries.load().by_query.len() <= CAPACITY);
    }

    #[tokio::test]
    async fn a_frequent_question_stays_cached_among_many_rare_ones() {
        let cache = ResponseCache::default();
        assert_eq!(get(&cache, 1, "a", 10).await, 10);
        for n in 0..100 {
            assert_eq!(cache.ready(at(1), "a", |a| *a), Some(10));
            assert_eq!(get(&cache, 1, &format!("q{n}"), n).await, n);
        }
    }
}
