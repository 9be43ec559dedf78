//! The queue of writers: whoever asks while one batch is written goes into the next, and all of a batch share its
//! commit.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::{
    AckTracker, Backend, Change, Done, StoreError, Writing,
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
    pub(super) fn start(backend: Arc<Backend>, revision: Revisions, acks: AckTracker) -> Self {
        let (queue, mut asked) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            while let Some(first) = asked.recv().await {
                let queued = asked.len();
                match backend.begin().await {
                    // Who came while it began, which takes a while where writers wait for each other, shares the commit.
                    Ok(writing) => {
                        let batch = batch(first, &mut asked, BATCH);
                        write(writing, &backend, &revision, &acks, batch).await;
                    }
                    // Who came meanwhile may have more luck.
                    Err(error) => {
                        let batch = batch(first, &mut asked, BATCH.min(1 + queued));
                        refuse(batch.into_iter().map(|asked| asked.answer), &error);
                    }
                }
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

/// Makes a batch of the first, and of those who wait after it, as long as it is not too large.
fn batch(first: Asked, asked: &mut mpsc::Receiver<Asked>, most: usize) -> Vec<Asked> {
    let mut trucks = first.change.trucks();
    let mut batch = vec![first];
    while batch.len() < most
        && trucks < TRUCKS
        && let Ok(one) = asked.try_recv()
    {
        trucks += one.change.trucks();
        batch.push(one);
    }
    batch
}

async fn write(
    writing: Writing,
    backend: &Backend,
    revision: &Revisions,
    acks: &AckTracker,
    batch: Vec<Asked>,
) {
    let (changes, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|asked| (asked.change, asked.answer)).unzip();
    tracing::trace!(changes = changes.len(), "writing");
    let author = || Author { name: acks.own(), known: revision.get().point().last };
    match writing.write(&changes, &author()).await {
        Ok(written) => match backend.check() {
            Ok(()) => complete(written, answers, revision, acks),
            // It would be gone after a restart, though it may be read until then.
            Err(error) => {
                revision.change(|revision| revision.advance(written.revision));
                refuse(answers, &error);
            }
        },
        Err(error) if error.is_transient() || changes.len() == 1 => refuse(answers, &error),
        // One change that the database cannot take must not fail those that happened to come with it.
        Err(_) => {
            for (change, answer) in changes.into_iter().zip(answers) {
                let alone = async {
                    let written = backend.begin().await?.write(&[change], &author()).await?;
                    backend.check().map(|()| written)
                };
                match alone.await {
                    Ok(written) => complete(written, vec![answer], revision, acks),
                    Err(error) => refuse([answer], &error),
                }
            }
        }
    }
}

fn refuse(answers: impl IntoIterator<Item = Answer>, error: &StoreError) {
    for answer in answers {
        // A caller that has gone away is not waiting.
        let _ = answer.send(Err(error.clone()));
    }
}

/// Answers the callers of a batch once every reader knows of it: a caller may read at once what it wrote.
fn complete(written: Written, answers: Vec<Answer>, revision: &Revisions, acks: &AckTracker) {
    if written.went_back {
        acks.forget();
        revision.change(|revision| revision.go_back(written.revision));
    }
    revision.change(|revision| revision.advance(written.revision));
    let missing = acks.missing(written.replicas, written.revision);
    if missing.is_empty() {
        answer(answers, written.outcomes);
        return;
    }
    let acks = acks.clone();
    // Meanwhile the next batch is written.
    tokio::spawn(async move {
        acks.wait_for_all(&missing, written.revision).await;
        answer(answers, written.outcomes);
    });
}

fn answer(answers: Vec<Answer>, outcomes: Vec<Result<Done, StoreError>>) {
    for (answer, outcome) in answers.into_iter().zip(outcomes) {
        // A caller that has gone away is not waiting.
        let _ = answer.send(outcome);
    }
}
