//! One task for each thing waited for. The newest wins; an answer of a replaced task never arrives.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, stream::BoxStream};
use hello_console::{app::msg::Msg, effect::Task};
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
    running: HashMap<Task, Running>,
    set: JoinSet<()>,
    generation: u64,
    /// An answer of a task, or nothing when the task has ended.
    sender: mpsc::Sender<(Task, u64, Option<Msg>)>,
    receiver: mpsc::Receiver<(Task, u64, Option<Msg>)>,
}

#[derive(Debug)]
struct Running {
    generation: u64,
    handle: AbortHandle,
}

impl Default for Tasks {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self { running: HashMap::new(), set: JoinSet::new(), generation: 0, sender, receiver }
    }
}

impl Tasks {
    /// Starts a task that sends what the stream yields, in place of the one for the same.
    pub(super) fn start(&mut self, task: Task, mut answers: BoxStream<'static, Msg>) {
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
        self.running.insert(task, Running { generation, handle });
    }

    /// Ends a task. Its answers, even those already on their way, never arrive.
    pub(super) fn cancel(&mut self, task: &Task) {
        if let Some(old) = self.running.remove(task) {
            old.handle.abort();
        }
    }

    /// Ends all tasks that read.
    pub(super) fn cancel_reads(&mut self) {
        self.running.retain(|task, running| {
            let is_read = matches!(task, Task::Read(_));
            if is_read {
                running.handle.abort();
            }
            !is_read
        });
    }

    /// Reports whether a write is under way.
    pub(super) fn is_writing(&self) -> bool {
        self.running.get(&Task::Write).is_some_and(|running| !running.handle.is_finished())
    }

    /// Waits for the next answer that is still wanted.
    pub(super) async fn next(&mut self) -> Result<Msg, Panicked> {
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

    /// Lets the writes that are on their way end, for so long at the most; everything else is dropped.
    pub(super) async fn finish_writes(&mut self, patience: Duration) {
        self.cancel_reads();
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
