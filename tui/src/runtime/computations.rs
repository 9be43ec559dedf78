//! Computations on threads of their own.

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::stream::{self, BoxStream, StreamExt};
use hello_state::computation::{Computation, ComputationResult};
use tokio::sync::mpsc;

/// The pieces that may wait for the loop before the computation waits.
const MAX_QUEUED_PIECES: usize = 2;

/// Sets the stop flag of a computation when its results are no longer wanted.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs a computation on a blocking thread. Dropping the stream stops it. A panic of the computation is a panic of the
/// stream.
pub(super) fn run(computation: Computation) -> BoxStream<'static, ComputationResult> {
    on_thread(move |stop, emit| computation.run(stop, emit))
}

/// Runs work on a blocking thread, at once. Dropping the stream sets the stop flag of the work.
pub(super) fn on_thread<T: Send + 'static>(
    work: impl FnOnce(&AtomicBool, &mut dyn FnMut(T)) + Send + 'static,
) -> BoxStream<'static, T> {
    let (sender, receiver) = mpsc::channel(MAX_QUEUED_PIECES);
    let stop = Arc::new(AtomicBool::new(false));
    let is_stopped = StopOnDrop(Arc::clone(&stop));
    let work = move || {
        work(&stop, &mut |piece| {
            if sender.blocking_send(piece).is_err() {
                stop.store(true, Ordering::Relaxed);
            }
        });
    };
    #[expect(clippy::disallowed_methods, reason = "the task of the stream waits for it")]
    let thread = tokio::task::spawn_blocking(work);
    let pieces =
        stream::unfold((receiver, is_stopped, Some(thread)), async |(mut receiver, stop, thread)| {
            if let Some(piece) = receiver.recv().await {
                return Some((piece, (receiver, stop, thread)));
            }
            if let Err(error) = thread?.await
                && let Ok(panic) = error.try_into_panic()
            {
                resume_unwind(panic);
            }
            None
        });
    pieces.boxed()
}

#[cfg(test)]
mod tests {
    use hello_catalog::{Source, read};
    use hello_model::filter::Clock;
    use hello_state::computation::CatalogSearch;
    use jiff::{Timestamp, tz::TimeZone};

    use futures::channel::oneshot;

    use super::*;
    use crate::runtime::tasks::Tasks;

    /// Work that emits a number at its beginning and once it is stopped, and a receiver that then gets a message.
    fn endless(number: u8) -> (BoxStream<'static, u8>, oneshot::Receiver<()>) {
        let (sender, has_stopped) = oneshot::channel();
        let work = move |stop: &AtomicBool, emit: &mut dyn FnMut(u8)| {
            emit(number);
            while !stop.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            emit(number);
            let _ = sender.send(());
        };
        (on_thread(work), has_stopped)
    }

    #[tokio::test]
    async fn dropping_the_results_stops_the_work() {
        let (mut results, has_stopped) = endless(1);
        assert_eq!(results.next().await, Some(1));
        drop(results);
        assert_eq!(has_stopped.await, Ok(()));
    }

    #[tokio::test]
    async fn the_newest_of_a_key_wins() {
        let mut tasks = Tasks::<&str, u8>::default();
        let (old, has_stopped) = endless(1);
        tasks.start("search", old);
        assert_eq!(tasks.next().await.ok(), Some(1));
        tasks.start("search", on_thread(|_, emit| emit(2)));
        assert_eq!(tasks.next().await.ok(), Some(2), "no result of the older one is left");
        assert_eq!(has_stopped.await, Ok(()));
    }

    #[tokio::test]
    async fn a_panic_reaches_the_loop() {
        let mut tasks = Tasks::<&str, u8>::default();
        tasks.start("search", on_thread(|_, _| panic!("a mistake of ours")));
        let panicked = tasks.next().await.map_err(|panicked| panicked.to_string());
        assert_eq!(panicked, Err("a mistake of ours".to_owned()));
    }

    #[tokio::test]
    async fn a_computation_ends_with_its_result() {
        let text = "apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {name: a}\nspec: {type: a, owner: b}\n";
        let catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.into() }]);
        let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: TimeZone::UTC };
        let search = CatalogSearch {
            catalog: Arc::new(catalog),
            texts: None,
            filter: "name:a".to_owned(),
            sort: None,
            clock,
        };
        let results: Vec<ComputationResult> = run(Computation::SearchCatalog(search)).collect().await;
        assert!(
            matches!(&results[..], [ComputationResult::CatalogSearch(found)] if found.rows == [0] && found.is_complete)
        );
    }
}
