//! The queue of writers: whoever asks while one batch is written goes into the next, and all of a batch share its
//! commit.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, oneshot, watch},
    task,
};

use super::{Backend, Change, Done, Revision, StoreError};

/// How many changes wait before callers do.
const QUEUE: usize = 1024;

/// How many changes share a commit at most.
const BATCH: usize = 256;

struct Asked {
    change: Change,
    answer: oneshot::Sender<Result<Done, StoreError>>,
}

/// Hands changes to the one task that writes.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Asked>,
}

impl Writer {
    /// Starts the task; it ends when nobody can ask any more.
    pub(super) fn start(backend: Arc<Backend>, revision: watch::Sender<Revision>) -> Self {
        let (queue, mut asked) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while asked.recv_many(&mut batch, BATCH).await > 0 {
                gather(&mut asked, &mut batch).await;
                write(&backend, &revision, &mut batch).await;
            }
        });
        Self { queue }
    }

    /// Returns once the change is on disk, or is not made.
    pub(super) async fn write(&self, change: Change) -> Result<Done, StoreError> {
        let (answer, answered) = oneshot::channel();
        let gone = || StoreError::from(sqlx::Error::PoolClosed);
        self.queue.send(Asked { change, answer }).await.map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// Takes in whoever is about to ask: those who were answered by the batch before come all at once, one after the other.
async fn gather(asked: &mut mpsc::Receiver<Asked>, batch: &mut Vec<Asked>) {
    for _ in 0..2 {
        task::yield_now().await;
        while batch.len() < BATCH
            && let Ok(one) = asked.try_recv()
        {
            batch.push(one);
        }
    }
}

async fn write(backend: &Backend, revision: &watch::Sender<Revision>, batch: &mut Vec<Asked>) {
    let (changes, answers): (Vec<_>, Vec<_>) =
        batch.drain(..).map(|asked| (asked.change, asked.answer)).unzip();
    tracing::trace!(changes = changes.len(), "writing");
    match backend.write(&changes).await {
        Ok((outcomes, written)) => {
            // Readers must know before the caller does: it may read at once what it wrote.
            revision.send_if_modified(|revision| revision.advance(written));
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // A caller that has gone away is not waiting.
                let _ = answer.send(outcome);
            }
        }
        Err(error) if error.may_pass() || changes.len() == 1 => {
            for answer in answers {
                let _ = answer.send(Err(error.clone()));
            }
        }
        // One change that the database cannot take must not fail those that happened to come with it.
        Err(_) => {
            for (change, answer) in changes.into_iter().zip(answers) {
                let alone = backend.write(&[change]).await.and_then(|(mut outcomes, written)| {
                    revision.send_if_modified(|revision| revision.advance(written));
                    outcomes.pop().unwrap_or(Err(StoreError::NoSuchTruck))
                });
                let _ = answer.send(alone);
            }
        }
    }
}
