//! Answers about a fleet that has not changed, made once.
//!
//! An answer belongs to a revision of the fleet, and is told only while that is the newest one that is known of. What
//! the answers say never belongs here.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::OnceCell;

use crate::store::Point;

/// How many answers are kept. They are for the few questions that everybody asks.
const ANSWERS: usize = 16;

/// Keeps answers of one revision, by question.
#[derive(Debug)]
pub(crate) struct Prepared<A> {
    answers: RwLock<Answers<A>>,
}

type Cell<A> = Arc<OnceCell<Arc<A>>>;

/// An answer, and whether somebody has asked for it since it was last about to be forgotten.
#[derive(Debug)]
struct Kept<A> {
    cell: Cell<A>,
    asked: AtomicBool,
}

#[derive(Debug)]
struct Answers<A> {
    revision: Point,
    by_question: HashMap<String, Kept<A>>,
}

impl<A> Default for Prepared<A> {
    fn default() -> Self {
        Self { answers: RwLock::new(Answers { revision: Point::default(), by_question: HashMap::new() }) }
    }
}

impl<A> Prepared<A> {
    /// Returns the answer when it is there.
    pub(crate) fn ready(&self, revision: Point, question: &str) -> Option<Arc<A>> {
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        let kept = (answers.revision == revision).then(|| answers.by_question.get(question))??;
        // Looked at first: writing it each time would have processors take it from each other.
        if !kept.asked.load(Ordering::Relaxed) {
            kept.asked.store(true, Ordering::Relaxed);
        }
        kept.cell.get().cloned()
    }

    /// Returns the answer, and makes it when it is not there; of many who ask for the same, one makes it.
    ///
    /// What `make` reads must be of this revision or later.
    pub(crate) async fn get<E>(
        &self,
        revision: Point,
        question: &str,
        make: impl AsyncFnOnce() -> Result<A, E>,
    ) -> Result<Arc<A>, E> {
        match self.cell(revision, question) {
            Some(cell) => cell.get_or_try_init(async || make().await.map(Arc::new)).await.cloned(),
            None => make().await.map(Arc::new),
        }
    }

    /// Returns the place of the answer; `None` when there are newer ones already.
    fn cell(&self, revision: Point, question: &str) -> Option<Cell<A>> {
        let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        if answers.revision < revision {
            *answers = Answers { revision, by_question: HashMap::new() };
        }
        if answers.revision > revision {
            return None;
        }
        if answers.by_question.len() >= ANSWERS && !answers.by_question.contains_key(question) {
            answers.forget();
        }
        let kept = answers.by_question.entry(question.to_owned());
        Some(
            kept.or_insert_with(|| Kept { cell: Cell::default(), asked: AtomicBool::new(false) })
                .cell
                .clone(),
        )
    }
}

impl<A> Answers<A> {
    /// Forgets an answer that nobody has asked for again; any one when all were asked for, who have that noted anew.
    fn forget(&mut self) {
        let idle = |(_, kept): &(&String, &Kept<A>)| !kept.asked.swap(false, Ordering::Relaxed);
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
        Point { history: 0, last }
    }

    async fn get(prepared: &Prepared<u64>, revision: u64, question: &str, answer: u64) -> u64 {
        *prepared.get(at(revision), question, async || Ok::<_, Infallible>(answer)).await.unwrap()
    }

    #[tokio::test]
    async fn an_answer_is_made_once_for_a_revision() {
        let prepared = Prepared::default();
        assert_eq!(get(&prepared, 1, "a", 10).await, 10);
        assert_eq!(get(&prepared, 1, "a", 11).await, 10);
        assert_eq!(prepared.ready(at(1), "a").as_deref(), Some(&10));
        assert_eq!(get(&prepared, 1, "b", 12).await, 12);
    }

    #[tokio::test]
    async fn a_newer_revision_makes_all_answers_void_and_an_older_one_none() {
        let prepared = Prepared::default();
        assert_eq!(get(&prepared, 2, "a", 20).await, 20);
        assert_eq!(prepared.ready(at(3), "a"), None);
        assert_eq!(get(&prepared, 3, "a", 30).await, 30);
        assert_eq!(get(&prepared, 2, "a", 21).await, 21, "who still knows of revision 2 reads for himself");
        assert_eq!(prepared.ready(at(3), "a").as_deref(), Some(&30));
    }

    #[tokio::test]
    async fn a_failure_is_not_kept_and_no_more_answers_than_a_few_are() {
        let prepared = Prepared::default();
        assert_eq!(prepared.get(at(1), "a", async || Err::<u64, _>("no")).await, Err("no"));
        assert_eq!(get(&prepared, 1, "a", 10).await, 10);
        for n in 0..100 {
            assert_eq!(get(&prepared, 1, &format!("q{n}"), n).await, n);
        }
        assert!(prepared.answers.read().unwrap().by_question.len() <= ANSWERS);
    }

    #[tokio::test]
    async fn what_everybody_asks_for_is_kept_though_somebody_asks_for_much() {
        let prepared = Prepared::default();
        assert_eq!(get(&prepared, 1, "a", 10).await, 10);
        for n in 0..100 {
            assert_eq!(prepared.ready(at(1), "a").as_deref(), Some(&10));
            assert_eq!(get(&prepared, 1, &format!("q{n}"), n).await, n);
        }
    }
}
