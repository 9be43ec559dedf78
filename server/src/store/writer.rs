//! The queue of writers: whoever asks while one batch is written goes into the next, and all of a batch share its
//! commit.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, oneshot},
    task,
};

use super::{
    Backend, Change, Done, Heard, StoreError,
    revision::Revisions,
    sql::{Author, Written},
};

/// How many changes wait before callers do.
const QUEUE: usize = 1024;

/// How many changes share a commit at most.
const BATCH: usize = 256;

/// From how many trucks on a batch takes no further change, so that a long list holds up few others.
const TRUCKS: usize = 2_000;

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
    pub(super) fn start(backend: Arc<Backend>, revision: Revisions, heard: Heard) -> Self {
        let (queue, mut asked) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            while let Some(first) = asked.recv().await {
                let mut batch = Batch::of(first);
                batch.fill(&mut asked);
                // Those who were answered by the batch before come all at once, one after the other.
                for _ in 0..2 {
                    task::yield_now().await;
                    batch.fill(&mut asked);
                }
                write(&backend, &revision, &heard, batch.changes).await;
            }
        });
        Self { queue }
    }

    /// Says whether there is nobody who writes any more, as after a panic.
    pub(super) fn is_gone(&self) -> bool {
        self.queue.is_closed()
    }

    /// Returns once the change is on disk, or is not made.
    pub(super) async fn write(&self, change: Change) -> Result<Done, StoreError> {
        let (answer, answered) = oneshot::channel();
        let gone = || StoreError::from(sqlx::Error::PoolClosed);
        self.queue.send(Asked { change, answer }).await.map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// Changes that share a commit.
struct Batch {
    changes: Vec<Asked>,
    trucks: usize,
}

impl Batch {
    fn of(first: Asked) -> Self {
        Self { trucks: first.change.trucks(), changes: vec![first] }
    }

    /// Takes in who has asked meanwhile.
    fn fill(&mut self, asked: &mut mpsc::Receiver<Asked>) {
        while self.changes.len() < BATCH
            && self.trucks < TRUCKS
            && let Ok(one) = asked.try_recv()
        {
            self.trucks += one.change.trucks();
            self.changes.push(one);
        }
    }
}

async fn write(backend: &Backend, revision: &Revisions, heard: &Heard, batch: Vec<Asked>) {
    let (changes, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|asked| (asked.change, asked.answer)).unzip();
    tracing::trace!(changes = changes.len(), "writing");
    let author = || Author { name: heard.own(), known: revision.get().point().last };
    match backend.write(&changes, &author()).await {
        Ok(written) => tell(written, answers, revision, heard),
        Err(error) if error.may_pass() || changes.len() == 1 => {
            for answer in answers {
                let _ = answer.send(Err(error.clone()));
            }
        }
        // One change that the database cannot take must not fail those that happened to come with it.
        Err(_) => {
            for (change, answer) in changes.into_iter().zip(answers) {
                match backend.write(&[change], &author()).await {
                    Ok(written) => tell(written, vec![answer], revision, heard),
                    Err(error) => drop(answer.send(Err(error))),
                }
            }
        }
    }
}

/// Answers the callers of a batch once every reader knows of it: a caller may read at once what it wrote.
fn tell(written: Written, answers: Vec<Answer>, revision: &Revisions, heard: &Heard) {
    if written.went_back {
        heard.forget();
        revision.change(|revision| revision.go_back(written.revision));
    }
    revision.change(|revision| revision.advance(written.revision));
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
