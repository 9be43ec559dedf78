//! The last event that each replica has acknowledged.

use std::{collections::HashMap, sync::Arc};

use tokio::{sync::watch, time};

use super::LEASE;

/// The maximum number of tracked replicas. Every server start creates a new replica, so old ones must be forgotten.
#[cfg(feature = "postgres")]
const TRACKED_REPLICAS: usize = 64;

/// The last event that each of the other replicas has acknowledged. Clones share it.
#[derive(Debug, Clone)]
pub(in crate::store) struct AckTracker {
    own_name: Arc<str>,
    others: watch::Sender<HashMap<String, u64>>,
}

impl AckTracker {
    /// Returns an empty tracker for the replica with this name.
    pub(in crate::store) fn by(own_name: impl Into<Arc<str>>) -> Self {
        Self { own_name: own_name.into(), others: watch::Sender::default() }
    }

    /// Returns the name of this replica.
    pub(in crate::store) fn own_name(&self) -> &str {
        &self.own_name
    }

    /// Records an acknowledgement of a replica.
    #[cfg(feature = "postgres")]
    pub(super) fn record(&self, replica: &str, revision: u64) {
        if *replica == *self.own_name {
            return;
        }
        self.others.send_modify(|others| {
            if others.len() >= TRACKED_REPLICAS && !others.contains_key(replica) {
                // Live replicas acknowledge again when they renew their lease.
                others.clear();
            }
            let acks = others.entry(replica.to_owned()).or_default();
            *acks = revision.max(*acks);
        });
    }

    /// Forgets all acknowledgements, because event numbers are reused.
    pub(in crate::store) fn clear(&self) {
        self.others.send_modify(HashMap::clear);
    }

    /// Returns the replicas among these that have not acknowledged an event.
    pub(in crate::store) fn missing(&self, replicas: Vec<String>, revision: u64) -> Vec<String> {
        let others = self.others.borrow();
        let missing = |replica: &String| {
            **replica != *self.own_name && others.get(replica).is_none_or(|acks| *acks < revision)
        };
        replicas.into_iter().filter(missing).collect()
    }

    /// Waits until all these replicas have acknowledged a just committed event, or their leases have expired.
    pub(in crate::store) async fn wait_for_all(&self, replicas: &[String], revision: u64) {
        let deadline = time::Instant::now() + LEASE;
        let mut others = self.others.subscribe();
        for replica in replicas {
            let acks = others.wait_for(|others| others.get(replica).is_some_and(|acks| *acks >= revision));
            if time::timeout_at(deadline, acks).await.is_err() {
                tracing::warn!(replica, "a replica has not acknowledged a write, and its lease is over");
            }
        }
    }
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use std::time::Duration;

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_waits_for_every_acknowledgement() {
        let acks = AckTracker::by("me");
        acks.record("one", 7);
        let missing = acks.missing(names(&["me", "one", "two"]), 7);
        assert_eq!(missing, ["two"], "only the replica that has not acknowledged is waited for");

        let started = time::Instant::now();
        let (other, wait) = (acks.clone(), Duration::from_millis(30));
        tokio::join!(acks.wait_for_all(&missing, 7), async move {
            other.record("two", 6);
            time::sleep(wait).await;
            other.record("two", 8);
        });
        assert_eq!(started.elapsed(), wait);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_replica_is_waited_for_until_its_lease_ends() {
        let acks = AckTracker::by("me");
        let started = time::Instant::now();
        acks.wait_for_all(&names(&["one", "two"]), 1).await;
        assert_eq!(started.elapsed(), LEASE, "they end at the same time");
    }

    #[test]
    fn the_remembered_replicas_are_bounded() {
        let acks = AckTracker::by("me");
        for n in 0..1_000 {
            acks.record(&format!("r{n}"), n);
        }
        assert!(acks.others.borrow().len() <= TRACKED_REPLICAS);
        assert_eq!(acks.missing(names(&["r999"]), 999), Vec::<String>::new());
    }
}
