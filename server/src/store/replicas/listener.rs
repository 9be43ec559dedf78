//! The task that receives the writes of other replicas, as long as the store is open.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};

use super::{
    AckTracker,
    lease::{Found, Lease, Notification},
};
use crate::{
    error_chain::error_chain,
    store::{
        StoreError,
        revision::{Revision, Revisions},
        sql::postgres::START_TIMEOUT,
    },
};

/// The interval between renewals of the lease, which fits several times into its duration.
const RENEW_INTERVAL: Duration = Duration::from_millis(500);

/// The timeout for connecting and taking a lease. Taking a lease waits for writers.
const LEASE_TIMEOUT: Duration = Duration::from_secs(6);

/// The delay before the next attempt to take a lease.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// Receives notifications of other replicas until it is closed.
#[derive(Debug)]
pub(in crate::store) struct ReplicaListener {
    open: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl ReplicaListener {
    /// Takes the first lease and starts the listener task.
    pub(in crate::store) async fn open(
        url: &str,
        acks: AckTracker,
        revision: Revisions,
    ) -> Result<Self, StoreError> {
        let (open, is_open) = watch::channel(true);
        let mut listener = Task { url: url.to_owned(), acks, revision, epoch: None };
        let lease = listener.take_first_lease().await?;
        let task = tokio::spawn(listener.run(lease, is_open));
        Ok(Self { open, task: Mutex::new(Some(task)) })
    }

    /// Reports whether the listener task has ended, for example after a panic.
    pub(in crate::store) fn is_gone(&self) -> bool {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        task.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Stops the listener, so that no writer waits for this replica.
    pub(in crate::store) async fn close(&self) {
        self.open.send_replace(false);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // The task ends by itself. If it has panicked, there is nothing to wait for.
            let _ = task.await;
        }
    }
}

/// The task of a [`ReplicaListener`].
struct Task {
    url: String,
    acks: AckTracker,
    revision: Revisions,
    /// The epoch of the fleet when the last lease was taken.
    epoch: Option<String>,
}

impl Task {
    async fn run(mut self, mut lease: Lease, mut open: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = wait_for_close(&mut open) => {
                    self.revision.change(Revision::stop_receiving);
                    // If this fails, the lease expires a little later.
                    let _ = lease.release().await;
                    return;
                }
                error = self.receive(&mut lease) => tracing::warn!(
                    error = error_chain(&error),
                    "notifications of other replicas do not arrive; every read asks the database until they do"
                ),
            }
            self.revision.change(Revision::stop_receiving);
            drop(lease);
            lease = tokio::select! {
                () = wait_for_close(&mut open) => return,
                lease = self.take_lease_again() => lease,
            };
            tracing::info!("notifications of other replicas arrive again");
        }
    }

    /// Takes the first lease, with retries while the database is slow.
    async fn take_first_lease(&mut self) -> Result<Lease, StoreError> {
        let deadline = time::Instant::now() + START_TIMEOUT;
        loop {
            match self.take_lease().await.map_err(StoreError::from) {
                Err(error) if error.is_transient() && time::Instant::now() < deadline => {
                    time::sleep(RETRY_DELAY).await;
                }
                taken => return taken,
            }
        }
    }

    async fn take_lease(&mut self) -> Result<Lease, sqlx::Error> {
        let known = self.epoch.clone().map(|epoch| Found { epoch, last: self.last() });
        let taken = Lease::take(&self.url, self.acks.clone(), known.as_ref());
        let (lease, found) =
            time::timeout(LEASE_TIMEOUT, taken).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
        let was_rolled_back = known.is_some_and(|known| known.epoch != found.epoch);
        if was_rolled_back {
            self.acks.clear();
        }
        self.epoch = Some(found.epoch);
        self.revision.change(|revision| {
            if was_rolled_back {
                revision.roll_back(found.last);
            }
            revision.advance(found.last);
            revision.extend(lease.ends_at());
            // Subscribers may have missed events.
            true
        });
        Ok(lease)
    }

    async fn take_lease_again(&mut self) -> Lease {
        loop {
            match self.take_lease().await {
                Ok(lease) => return lease,
                Err(error) => {
                    tracing::debug!(
                        error = error_chain(&error),
                        "notifications of other replicas do not arrive yet"
                    );
                }
            }
            time::sleep(RETRY_DELAY).await;
        }
    }

    /// Receives notifications until an error, and returns it.
    async fn receive(&self, lease: &mut Lease) -> sqlx::Error {
        let mut renewals = time::interval(RENEW_INTERVAL);
        renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let done = tokio::select! {
                first = lease.receive() => match first {
                    Ok(first) => self.drain_notifications(lease, Some(first)).await,
                    Err(error) => Err(error),
                },
                _ = renewals.tick() => self.renew(lease).await,
            };
            if let Err(error) = done {
                return error;
            }
        }
    }

    async fn renew(&self, lease: &mut Lease) -> Result<(), sqlx::Error> {
        lease.renew(self.last()).await?;
        // Writes from before the renewal must be known before the lease is extended.
        self.drain_notifications(lease, None).await?;
        self.revision.change(|revision| {
            revision.extend(lease.ends_at());
            // No event happened.
            false
        });
        Ok(())
    }

    /// Drains pending notifications and acknowledges other replicas' writes, which wait for that.
    async fn drain_notifications(
        &self,
        lease: &mut Lease,
        mut first: Option<Notification>,
    ) -> Result<(), sqlx::Error> {
        let mut needs_ack = false;
        while let Some(one) = first.or_else(|| lease.pending()) {
            match one {
                Notification::Written { last, by_other } => {
                    self.revision.change(|revision| revision.advance(last));
                    needs_ack |= by_other;
                }
                Notification::Acknowledged(replica, last) => self.acks.record(&replica, last),
            }
            first = None;
        }
        if needs_ack {
            lease.acknowledge(self.last()).await?;
        }
        Ok(())
    }

    fn last(&self) -> u64 {
        self.revision.get().point().last
    }
}

/// Returns when the store is closed, or dropped without being closed.
async fn wait_for_close(open: &mut watch::Receiver<bool>) {
    let _ = open.wait_for(|open| !open).await;
}
