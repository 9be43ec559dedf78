//! A cache of responses about an unchanged fleet.
//!
//! A response belongs to a revision of the fleet, and is served only while that is the newest known revision. This
//! module does not know what the responses contain.

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
const ANSWERS: usize = 16;

/// Caches responses of one revision, by query. Reading does not block.
#[derive(Debug)]
pub(crate) struct ResponseCache<A> {
    answers: ArcSwap<Answers<A>>,
    /// Locked while the set of cached responses is changed.
    changing: Mutex<()>,
}

#[derive(Debug)]
struct Answers<A> {
    revision: Point,
    by_question: HashMap<String, Arc<Kept<A>>>,
}

/// A cached response, and whether it was used since it was last considered for eviction.
#[derive(Debug)]
struct Kept<A> {
    answer: OnceCell<Arc<A>>,
    asked: AtomicBool,
}

impl<A> Default for ResponseCache<A> {
    fn default() -> Self {
        Self { answers: ArcSwap::from_pointee(Answers::of(Point::default())), changing: Mutex::default() }
    }
}

impl<A> ResponseCache<A> {
    /// Returns what `tell` makes of the cached response; `None` if there is none.
    pub(crate) fn ready<T>(&self, revision: Point, question: &str, tell: impl FnOnce(&A) -> T) -> Option<T> {
        let answers = self.answers.load();
        let kept = (answers.revision == revision).then(|| answers.by_question.get(question))??;
        // Checked first, because a write on every read would cause cache-line contention.
        if !kept.asked.load(Ordering::Relaxed) {
            kept.asked.store(true, Ordering::Relaxed);
        }
        kept.answer.get().map(|answer| tell(answer))
    }

    /// Returns the cached response, or creates it. Of concurrent requests for the same response, one creates it.
    ///
    /// `make` must read this revision or a later one.
    pub(crate) async fn get<E>(
        &self,
        revision: Point,
        question: &str,
        make: impl AsyncFnOnce() -> Result<A, E>,
    ) -> Result<Arc<A>, E> {
        match self.kept(revision, question) {
            Some(kept) => kept.answer.get_or_try_init(async || make().await.map(Arc::new)).await.cloned(),
            None => make().await.map(Arc::new),
        }
    }

    /// Returns the entry of a query; `None` if the cache already holds a newer revision.
    fn kept(&self, revision: Point, question: &str) -> Option<Arc<Kept<A>>> {
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.answers.load();
        if now.revision > revision {
            return None;
        }
        let mut answers = Answers::of(revision);
        if now.revision == revision {
            if let Some(kept) = now.by_question.get(question) {
                return Some(kept.clone());
            }
            answers.by_question.clone_from(&now.by_question);
        }
        if answers.by_question.len() >= ANSWERS {
            answers.forget();
        }
        let kept = Arc::new(Kept { answer: OnceCell::new(), asked: AtomicBool::new(false) });
        answers.by_question.insert(question.to_owned(), kept.clone());
        self.answers.store(Arc::new(answers));
        Some(kept)
    }
}

impl<A> Answers<A> {
    fn of(revision: Point) -> Self {
        Self { revision, by_question: HashMap::new() }
    }

    /// Evicts a response that was not used since the last eviction, or any one. Marks those it checks as unused.
    fn forget(&mut self) {
        let idle = |(_, kept): &(&String, &Arc<Kept<A>>)| !kept.asked.swap(false, Ordering::Relaxed);
        let question = self.by_question.iter().find(idle).or_else(|| self.by_question.iter().next());
        if let Some(question) = question.map(|(question, _)| question.clone()) {
            self.by_question.remove(&question);
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

    async fn get(prepared: &ResponseCache<u64>, revision: u64, question: &str, answer: u64) -> u64 {
        *prepared.get(at(revision), question, async || Ok::<_, Infallible>(answer)).await.unwrap()
    }

    #[tokio::test]
    async fn an_answer_is_made_once_for_a_revision() {
        let prepared = ResponseCache::default();
        assert_eq!(get(&prepared, 1, "a", 10).await, 10);
        assert_eq!(get(&prepared, 1, "a", 11).await, 10);
        assert_eq!(prepared.ready(at(1), "a", |a| *a), Some(10));
        assert_eq!(get(&prepared, 1, "b", 12).await, 12);
    }

    #[tokio::test]
    async fn only_a_newer_revision_invalidates_the_cache() {
        let prepared = ResponseCache::default();
        assert_eq!(get(&prepared, 2, "a", 20).await, 20);
        assert_eq!(prepared.ready(at(3), "a", |a| *a), None);
        assert_eq!(get(&prepared, 3, "a", 30).await, 30);
        assert_eq!(get(&prepared, 2, "a", 21).await, 21, "an older revision bypasses the cache");
        assert_eq!(prepared.ready(at(3), "a", |a| *a), Some(30));
    }

    #[tokio::test]
    async fn failures_are_not_cached_and_the_cache_is_bounded() {
        let prepared = ResponseCache::default();
        assert_eq!(prepared.get(at(1), "a", async || Err::<u64, _>("no")).await, Err("no"));
        assert_eq!(get(&prepared, 1, "a", 10).await, 10);
        for n in 0..100 {
            assert_eq!(get(&prepared, 1, &format!("q{n}"), n).await, n);
        }
        assert!(prepared.answers.load().by_question.len() <= ANSWERS);
    }

    #[tokio::test]
    async fn a_frequent_question_stays_cached_among_many_rare_ones() {
        let prepared = ResponseCache::default();
        assert_eq!(get(&prepared, 1, "a", 10).await, 10);
        for n in 0..100 {
            assert_eq!(prepared.ready(at(1), "a", |a| *a), Some(10));
            assert_eq!(get(&prepared, 1, &format!("q{n}"), n).await, n);
        }
    }
}
