//! The queue of writers: whoever asks while one batch is written goes into the next, and all of a batch share its
//! commit.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, oneshot, watch},
    task,
};

use super::{Backend, Change, Done, Heard, Revision, StoreError, sql::Written};

/// How many changes wait before callers do.
const QUEUE: usize = 1024;

/// How many changes share a commit at most.
const BATCH: usize = 256;

type Answer = oneshot::Sender<Result<Done, StoreError>>;

struct Asked {
    change: Change,
    answer: Answer,
}

/// Hands changes to the one task that writes.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Asked>,
}

impl Writer {
    /// Starts the task; it ends when nobody can ask any more.
    pub(super) fn start(backend: Arc<Backend>, revision: watch::Sender<Revision>, heard: Heard) -> Self {
        let (queue, mut asked) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while asked.recv_many(&mut batch, BATCH).await > 0 {
                gather(&mut asked, &mut batch).await;
                write(&backend, &revision, &heard, &mut batch).await;
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

async fn write(backend: &Backend, revision: &watch::Sender<Revision>, heard: &Heard, batch: &mut Vec<Asked>) {
    let (changes, answers): (Vec<_>, Vec<_>) =
        batch.drain(..).map(|asked| (asked.change, asked.answer)).unzip();
    tracing::trace!(changes = changes.len(), "writing");
    match backend.write(&changes).await {
        Ok(written) => tell(written, answers, revision, heard),
        Err(error) if error.may_pass() || changes.len() == 1 => {
            for answer in answers {
                let _ = answer.send(Err(error.clone()));
            }
        }
        // One change that the database cannot take must not fail those that happened to come with it.
        Err(_) => {
            for (change, answer) in changes.into_iter().zip(answers) {
                match backend.write(&[change]).await {
                    Ok(written) => tell(written, vec![answer], revision, heard),
                    Err(error) => drop(answer.send(Err(error))),
                }
            }
        }
    }
}

/// Answers the callers of a batch once every reader knows of it: a caller may read at once what it wrote.
fn tell(written: Written, answers: Vec<Answer>, revision: &watch::Sender<Revision>, heard: &Heard) {
    revision.send_if_modified(|revision| revision.advance(written.revision));
    let missing = heard.missing(written.replicas, written.revision);
    if missing.is_empty() {
        answer(answers, written.outcomes);
        return;
    }
    let heard = heard.clone();
    // Meanwhile the next batch is written.
    tokio::spawn(async move {
        heard.by_all(&missing, written.revision).await;
        answer(answers, written.outcomes);
    });
}

fn answer(answers: Vec<Answer>, outcomes: Vec<Result<Done, StoreError>>) {
    for (answer, outcome) in answers.into_iter().zip(outcomes) {
        // A caller that has gone away is not waiting.
        let _ = answer.send(outcome);
    }
}
