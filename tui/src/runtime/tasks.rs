//! One task for each thing waited for. The newest wins; an answer of a replaced task never arrives.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, stream::BoxStream};
use hello_console::{app::msg::Msg, effect::Slot};
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinSet},
};

/// Answers that may wait for the loop; a task with more to tell waits, too. Few, as one may hold a megabyte of log lines.
const WAITING: usize = 16;

/// A task ended by a panic: a mistake of ours, and loud.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Panicked(String);

/// The tasks that are under way.
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
    /// Starts a task that tells what the stream yields, in place of the one that held the slot.
    pub(super) fn start(&mut self, slot: Slot, is_write: bool, mut answers: BoxStream<'static, Msg>) {
        self.cancel(slot);
        self.generation += 1;
        let (generation, sender) = (self.generation, self.sender.clone());
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let task = self.set.spawn(async move {
            while let Some(answer) = answers.next().await {
                if sender.send((slot, generation, answer)).await.is_err() {
                    return;
                }
            }
        });
        self.running.insert(slot, Running { generation, is_write, task });
    }

    /// Ends the slot's task. Its answers, even those already on their way, never arrive.
    pub(super) fn cancel(&mut self, slot: Slot) {
        if let Some(old) = self.running.remove(&slot) {
            old.task.abort();
        }
    }

    /// Says whether a write is on its way.
    pub(super) fn is_writing(&self) -> bool {
        self.running.values().any(|task| task.is_write && !task.task.is_finished())
    }

    /// Waits for the next answer that is still wanted.
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

    /// Lets the writes that are on their way end, for so long at the most; everything else is dropped.
    pub(super) async fn finish_writes(&mut self, patience: Duration) {
        for task in self.running.values().filter(|task| !task.is_write) {
            task.task.abort();
        }
        // What they tell is heard by nobody any more, but they must be able to say it.
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
