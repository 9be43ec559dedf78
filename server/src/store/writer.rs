//! The write queue. Changes that arrive while a batch is written form the next batch, and a batch shares one commit.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::{
    AckTracker, Change, Done, StoreError,
    backend::{Backend, WriteTransaction},
    revision::Revisions,
    sql::{Author, Written},
};

/// The capacity of the queue. When it is full, callers wait.
const QUEUE_CAPACITY: usize = 1024;

/// The maximum number of changes in one commit.
const MAX_CHANGES: usize = 256;

/// A batch that affects this many trucks takes no further changes, so that a long list delays few other writes.
const MAX_TRUCKS: usize = 2_000;

type Responder = oneshot::Sender<Result<Done, StoreError>>;

struct QueuedChange {
    change: Change,
    answer: Responder,
}

/// Sends changes to the only task that writes.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<QueuedChange>,
}

impl Writer {
    /// Starts the task, which ends when the last `Writer` is dropped.
    pub(super) fn start(backend: Arc<Backend>, revision: Revisions, acks: AckTracker) -> Self {
        let (sender, mut queue) = mpsc::channel(QUEUE_CAPACITY);
        tokio::spawn(async move {
            while let Some(first) = queue.recv().await {
                let waiting = queue.len();
                match backend.begin().await {
                    // Writes queued while the transaction was starting join this batch. That takes a while when writers
                    // wait for each other.
                    Ok(transaction) => {
                        let batch = batch(first, &mut queue, MAX_CHANGES);
                        write(transaction, &backend, &revision, &acks, batch).await;
                    }
                    // Writes queued meanwhile are not refused, because the next attempt may succeed.
                    Err(error) => {
                        let batch = batch(first, &mut queue, MAX_CHANGES.min(1 + waiting));
                        refuse(batch.into_iter().map(|queued| queued.answer), &error);
                    }
                }
            }
        });
        Self { queue: sender }
    }

    /// Reports whether the writer task has ended, for example after a panic.
    pub(super) fn is_gone(&self) -> bool {
        self.queue.is_closed()
    }

    /// Applies a change. Returns once it is on disk or refused.
    pub(super) async fn write(&self, change: Change) -> Result<Done, StoreError> {
        let (answer, answered) = oneshot::channel();
        let gone = || StoreError::from(sqlx::Error::PoolClosed);
        self.queue.send(QueuedChange { change, answer }).await.map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// Collects a batch from the first change and those queued after it, up to the size limits.
fn batch(first: QueuedChange, queue: &mut mpsc::Receiver<QueuedChange>, most: usize) -> Vec<QueuedChange> {
    let mut trucks = first.change.trucks();
    let mut batch = vec![first];
    while batch.len() < most
        && trucks < MAX_TRUCKS
        && let Ok(one) = queue.try_recv()
    {
        trucks += one.change.trucks();
        batch.push(one);
    }
    batch
}

async fn write(
    transaction: WriteTransaction,
    backend: &Backend,
    revision: &Revisions,
    acks: &AckTracker,
    batch: Vec<QueuedChange>,
) {
    let (changes, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|queued| (queued.change, queued.answer)).unzip();
    tracing::trace!(changes = changes.len(), "writing");
    let author = || Author { name: acks.own_name(), known: revision.get().point().last };
    match transaction.write(&changes, &author()).await {
        Ok(written) => match backend.check() {
            Ok(()) => complete(written, answers, revision, acks),
            // The write is readable now, but would be lost after a restart.
            Err(error) => {
                revision.change(|revision| revision.advance(written.revision));
                refuse(answers, &error);
            }
        },
        Err(error) if error.is_transient() || changes.len() == 1 => refuse(answers, &error),
        // A change that the database rejects must not fail the others in its batch, so each is retried alone.
        Err(_) => {
            for (change, answer) in changes.into_iter().zip(answers) {
                let retried = async {
                    let written = backend.begin().await?.write(&[change], &author()).await?;
                    backend.check().map(|()| written)
                };
                match retried.await {
                    Ok(written) => complete(written, vec![answer], revision, acks),
                    Err(error) => refuse([answer], &error),
                }
            }
        }
    }
}

fn refuse(answers: impl IntoIterator<Item = Responder>, error: &StoreError) {
    for answer in answers {
        // The caller may have stopped waiting.
        let _ = answer.send(Err(error.clone()));
    }
}

/// Completes the callers of a batch once every replica knows of it, so that a client can read its own write at once.
fn complete(written: Written, answers: Vec<Responder>, revision: &Revisions, acks: &AckTracker) {
    if written.was_rolled_back {
        acks.clear();
        revision.change(|revision| revision.roll_back(written.revision));
    }
    revision.change(|revision| revision.advance(written.revision));
    let missing = acks.missing(written.replicas, written.revision);
    if missing.is_empty() {
        answer(answers, written.outcomes);
        return;
    }
    let acks = acks.clone();
    // A separate task waits, so that the next batch is written meanwhile.
    tokio::spawn(async move {
        acks.wait_for_all(&missing, written.revision).await;
        answer(answers, written.outcomes);
    });
}

fn answer(answers: Vec<Responder>, outcomes: Vec<Result<Done, StoreError>>) {
    for (answer, outcome) in answers.into_iter().zip(outcomes) {
        // The caller may have stopped waiting.
        let _ = answer.send(outcome);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use hello_shared::NewTruck;

    use super::{super::Store, *};
    use crate::time;

    #[tokio::test]
    async fn a_file_that_goes_during_a_batch_takes_no_acknowledged_truck_along() {
        for suffix in ["", "-wal"] {
            let folder = tempfile::TempDir::new().unwrap();
            let file = folder.path().join("trucks.db");
            let store = Store::open(&format!("sqlite://{}", file.display())).await.unwrap();
            let acks = AckTracker::by("this replica".to_owned());
            let transaction = store.backend.begin().await.unwrap();
            let gone = folder.path().join(format!("trucks.db{suffix}"));
            fs::rename(gone, folder.path().join("aside")).unwrap();

            let (answer, answered) = oneshot::channel();
            let truck = NewTruck::new("Scania", "V8").into_truck("1".into(), time::now());
            let change = Change::Add { trucks: vec![truck], key: None };
            let batch = vec![QueuedChange { change, answer }];
            write(transaction, &store.backend, &store.revision, &acks, batch).await;
            let answered = answered.await.unwrap();
            assert!(matches!(answered, Err(StoreError::FileGone { .. })), "trucks.db{suffix}: {answered:?}");
        }
    }
}
