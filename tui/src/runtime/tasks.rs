//! One task for each slot. A new task replaces the old one, and responses of a replaced task are dropped.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, stream::BoxStream};
use hello_console::{app::msg::Msg, effect::Slot};
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinSet},
};

/// The capacity of the response queue; when it is full, tasks wait. Small, because one response may hold 1 MB of log
/// lines.
const WAITING: usize = 16;

/// A task panicked: an internal error, reported loudly.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Panicked(String);

/// The running tasks.
#[derive(Debug)]
pub(super) struct Tasks {
    running: HashMap<Slot, Running>,
    set: JoinSet<()>,
    generation: u64,
    sender: mpsc::Sender<(Slot, u64, Msg)>,
    receiver: mpsc::Receiver<(Slot, u64, Msg)>,
}

#[derive(Debug)]
struct Running {
    generation: u64,
    is_write: bool,
    task: AbortHandle,
}

impl Default for Tasks {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self { running: HashMap::new(), set: JoinSet::new(), generation: 0, sender, receiver }
    }
}

impl Tasks {
    /// Starts a task that forwards the items of a stream. It replaces the task in the slot.
    pub(super) fn start(&mut self, slot: Slot, is_write: bool, mut answers: BoxStream<'static, Msg>) {
        self.cancel(slot);
        self.generation += 1;
        let (generation, sender) = (self.generation, self.sender.clone());
        #[expect(clippy::disallowed_methods, reason = "the only place that spawns tasks")]
        let task = self.set.spawn(async move {
            while let Some(answer) = answers.next().await {
                if sender.send((slot, generation, answer)).await.is_err() {
                    return;
                }
            }
        });
        self.running.insert(slot, Running { generation, is_write, task });
    }

    /// Cancels the task in the slot. Its responses are dropped, even those already queued.
    pub(super) fn cancel(&mut self, slot: Slot) {
        if let Some(old) = self.running.remove(&slot) {
            old.task.abort();
        }
    }

    /// Reports whether a write is in progress.
    pub(super) fn is_writing(&self) -> bool {
        self.running.values().any(|task| task.is_write && !task.task.is_finished())
    }

    /// Waits for the next response of a current task.
    pub(super) async fn next(&mut self) -> Result<Msg, Panicked> {
        loop {
            tokio::select! {
                Some((slot, generation, answer)) = self.receiver.recv() => {
                    if self.running.get(&slot).is_some_and(|task| task.generation == generation) {
                        return Ok(answer);
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

    /// Waits for writes in progress, at most for `patience`. All other tasks are cancelled.
    pub(super) async fn finish_writes(&mut self, patience: Duration) {
        for task in self.running.values().filter(|task| !task.is_write) {
            task.task.abort();
        }
        // The responses are no longer used, but a full queue would block the writes.
        let all_told = async {
            loop {
                tokio::select! {
                    biased;
                    ended = self.set.join_next() => if ended.is_none() { return },
                    _ = self.receiver.recv() => {}
                }
            }
        };
        let _ = tokio::time::timeout(patience, all_told).await;
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
