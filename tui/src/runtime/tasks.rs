//! One task for each thing waited for. The newest wins; an answer of a replaced task never arrives.

use std::{collections::HashMap, hash::Hash, time::Duration};

use futures::{StreamExt, stream::BoxStream};
use hello_console::{effect::Task, msg::Msg};
use hello_model::world::WorldId;
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinSet},
};

/// How many answers may wait for the loop before tasks block. Few, because one may hold a megabyte of log lines.
const MAX_QUEUED_ANSWERS: usize = 16;

/// A task ended by a panic, which is an internal error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Panicked(String);

/// The tasks that are under way.
///
/// `K` is what a task is for, and `M` is an answer.
#[derive(Debug)]
pub(super) struct Tasks<K = Task, M = Msg> {
    running: HashMap<K, RunningTask>,
    set: JoinSet<()>,
    generation: u64,
    /// An answer of a task, or nothing when the task has ended.
    sender: mpsc::Sender<(K, u64, Option<M>)>,
    receiver: mpsc::Receiver<(K, u64, Option<M>)>,
}

#[derive(Debug)]
struct RunningTask {
    generation: u64,
    handle: AbortHandle,
}

impl<K, M> Default for Tasks<K, M> {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(MAX_QUEUED_ANSWERS);
        Self { running: HashMap::new(), set: JoinSet::new(), generation: 0, sender, receiver }
    }
}

impl<K: Clone + Eq + Hash + Send + 'static, M: Send + 'static> Tasks<K, M> {
    /// Starts a task that sends what the stream yields, in place of the one for the same.
    pub(super) fn start(&mut self, task: K, mut answers: BoxStream<'static, M>) {
        self.cancel(&task);
        self.generation += 1;
        let (generation, sender, key) = (self.generation, self.sender.clone(), task.clone());
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let handle = self.set.spawn(async move {
            while let Some(answer) = answers.next().await {
                if sender.send((key.clone(), generation, Some(answer))).await.is_err() {
                    return;
                }
            }
            let _ = sender.send((key, generation, None)).await;
        });
        self.running.insert(task, RunningTask { generation, handle });
    }

    /// Ends a task. Its answers, even those already on their way, never arrive.
    pub(super) fn cancel(&mut self, task: &K) {
        if let Some(old) = self.running.remove(task) {
            old.handle.abort();
        }
    }

    /// Waits for the next answer that is still wanted.
    pub(super) async fn next(&mut self) -> Result<M, Panicked> {
        loop {
            tokio::select! {
                Some((task, generation, answer)) = self.receiver.recv() => {
                    if self.running.get(&task).is_none_or(|running| running.generation != generation) {
                        continue;
                    }
                    match answer {
                        Some(answer) => return Ok(answer),
                        None => drop(self.running.remove(&task)),
                    }
                }
                Some(ended) = self.set.join_next() => {
                    if let Err(panic) = ended.map_err(tokio::task::JoinError::try_into_panic)
                        && let Ok(panic) = panic
                    {
                        return Err(Panicked(message(panic.as_ref())));
                    }
                }
            }
        }
    }

    fn cancel_if(&mut self, is_over: impl Fn(&K) -> bool) {
        self.running.retain(|task, running| {
            let is_over = is_over(task);
            if is_over {
                running.handle.abort();
            }
            !is_over
        });
    }
}

impl Tasks {
    /// Ends all tasks that read from a world.
    pub(super) fn leave(&mut self, world: WorldId) {
        self.cancel_if(|task| matches!(task, Task::Read(of, _) | Task::Compute(of, _) | Task::Download(of) if *of == world));
    }

    /// Ends all tasks, and waits at most `timeout` until they are gone: a download removes its file then.
    pub(super) async fn end(&mut self, timeout: Duration) {
        self.cancel_if(|_| true);
        let _ = tokio::time::timeout(timeout, self.set.shutdown()).await;
    }

    /// Reports whether a write is under way.
    pub(super) fn is_writing(&self) -> bool {
        let is_write = |task: &Task| matches!(task, Task::Write(_));
        self.running.iter().any(|(task, running)| is_write(task) && !running.handle.is_finished())
    }

    /// Waits until the writes that are under way have ended, at most `timeout`. Ends everything else.
    pub(super) async fn finish_writes(&mut self, timeout: Duration) {
        self.cancel_if(|task| !matches!(task, Task::Write(_)));
        // Their results are dropped, but a full channel would block them.
        let all_ended = async {
            loop {
                tokio::select! {
                    biased;
                    ended = self.set.join_next() => if ended.is_none() { return },
                    _ = self.receiver.recv() => {}
                }
            }
        };
        let _ = tokio::time::timeout(timeout, all_ended).await;
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
